"""Yes and no to a request, and the choice among proposed times, on the page."""

from __future__ import annotations

import uuid

import pytest

from consultations import moving
from consultations.models import Consultation, Proposal, State
from tests.consultations.agreed import agree, ask, at, begin, fresh, iso, propose
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def path(made) -> str:
    return f"/consultations/{made.public_id}/answer/"


def shown(client, made, person) -> str:
    client.force_login(person)
    return client.get(path(made)).content.decode()


def take(client, proposal, start, do="take"):
    fields = {"do": do, "proposal": str(proposal.public_id)} | ({"start": iso(start)} if start else {})
    return client.post(path(proposal.consultation), fields)


def test_yes_twice_is_one_yes(client) -> None:
    made = ask()
    page = shown(client, made, made.specialist.user)
    assert "asks for this half hour." in page and "Yes, let’s talk then" in page and "I can’t take it" in page
    for _twice in range(2):
        assert client.post(path(made), {"do": "accept"}).status_code == 303
    assert fresh(made).state == State.CONFIRMED and fresh(made).sequence == 1
    assert "There is nothing to answer here now." in client.get(path(made)).content.decode()


def test_no_with_a_line_that_the_member_reads(client) -> None:
    made = ask()
    client.force_login(made.specialist.user)
    assert client.post(path(made), {"do": "decline", "words": "I am away that day."}).status_code == 303
    assert fresh(made).state == State.DECLINED
    late = client.post(path(made), {"do": "accept"})
    assert late.status_code == 409 and b"You said no to this half hour." in late.content
    client.force_login(made.client)
    page = client.get(f"/consultations/{made.public_id}/").content.decode()
    assert "can’t take this half hour." in page and "I am away that day." in page
    assert f"/specialists/{made.specialist.slug}/#times" in page


def test_the_member_has_nothing_to_say_to_their_own_request(client) -> None:
    made = ask()
    page = shown(client, made, made.client)
    assert "You asked " in page and 'name="do"' not in page
    assert client.post(path(made), {"do": "accept"}).status_code == 409 and fresh(made).state == State.REQUESTED


def test_an_answer_too_late_reads_how_it_stands(client) -> None:
    made = ask()
    Consultation.objects.update(expires_at=database_now())
    assert "This request ran out." in shown(client, made, made.specialist.user)
    answer = client.post(path(made), {"do": "accept"})
    assert answer.status_code == 409 and b"This request ran out." in answer.content
    assert fresh(made).state == State.REQUESTED, "the tick will say so"


def test_taking_one_of_the_proposed_times(client) -> None:
    made = agree()
    proposal = propose(made, made.specialist.user, at(14), at(15), words="Either would help.")
    page = shown(client, made, made.client)
    assert "proposes other times" in page and page.count('type="radio"') == 2 and "Either would help." in page
    nothing = take(client, proposal, None)
    assert nothing.status_code == 409 and b"Choose one of the times first." in nothing.content
    assert take(client, proposal, at(16)).status_code == 409, "a time nobody proposed"
    for _twice in range(2):
        assert take(client, proposal, at(15)).status_code == 303
    assert fresh(made).start == at(15) and fresh(made).sequence == 1


def test_keeping_and_taking_back(client) -> None:
    made = agree()
    proposal = propose(made, made.specialist.user)
    own = shown(client, made, made.specialist.user)
    assert "You proposed other times" in own and 'type="radio"' not in own and "Take the proposal back" in own
    client.force_login(made.client)
    for _twice in range(2):
        assert take(client, proposal, None, do="keep").status_code == 303
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.KEPT and fresh(made).start == at()
    second = propose(made, made.specialist.user)
    client.force_login(made.specialist.user)
    assert take(client, second, None, do="keep").status_code == 303 and not made.proposals.waiting().exists()


def test_a_proposed_time_that_is_gone_is_said_and_the_others_stay(client) -> None:
    made = agree()
    proposal = propose(made, made.specialist.user, at(14), at(15))
    agree(made.specialist, make_user(), at(14))
    client.force_login(made.client)
    answer = take(client, proposal, at(14))
    assert answer.status_code == 409 and answer.content.count(b'type="radio"') == 2 and fresh(made).start == at()
    assert take(client, proposal, at(15)).status_code == 303


def test_the_specialist_is_not_told_whom_the_member_meets(client) -> None:
    made = agree()
    proposal = propose(made, made.client, at(14))
    other = agree(make_specialist(name="Dr Other Name"), made.client, at(14))
    client.force_login(made.specialist.user)
    answer = take(client, proposal, at(14))
    assert answer.status_code == 409 and b"any more" in answer.content
    assert other.specialist.name.encode() not in answer.content


def test_a_proposal_of_another_half_hour_is_none(client) -> None:
    made, other = agree(), agree()
    foreign = propose(other, other.specialist.user)
    client.force_login(made.client)
    for public_id in (foreign.public_id, uuid.uuid4(), "x"):
        fields = {"do": "take", "proposal": str(public_id), "start": iso(at(14))}
        assert client.post(path(made), fields).status_code == 409
    assert fresh(other).start == at()


def test_a_request_with_a_proposal_can_be_answered_either_way(client) -> None:
    made = ask()
    propose(made, made.client, at(14))
    page = shown(client, made, made.specialist.user)
    assert "proposes other times as well" in page and 'value="accept"' in page and 'value="take"' in page


def test_case_20_a_page_from_before_a_move_changes_nothing(client) -> None:
    made = agree()
    proposal = propose(made, made.client, at(14))
    moving.move(consultation=made, actor=made.client, start=at(15), seen=0, now=database_now())
    client.force_login(made.specialist.user)
    assert take(client, proposal, at(14)).status_code == 409 and fresh(made).start == at(15)


def test_once_it_has_begun_there_is_nothing_to_answer(client) -> None:
    made = agree()
    proposal = propose(made, made.specialist.user)
    begin(made)
    assert "There is nothing to answer here now." in shown(client, made, made.client)
    assert take(client, proposal, at(14)).status_code == 409
