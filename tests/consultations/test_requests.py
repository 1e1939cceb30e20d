"""Half hours that are asked for first: kept until answered, accepted, declined or lapsed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consultations import booking, refusals, requests, telling
from consultations.models import Consultation, Occupancy, State
from consultations.reminders import REMINDER
from notifications.models import Notification
from specialists.models import Opening
from tests.consultations.agreed import agree, ask, at, fresh
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind, state="pending").values_list("recipient_id", flat=True))


def accept(made, actor=None, now=None):
    return requests.accept(consultation=made, actor=actor or made.specialist.user, now=now or database_now())


def decline(made, actor=None, now=None, reason=""):
    actor, now = actor or made.specialist.user, now or database_now()
    return requests.decline(consultation=made, actor=actor, reason=reason, now=now)


def test_a_request_holds_the_time_of_both() -> None:
    made = ask()
    assert made.state == State.REQUESTED and Occupancy.objects.filter(consultation=made).count() == 2
    assert told(telling.REQUESTED) == {made.client_id, made.specialist.user_id}
    assert not told(REMINDER) and not told(telling.BOOKED), "nothing is agreed yet"
    with pytest.raises(refusals.SlotTaken):
        booking.book(specialist=made.specialist, client=make_user(), start=at(), now=database_now(), location="PT")


def test_a_request_lapses_after_72_hours_or_when_the_notice_begins() -> None:
    now = at(9, days=0)
    assert requests.lapses_at(at(days=9), 60, now) == now + timedelta(hours=72)
    assert requests.lapses_at(at(days=1), 60, now) == at(9, days=1)
    late = at(10, days=0)
    assert requests.lapses_at(late, 60, now) == late, "an hour to answer, but never past the start"
    assert requests.lapses_at(at(12, days=0), 180, now) == now + timedelta(hours=1)


def test_yes_makes_it_a_booking_like_any_other() -> None:
    made = ask()
    agreed = accept(made)
    assert agreed.state == State.CONFIRMED and agreed.expires_at is None and agreed.sequence == 1
    both = {made.client_id, made.specialist.user_id}
    assert told(telling.BOOKED) == both and told(REMINDER) == both and not told(telling.REQUESTED)
    assert accept(made).sequence == 1, "a second yes changes nothing"
    assert list(made.events.values_list("what", flat=True)) == ["requested", "accepted"]
    with pytest.raises(refusals.NotOpen):
        decline(made)


def test_no_frees_the_time_and_tells_the_one_who_asked() -> None:
    made = ask()
    declined = decline(made, reason="I am away that day.")
    assert declined.state == State.DECLINED and not Occupancy.objects.filter(consultation=made).exists()
    assert told(telling.DECLINED) == {made.client_id} and fresh(made).cancel_reason == "I am away that day."
    assert Opening.objects.filter(specialist=made.specialist, start=at()).exists()
    assert decline(made).sequence == 1, "a second no changes nothing"
    with pytest.raises(refusals.NotOpen):
        accept(made)


def test_only_the_specialist_answers() -> None:
    made = ask()
    for actor in (made.client, make_user()):
        for act in (accept, decline):
            with pytest.raises(refusals.NotYours):
                act(made, actor)


def test_an_answer_after_the_time_has_run_out() -> None:
    made = ask()
    for act in (accept, decline):
        with pytest.raises(refusals.NotOpen):
            act(made, now=made.expires_at)
    assert fresh(made).state == State.REQUESTED, "the tick closes it"
    assert requests.lapse_all(now=made.expires_at) == 1
    assert requests.lapse_all(now=made.expires_at) == 0
    lapsed = fresh(made)
    assert lapsed.state == State.EXPIRED and not Occupancy.objects.filter(consultation=made).exists()
    assert told(telling.EXPIRED) == {made.client_id, made.specialist.user_id}
    assert lapsed.events.last().what == "expired" and lapsed.events.last().actor is None
    with pytest.raises(refusals.NotOpen):
        accept(made, now=made.expires_at)


def test_what_lapsed_stands_in_nobodys_way_before_the_tick() -> None:
    """The next person books the time at once, and the one whose request lapsed may ask somebody else."""
    made = ask(start=at(days=4))
    late = made.expires_at
    other = make_user()
    assert booking.book(specialist=made.specialist, client=other, start=at(days=4), now=late, location="PT")
    assert fresh(made).state == State.EXPIRED
    again = agree(make_specialist(), made.client, at(days=4), now=late)
    assert again.state == State.CONFIRMED and Consultation.objects.holding().count() == 2


def test_a_request_counts_as_one_that_is_open() -> None:
    made = ask()
    with pytest.raises(refusals.OneOpenEach):
        agree(made.specialist, made.client, at(14))
