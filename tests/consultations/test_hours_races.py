"""Hours change while people book: every booking is either refused or asked about, never both missed (BOOKING 33)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from consultations import absences, booking, hours
from consultations.hours import Plan
from consultations.models import Absence, Consultation
from consultations.ranges import Range
from tests.consultations.test_races import race
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at(hour: int, days: int = 2) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("_round", range(5))
def test_case_33_no_booking_slips_into_days_away(_round: int) -> None:
    specialist, now = make_specialist(), timezone.now()
    day = at(10).date()

    def book() -> None:
        booking.book(specialist=specialist, client=member, start=at(10), now=now, location="PT")

    def leave() -> None:
        absences.add(specialist=specialist, actor=specialist.user, first_day=day, last_day=day, answers={}, now=now)

    member = make_user()
    ended = race([book, leave])
    assert ended in ({"booked": 1, "NotOffered": 1}, {"booked": 1, "Unanswered": 1})
    assert Consultation.objects.count() + Absence.objects.count() == 1


def test_two_windows_saving_at_once_leave_one_whole_week_and_one_is_told() -> None:
    specialist, now = make_specialist(), timezone.now()
    seen = hours.plan_of(specialist, hours.schedule_of(specialist)).digest()

    def save(start: int) -> None:
        ranges = tuple(Range(day, time(start), time(start + 2)) for day in range(7))
        hours.save_hours(
            specialist=specialist, actor_id=specialist.user_id, plan=Plan(ranges=ranges), seen=seen, now=now
        )

    ended = race([lambda: save(9), lambda: save(14)])
    assert ended == {"booked": 1, "ChangedMeanwhile": 1}
    assert len({each.start for each in specialist.schedule.windows.all()}) == 1
    assert specialist.schedule.windows.count() == 7
