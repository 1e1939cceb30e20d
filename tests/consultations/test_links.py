"""Links in mails: one person, one purpose, until the start; reading them changes nothing (BOOKING 39)."""

from __future__ import annotations

import pytest
from django.test import Client

from consultations import links
from consultations.models import State
from tests.consultations.agreed import agree, ask, at, begin, fresh, iso, propose
from tests.factories import make_user

pytestmark = pytest.mark.django_db
OLD = "This link doesn’t work any more"


def link(made, person, purpose) -> str:
    return links.make(made, person, purpose)


def test_case_39_reading_a_link_changes_nothing_however_it_is_read(client) -> None:
    made, asked = agree(note="My secret"), ask()
    for each, person, purpose in (
        (made, made.client, "cancel"),
        (made, made.client, "move"),
        (made, made.specialist.user, "move"),
        (asked, asked.specialist.user, "answer"),
    ):
        for read in (client.get, client.head, client.options):
            answer = read(link(each, person, purpose))
            assert answer.status_code in {200, 405} and "no-store" in answer["Cache-Control"]
        assert fresh(each).sequence == 0
    assert not made.proposals.exists() and (made.state, asked.state) == (State.CONFIRMED, State.REQUESTED)


def test_case_39_a_post_needs_the_token_of_the_page() -> None:
    made = agree()
    strict = Client(enforce_csrf_checks=True)
    path = link(made, made.client, "cancel")
    assert strict.post(path, {"reason": ""}).status_code == 403 and fresh(made).state == State.CONFIRMED
    strict.get(path)
    token = strict.cookies["csrftoken"].value
    assert strict.post(path, {"reason": "", "csrfmiddlewaretoken": token}).status_code == 303
    assert fresh(made).state == State.CANCELLED


def test_without_logging_in_one_cancels_moves_and_answers(client) -> None:
    made = agree(client=make_user(time_zone="Asia/Tokyo"))
    path = link(made, made.client, "move")
    assert "in Tokyo, your time" in client.get(path).content.decode(), "in the zone of whose link it is"
    answer = client.post(path, {"start": iso(at(14)), "seen": "0"})
    assert answer.status_code == 303 and "done=1" in answer["Location"] and fresh(made).start == at(14)
    done = client.get(answer["Location"]).content.decode()
    assert "It’s booked with" in done and "We’ve sent both of you a mail about it." in done
    proposal = propose(fresh(made), made.specialist.user, at(15))
    path = link(fresh(made), made.client, "answer")
    fields = {"do": "take", "proposal": str(proposal.public_id), "start": iso(at(15))}
    assert client.post(path, fields).status_code == 303 and fresh(made).start == at(15)
    path = link(fresh(made), made.client, "cancel")
    for _twice in range(2):
        assert client.post(path, {"reason": ""}).status_code == 303
    assert fresh(made).state == State.CANCELLED and fresh(made).cancelled_by == made.client
    assert "_auth_user_id" not in client.session


def test_the_specialist_answers_a_request_from_the_mail(client) -> None:
    made = ask(note="My secret")
    path = link(made, made.specialist.user, "answer")
    page = client.get(path).content.decode()
    assert "asks for this half hour." in page and "My secret" not in page
    assert client.post(path, {"do": "accept"}).status_code == 303 and fresh(made).state == State.CONFIRMED
    assert "It’s booked with" in client.get(path).content.decode()


def test_a_link_shows_no_more_than_its_act_needs(client) -> None:
    made = agree(note="My secret")
    propose(made, made.specialist.user, words="Told to you alone")
    for purpose in ("cancel", "move", "answer"):
        page = client.get(link(made, made.client, purpose)).content.decode()
        assert "My secret" not in page and "Told to you alone" not in page and "What happened" not in page
        assert f"/specialists/{made.specialist.slug}/" not in page and "Portugal" not in page.split("<main")[1]


def test_case_39_a_link_is_good_for_its_own_purpose_booking_and_person(client) -> None:
    made, other = agree(), agree()
    key = link(made, made.client, "cancel").partition("?")[2]
    for wrong in (
        f"/consultations/{made.public_id}/reschedule/?{key}",
        f"/consultations/{made.public_id}/answer/?{key}",
        f"/consultations/{other.public_id}/cancel/?{key}",
        f"/consultations/{made.public_id}/cancel/?{key.replace('key=c.', 'key=s.')}",
        f"/consultations/{made.public_id}/cancel/?{key[:-2]}",
        f"/consultations/{made.public_id}/cancel/?key=",
        f"/consultations/00000000-0000-0000-0000-000000000000/cancel/?{key}",
    ):
        for answer in (client.get(wrong), client.post(wrong, {"reason": "", "do": "accept"})):
            assert answer.status_code == 200 and OLD in answer.content.decode(), wrong
    assert fresh(made).state == fresh(other).state == State.CONFIRMED


def test_case_18_a_link_ends_when_the_half_hour_begins(client) -> None:
    made = agree()
    paths = [link(made, made.client, purpose) for purpose in ("cancel", "move", "answer")]
    begin(made)
    for path in paths:
        assert OLD in client.get(path).content.decode()
        assert OLD in client.post(path, {"reason": "", "start": iso(at(14)), "seen": "0"}).content.decode()
    assert fresh(made).state == State.CONFIRMED and fresh(made).sequence == 0


def test_a_link_ends_with_the_address_and_with_the_account(client) -> None:
    for change in ({"email": "new@example.org"}, {"is_active": False}):
        made = agree()
        path = link(made, made.client, "cancel")
        for name, value in change.items():
            setattr(made.client, name, value)
        made.client.save()
        assert OLD in client.get(path).content.decode()


def test_logged_in_as_somebody_else_nothing_is_done_and_nothing_told(client) -> None:
    made = agree()
    path = link(made, made.client, "cancel")
    reader = make_user(display_name="Robin")
    client.force_login(reader)
    for answer in (client.get(path), client.post(path, {"reason": ""})):
        page = answer.content.decode()
        assert answer.status_code == 200 and "This link is for another account" in page and "Robin" in page
        assert made.specialist.name not in page
    assert fresh(made).state == State.CONFIRMED
    assert client.get(path.partition("?")[0]).status_code == 404, "without the key it is no page of theirs"


def test_logged_in_as_oneself_a_link_is_the_page_itself(client) -> None:
    made = agree()
    client.force_login(made.client)
    page = client.get(link(made, made.client, "move")).content.decode()
    assert f'href="/consultations/{made.public_id}/"' in page
