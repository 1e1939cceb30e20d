"""Other times that one side proposes: it stands until the other takes one, and every refusal."""

from __future__ import annotations

import pytest

from consultations import cancelling, ending, exclusion, moving, proposals, refusals, requests, telling
from consultations.models import Proposal, State
from notifications.models import Notification
from tests.consultations.agreed import agree, ask, at, fresh, propose
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def take(proposal, actor, start=None, now=None):
    return proposals.take(proposal=proposal, actor=actor, start=start or at(14), now=now or database_now())


def keep(proposal, actor):
    return proposals.keep(proposal=proposal, actor=actor, now=database_now())


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind, state="pending").values_list("recipient_id", flat=True))


def test_the_specialist_proposes_and_the_member_takes_one() -> None:
    made = agree()
    proposal = propose(made, made.specialist.user, at(15), at(14), words="Either would help me.")
    assert proposal.starts == [at(14), at(15)] and fresh(made).start == at() and fresh(made).sequence == 0
    assert told(telling.PROPOSED) == {made.client_id}
    moved = take(proposal, made.client, at(15))
    assert moved.start == at(15) and moved.moves_by_specialist == 1 and moved.moves_by_client == 0
    assert told(telling.MOVED) == {made.client_id, made.specialist.user_id}
    assert take(proposal, made.client, at(15)).sequence == 1, "a second time changes nothing"
    assert list(made.events.values_list("what", flat=True)) == ["booked", "proposed", "moved"]


def test_keeping_tells_the_other_side_and_uses_no_move() -> None:
    made = agree()
    proposal = propose(made, made.specialist.user)
    keep(proposal, made.client)
    assert keep(proposal, made.client).state == Proposal.State.KEPT
    assert told(telling.KEPT) == {made.specialist.user_id} and not told(telling.PROPOSED)
    assert fresh(made).start == at() and fresh(made).moves_by_specialist == 0
    with pytest.raises(refusals.NotOpen):
        take(proposal, made.client)


def test_who_proposed_takes_it_back_or_proposes_anew_but_never_chooses() -> None:
    made = agree()
    first = propose(made, made.specialist.user)
    with pytest.raises(refusals.OthersTurn):
        take(first, made.specialist.user)
    second = propose(made, made.specialist.user, at(15))
    first.refresh_from_db()
    assert first.state == Proposal.State.OVER and made.proposals.waiting().get() == second
    keep(second, made.specialist.user)
    assert told(telling.KEPT) == {made.client_id}


def test_both_cannot_propose_at_once() -> None:
    made = agree()
    propose(made, made.specialist.user)
    with pytest.raises(refusals.AnswerFirst):
        propose(made, made.client)


def test_one_to_three_times_none_of_them_the_agreed_one() -> None:
    made = agree()
    for starts in ((at(),), (at(9), at(11), at(12), at(13)), (at(14), at())):
        with pytest.raises(refusals.ChooseTimes):
            propose(made, made.client, *starts)
    with pytest.raises(refusals.ChooseTimes):
        proposals.propose(
            consultation=made, actor=made.client, starts=[], words="", seen=made.sequence, now=database_now()
        )
    proposal = propose(made, made.client, at(14), at(14))
    assert proposal.starts == [at(14)], "the same time twice is one"
    with pytest.raises(refusals.ChooseTimes):
        take(proposal, made.specialist.user, at(15))


def test_a_proposed_time_has_to_be_open() -> None:
    made = agree()
    agree(made.specialist, make_user(), at(14))
    for start, refusal in ((at(14), refusals.SlotTaken), (at(3), refusals.NotOffered)):
        with pytest.raises(refusal):
            propose(made, made.client, start)
    assert not made.proposals.exists()


def test_the_specialist_may_agree_to_less_notice_than_others_have() -> None:
    made = agree()
    soon = at(9)
    now = soon.replace(hour=8, minute=30)
    common = {"consultation": made, "starts": [soon], "words": "", "seen": 0, "now": now}
    with pytest.raises(refusals.TooSoon):
        proposals.propose(actor=made.client, **common)
    proposal = proposals.propose(actor=made.specialist.user, **common)
    assert take(proposal, made.client, soon, now=now).start == soon


