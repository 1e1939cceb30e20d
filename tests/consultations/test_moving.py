"""Moving: the new time or nothing, and every refusal, by the numbers of the cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consultations import cancelling, holds, moving, openings_sync, refusals, requests, telling
from consultations.models import EarlierOffer, EarlierWish, Occupancy, State
from consultations.reminders import REMINDER
from notifications.models import Notification
from specialists.models import Opening
from tests.consultations.agreed import agree, ask, at, fresh, propose
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def move(made, start=None, actor=None, **known):
    values = {"seen": made.sequence, "now": database_now()} | known
    return moving.move(consultation=made, actor=actor or made.client, start=start or at(14), **values)


def waiting(kind: str) -> list[Notification]:
    return list(Notification.objects.filter(kind=kind, state="pending").order_by("pk"))


def test_case_19_a_move_is_one_change_of_the_same_booking() -> None:
    made = agree()
    moved = move(made)
    assert moved.pk == made.pk and moved.start == at(14) and moved.end == at(14, minute=30)
    assert (moved.sequence, moved.moves_by_client, moved.moves_by_specialist) == (1, 1, 0)
    assert {row.during.lower for row in Occupancy.objects.filter(consultation=made)} == {at(14)}
    starts = set(Opening.objects.filter(specialist=made.specialist).values_list("start", flat=True))
    assert at() in starts and at(14) not in starts, "the lists follow"
    told = list(made.events.values_list("what", "start", "sequence"))
    assert told == [("booked", at(), 0), ("moved", at(14), 1)]


def test_case_19_ones_own_old_time_does_not_block_the_new_one() -> None:
    """The rest after the old half hour covers the next one, and the new one may overlap nothing of its own."""
    made = agree()
    assert move(made, at(minute=30)).start == at(minute=30)
    assert move(fresh(made), at()).start == at()


def test_case_19_what_is_refused_leaves_the_old_time_as_it_was() -> None:
    made, other = agree(), make_user()
    agree(made.specialist, other, at(14))
    with pytest.raises(refusals.SlotTaken) as caught:
        move(made)
    assert len(caught.value.nearest) == 3 and at(14) not in caught.value.nearest
    assert fresh(made).start == at() and Occupancy.objects.filter(consultation=made).count() == 2
    assert fresh(made).sequence == 0 and made.events.count() == 1


def test_case_12_notice_counts_for_the_new_time_too() -> None:
    made = agree()
    with pytest.raises(refusals.TooSoon):
        move(made, at(9), now=at(8, minute=30))


def test_a_time_never_offered_or_kept_for_another_browser() -> None:
    made = agree()
    for start in (at(3), at(14, minute=7), at(days=60)):
        with pytest.raises(refusals.NotOffered):
            move(made, start)
    holds.hold(specialist=made.specialist, start=at(14), holder="theirs", address="x", now=database_now())
    with pytest.raises(refusals.SlotTaken):
        move(made, holder="mine")
    assert move(made, holder="theirs").start == at(14)


def test_to_the_time_it_has_already_changes_nothing() -> None:
    made = agree()
    assert move(made, at(), seen=99).sequence == 0
    assert made.events.count() == 1 and not waiting(telling.MOVED)


def test_case_20_a_page_that_is_out_of_date_moves_nothing() -> None:
    made = agree()
    move(made)
    with pytest.raises(refusals.Changed):
        move(made, at(15))
    cancelling.cancel(consultation=made, actor=made.client, reason="", now=database_now())
    with pytest.raises(refusals.NotOpen):
        move(fresh(made), at(15))


def test_a_move_says_nothing_about_a_time_it_never_read() -> None:
    """The freed half hour is the one the locked row had, even if the page's object is older."""
    made = agree()
    later = agree(made.specialist, make_user(), at(16, days=5))
    stale = fresh(made)
    move(made)
    # From here on somebody with a later half hour waits: what comes free now is the time of the first move.
    EarlierWish.objects.create(specialist=made.specialist, member=later.client, since=database_now())
    move(stale, at(15), seen=1)
    assert EarlierOffer.objects.get().start == at(14)


def test_each_side_moves_twice() -> None:
    made = agree()
    move(made)
    move(fresh(made), at(15))
    with pytest.raises(refusals.MovedTwice):
        move(fresh(made), at(16))


def test_only_the_two_and_only_the_member_moves_at_once() -> None:
    made = agree()
    with pytest.raises(refusals.NotYours):
        move(made, actor=make_user())
    with pytest.raises(refusals.AskFirst, match=made.client.get_short_name()):
        move(made, actor=made.specialist.user)


def test_who_answers_requests_is_asked_about_another_time_as_well() -> None:
    made = ask()
    before = made.expires_at
    moved = move(made, at(14, days=1))
    assert moved.state == State.REQUESTED and moved.expires_at < before, "a sooner start lapses sooner"
    requests.accept(consultation=made, actor=made.specialist.user, now=database_now())
    with pytest.raises(refusals.AskFirst, match=made.specialist.name):
        move(fresh(made), at(15))


def test_a_waiting_proposal_is_answered_first() -> None:
    made = agree()
    propose(made, made.specialist.user, at(15))
    with pytest.raises(refusals.AnswerFirst):
        move(made)


def test_a_lapsed_request_and_one_that_has_begun_stay_where_they_are() -> None:
    made = ask()
    with pytest.raises(refusals.NotOpen):
        move(made, now=made.expires_at)
    agreed = agree()
    with pytest.raises(refusals.TooLateToMove):
        move(agreed, at(15), now=agreed.start)


def test_case_09_a_move_into_another_half_hour_names_it() -> None:
    client = make_user()
    made, other = agree(client=client), agree(make_specialist(), client, at(14))
    with pytest.raises(refusals.AlreadyElsewhere, match=other.specialist.name):
        move(made)


def test_case_21_a_lead_that_has_begun_is_left_out_and_the_later_one_stays() -> None:
    """Three hours ahead: the change mail stands for the day before, the hour before still comes."""
    made, now = agree(start=at(14)), at(11)
    openings_sync.refresh(specialist_id=made.specialist_id, now=now)
    move(made, at(15), now=now)
    due = {each.due_at for each in waiting(REMINDER)}
    assert due == {at(15) - timedelta(hours=1)}
    assert len(waiting(telling.MOVED)) == 2


def test_case_22_a_reminder_that_went_for_the_old_time_is_due_again_for_the_new() -> None:
    made = agree(start=at(days=2))
    Notification.objects.filter(kind=REMINDER, due_at=at() - timedelta(days=1)).update(state="accepted")
    move(made, at(days=5))
    again = [each for each in waiting(REMINDER) if each.due_at == at(days=5) - timedelta(days=1)]
    assert {each.recipient_id for each in again} == {made.client_id, made.specialist.user_id}
    assert all(each.speaks_of == at(days=5) for each in waiting(REMINDER)), "nothing of the old time waits"


def test_a_move_is_told_to_both_and_takes_back_what_is_untrue() -> None:
    made = agree()
    move(made)
    assert {each.recipient_id for each in waiting(telling.MOVED)} == {made.client_id, made.specialist.user_id}
    assert not waiting(telling.BOOKED)
