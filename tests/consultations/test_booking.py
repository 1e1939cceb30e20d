"""Booking and cancelling: the happy path and every refusal, by the numbers of the cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from consultations import booking, cancelling, ending, holds, invites, openings_sync, refusals
from consultations.models import Consultation, Hold, Occupancy, State
from notifications.models import Notification
from specialists.changes import announce
from specialists.models import ExcludedMember, Opening
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db


def at(days: int = 2, hour: int = 10, minute: int = 0) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def book(specialist, client, start=None, **known) -> Consultation:
    values = {"now": timezone.now(), "location": "PT", "format": "video"} | known
    return booking.book(specialist=specialist, client=client, start=start or at(), **values)


def test_a_booking_leaves_everything_in_place() -> None:
    specialist, client = make_specialist(), make_user()
    openings_sync.refresh(specialist_id=specialist.pk, now=timezone.now())
    made = book(specialist, client, note="<b>hello</b>")
    assert made.state == State.CONFIRMED and made.end - made.start == timedelta(minutes=30)
    spans = {row.person_id: row.during.upper for row in Occupancy.objects.filter(consultation=made)}
    assert spans[client.pk] == made.end and spans[specialist.user_id] == made.end + timedelta(minutes=5)
    starts = set(Opening.objects.filter(specialist=specialist).values_list("start", flat=True))
    assert made.start not in starts and made.start - timedelta(minutes=30) not in starts
    assert made.start + timedelta(hours=1) in starts
    kinds = sorted(Notification.objects.values_list("kind", flat=True))
    assert kinds == ["consultation_after"] * 2 + ["consultation_booked"] * 2 + ["consultation_reminder"] * 4
    assert client.consents.get().document == "free_consultation"


def test_case_09_one_person_two_specialists_names_the_first() -> None:
    first, second, client = make_specialist(), make_specialist(), make_user()
    book(first, client)
    with pytest.raises(refusals.AlreadyElsewhere, match=first.name):
        book(second, client)
    assert book(second, client, at(minute=30)).state == State.CONFIRMED


def test_case_08_a_taken_slot_names_the_nearest() -> None:
    specialist = make_specialist()
    book(specialist, make_user())
    with pytest.raises(refusals.SlotTaken) as caught:
        book(specialist, make_user())
    assert len(caught.value.nearest) == 3 and at() not in caught.value.nearest


def test_case_12_notice_counts_at_the_commit() -> None:
    specialist = make_specialist()
    with pytest.raises(refusals.TooSoon):
        book(specialist, make_user(), now=at() - timedelta(minutes=30))


def test_a_time_never_offered_is_not_booked() -> None:
    specialist = make_specialist()
    for start in (at(hour=3), at(minute=7), at(days=60)):
        with pytest.raises(refusals.NotOffered):
            book(specialist, make_user(), start)


def test_case_13_holds_are_soft() -> None:
    specialist, now = make_specialist(), timezone.now()
    holds.hold(specialist=specialist, start=at(), holder="mine", address="x", now=now)
    with pytest.raises(refusals.SlotTaken):
        book(specialist, make_user(), holder="other")
    assert book(specialist, make_user(), holder="mine")
    assert not Hold.objects.exists()
    holds.hold(specialist=specialist, start=at(hour=14), holder="late", address="x", now=now)
    assert book(specialist, make_user(), at(hour=14), now=now + timedelta(minutes=16))


def test_three_holds_for_an_address_in_an_hour() -> None:
    specialist, now = make_specialist(), timezone.now()
    for hour in (9, 10, 11):
        holds.hold(specialist=specialist, start=at(hour=hour), holder=str(hour), address="x", now=now)
    with pytest.raises(refusals.TooManyHolds):
        holds.hold(specialist=specialist, start=at(hour=12), holder="12", address="x", now=now)


def test_case_14_a_double_submit_is_one_booking_and_one_mail() -> None:
    specialist, client = make_specialist(), make_user()
    first, second = book(specialist, client), book(specialist, client)
    assert first.pk == second.pk and Notification.objects.filter(kind="consultation_booked").count() == 2
    cancelling.cancel(consultation=first, actor=client, reason="", now=timezone.now())
    assert book(specialist, client).pk != first.pk


def test_fair_use() -> None:
    client, specialist = make_user(), make_specialist()
    made = book(specialist, client)
    with pytest.raises(refusals.OneOpenEach) as one:
        book(specialist, client, at(hour=14))
    assert one.value.retry_at == made.end
    for hour in (11, 12):
        book(make_specialist(), client, at(hour=hour))
    with pytest.raises(refusals.ThreeComing):
        book(make_specialist(), client, at(hour=15))


def test_one_ended_in_the_365_days_before() -> None:
    specialist, client = make_specialist(), make_user()
    made = book(specialist, client)
    assert ending.end_past(now=made.end) == 1 and not Occupancy.objects.filter(person=client).exists()
    assert Occupancy.objects.get().during.upper == made.end + timedelta(minutes=5), "the rest is still theirs"
    assert ending.end_past(now=made.end + timedelta(minutes=5)) == 0 and not Occupancy.objects.exists()
    with pytest.raises(refusals.OneAYear):
        book(specialist, client, at(days=3))
    Consultation.objects.update(start=at() - timedelta(days=365), end=at() - timedelta(days=365, minutes=-30))
    assert book(specialist, client, at(days=3))


def test_case_11_the_weekly_cap_closes_the_week() -> None:
    specialist = make_specialist()
    specialist.schedule.weekly_cap = 1
    specialist.schedule.save()
    made = book(specialist, make_user())
    left = openings_sync.true_openings(specialist, timezone.now())
    assert left and all(start.isocalendar()[:2] != made.start.isocalendar()[:2] for start in left)


def test_case_36_an_excluded_member_reads_neutral_words() -> None:
    specialist, client = make_specialist(), make_user()
    ExcludedMember.objects.create(specialist=specialist, member=client, since=timezone.now())
    with pytest.raises(refusals.NotBookable) as caught:
        book(specialist, client)
    assert caught.value.nearest == []


def test_nobody_books_themselves_and_formats_are_those_offered() -> None:
    specialist = make_specialist()
    with pytest.raises(refusals.OwnTime):
        book(specialist, specialist.user)
    with pytest.raises(refusals.FormatNotOffered):
        book(specialist, make_user(), format="in_person")


def test_case_18_cancel_twice_and_after_start() -> None:
    specialist, client = make_specialist(), make_user()
    made, now = book(specialist, client), timezone.now()
    first = cancelling.cancel(consultation=made, actor=client, reason="ill", now=now)
    cancelling.cancel(consultation=made, actor=specialist.user, reason="", now=now)
    assert Notification.objects.filter(kind="consultation_cancelled").count() == 2
    assert not Occupancy.objects.exists() and first.sequence == 1
    assert set(Notification.objects.filter(kind="consultation_reminder").values_list("state", flat=True)) == {
        "withdrawn"
    }
    again = book(specialist, client)
    with pytest.raises(refusals.TooLateToCancel):
        cancelling.cancel(consultation=again, actor=client, reason="", now=again.start)
    with pytest.raises(refusals.NotYours):
        cancelling.cancel(consultation=again, actor=make_user(), reason="", now=now)


def test_case_23_booked_inside_the_window_has_no_reminder_of_the_day_before() -> None:
    book(make_specialist(), make_user(), now=at() - timedelta(hours=3))
    occasions = Notification.objects.filter(kind="consultation_reminder").values_list("occasion", flat=True)
    assert set(occasions) == {"0-60m"}


def test_case_34_a_suspension_calls_off_and_a_pause_does_not() -> None:
    specialist, client = make_specialist(), make_user()
    made = book(specialist, client)
    specialist.state = "paused"
    specialist.save()
    announce(specialist=specialist, change="paused", now=timezone.now())
    made.refresh_from_db()
    assert made.state == State.CONFIRMED and not Opening.objects.filter(specialist=specialist).exists()
    announce(specialist=specialist, change="suspended", now=timezone.now())
    made.refresh_from_db()
    assert made.state == State.CANCELLED and made.cancelled_by is None


def test_case_40_the_invite_keeps_its_uid_and_raises_its_sequence() -> None:
    specialist, client = make_specialist(), make_user(discreet=True)
    made = book(specialist, client)
    asked = Calendar.from_ical(invites.calendar_file(made, client))
    gone = cancelling.cancel(consultation=made, actor=client, reason="", now=timezone.now())
    called_off = Calendar.from_ical(invites.calendar_file(gone, specialist.user))
    (one,), (two,) = asked.walk("VEVENT"), called_off.walk("VEVENT")
    assert (asked["METHOD"], called_off["METHOD"]) == ("REQUEST", "CANCEL")
    assert one["UID"] == two["UID"] and (one["SEQUENCE"], two["SEQUENCE"]) == (0, 1)
    assert one["DTSTART"].dt == made.start and one["DTSTART"].dt.utcoffset() == timedelta()
    assert specialist.name not in str(one["SUMMARY"])