def test_taken_meanwhile_by_somebody_else() -> None:
    made = agree()
    proposal = propose(made, made.specialist.user)
    agree(made.specialist, make_user(), at(14))
    with pytest.raises(refusals.SlotTaken) as caught:
        take(proposal, made.client)
    assert caught.value.nearest and fresh(made).start == at() and made.proposals.waiting().exists()


def test_whom_the_member_meets_otherwise_is_not_told_to_the_specialist() -> None:
    client = make_user()
    made = agree(client=client)
    proposal = propose(made, client, at(14))
    other = agree(make_specialist(name="Dr Other Name"), client, at(14))
    with pytest.raises(refusals.NoLongerSuits) as caught:
        take(proposal, made.specialist.user)
    assert other.specialist.name not in str(caught.value) and fresh(made).start == at()
    keep(proposal, made.specialist.user)
    theirs = propose(made, made.specialist.user, at(14))
    with pytest.raises(refusals.AlreadyElsewhere, match=other.specialist.name):
        take(theirs, client)


def test_only_the_two() -> None:
    made = agree()
    with pytest.raises(refusals.NotYours):
        propose(made, make_user())
    proposal = propose(made, made.client)
    for act in (take, keep):
        with pytest.raises(refusals.NotYours):
            act(proposal, make_user())


def test_case_20_a_page_that_is_out_of_date_proposes_nothing() -> None:
    made = agree()
    moving.move(consultation=made, actor=made.client, start=at(15), seen=0, now=database_now())
    with pytest.raises(refusals.Changed):
        proposals.propose(consultation=made, actor=made.client, starts=[at(14)], words="", seen=0, now=database_now())


def test_two_moves_a_side_count_proposals_too() -> None:
    made = agree()
    for start in (at(14), at(15)):
        take(propose(made, made.specialist.user, start), made.client, start)
    with pytest.raises(refusals.MovedTwice):
        propose(made, made.specialist.user, at(16))
    assert propose(made, made.client, at(16)), "the other side still has its own two"


def test_what_is_off_or_has_begun_is_not_proposed_about() -> None:
    made = agree()
    common = {"consultation": made, "actor": made.client, "starts": [at(14)], "words": "", "seen": 0}
    with pytest.raises(refusals.TooLateToMove):
        proposals.propose(now=made.start, **common)
    proposal = propose(made, made.client)
    with pytest.raises(refusals.TooLateToMove):
        take(proposal, made.specialist.user, now=made.start)
    cancelling.cancel(consultation=made, actor=made.client, reason="", now=database_now())
    with pytest.raises(refusals.NotOpen):
        proposals.propose(now=database_now(), **common)
    for act in (take, keep):
        with pytest.raises(refusals.NotOpen):
            act(proposal, made.specialist.user)


def test_a_time_taken_for_a_request_is_agreed_with_it() -> None:
    made = ask()
    moved = take(propose(made, made.specialist.user), made.client)
    assert moved.state == State.CONFIRMED and moved.expires_at is None and moved.start == at(14)


def test_a_proposal_ends_with_the_answer_to_the_request_and_with_the_half_hour() -> None:
    for answer in ("accept", "decline", "end"):
        made = ask()
        proposal = propose(made, made.specialist.user)
        if answer == "accept":
            requests.accept(consultation=made, actor=made.specialist.user, now=database_now())
        elif answer == "decline":
            requests.decline(consultation=made, actor=made.specialist.user, reason="", now=database_now())
        else:
            requests.accept(consultation=made, actor=made.specialist.user, now=database_now())
            Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.OPEN)
            ending.end_past(now=made.end)
        proposal.refresh_from_db()
        assert proposal.state == Proposal.State.OVER


def test_a_pause_does_not_end_what_is_being_talked_about() -> None:
    made = agree()
    made.specialist.accepting = False
    made.specialist.save()
    assert take(propose(made, made.specialist.user), made.client).start == at(14)
    with pytest.raises(refusals.ResolveFirst):
        exclusion.exclude(
            specialist=made.specialist, member=made.client, actor=made.specialist.user, now=database_now()
        )
