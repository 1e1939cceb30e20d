"""From hours and bookings to rows of openings: the truth is computed here, lists read the rows (DECISIONS 17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from consultations.availability import Busy, DayException, Hours, Rules, Window, openings
from consultations.models import Consultation, DateException, Occupancy, Schedule, State
from specialists import openings as rows
from specialists.changes import Change
from specialists.models import Opening, Specialist
from web.local_time import iso_week, local_day

COUNTS_FOR_CAP = (State.REQUESTED, State.CONFIRMED, State.ENDED)


def rules_of(schedule: Schedule, zone: str) -> Rules:
    """The rules of a schedule as the pure function takes them."""
    return Rules(
        zone=zone,
        windows=tuple(Window(each.weekday, each.start, each.end) for each in schedule.windows.all()),
        exceptions=tuple(_exception(each) for each in schedule.exceptions.all()),
        notice=timedelta(minutes=schedule.notice_minutes),
        horizon=timedelta(days=schedule.horizon_days),
        buffer=timedelta(minutes=schedule.buffer_minutes),
    )


def _exception(row: DateException) -> DayException:
    if row.start is None or row.end is None:
        return DayException(row.date, "closed")
    return DayException(row.date, "extra", (Hours(row.start, row.end),))


def busy_of(user_id: int | None, now: datetime) -> list[Busy]:
    """All time of a person that is taken from now on, on either side of a half hour."""
    taken = Occupancy.objects.filter(person=user_id, during__endswith__gt=now).values_list("during", flat=True)
    return [Busy(during.lower, during.upper) for during in taken]


def true_openings(specialist: Specialist, now: datetime) -> list[datetime]:
    """What can be booked, from hours and bookings themselves; nothing for somebody who takes no bookings."""
    schedule = Schedule.objects.filter(specialist=specialist).prefetch_related("windows", "exceptions").first()
    if schedule is None or not specialist.is_bookable:
        return []
    rules = rules_of(schedule, specialist.time_zone)
    free = openings(rules=rules, busy=busy_of(specialist.user_id, now), now=now)
    return _within_cap(free, specialist, schedule.weekly_cap)


def _within_cap(starts: list[datetime], specialist: Specialist, cap: int | None) -> list[datetime]:
    """Those in weeks, Monday to Sunday of the specialist, that are not full yet."""
    if cap is None or not starts:
        return starts
    since = starts[0] - timedelta(days=8)
    given = Consultation.objects.filter(specialist=specialist, state__in=COUNTS_FOR_CAP, start__gte=since)
    zone = specialist.time_zone
    full = Counter(iso_week(start, zone) for start in given.values_list("start", flat=True))
    return [start for start in starts if full[iso_week(start, zone)] < cap]


@transaction.atomic
def refresh(*, specialist_id: int, now: datetime) -> int:
    """Make the rows of one specialist true; how many differed. Locks the specialist."""
    specialist = Specialist.objects.select_for_update(no_key=True).get(pk=specialist_id)
    free = true_openings(specialist, now)
    schedule = Schedule.objects.filter(specialist=specialist).first()
    notice = timedelta(minutes=schedule.notice_minutes if schedule else 0)
    before = set(Opening.objects.filter(specialist=specialist).values_list("start", "closes_at"))
    rows.replace(specialist_id=specialist_id, starts=free, notice=notice, now=now)
    if schedule:
        Schedule.objects.filter(pk=schedule.pk).update(rolled_to=local_day(now, specialist.time_zone))
    return len(before ^ {(start, start - notice) for start in free})


def refresh_people(*, user_ids: Iterable[int], now: datetime) -> None:
    """Refresh those of these people who are specialists: their own booked time closes their half hours."""
    for pk in Specialist.objects.filter(user__in=list(user_ids)).order_by("pk").values_list("pk", flat=True):
        refresh(specialist_id=pk, now=now)


def on_change(*, specialist: Specialist, change: Change, now: datetime) -> None:
    """A specialist's situation changed: their half hours follow in the same transaction."""
    if change in {"suspended", "lapsed", "withdrawn"}:
        from consultations.booking import call_off

        call_off(specialist_id=specialist.pk, client_id=None, actor=None, now=now)
    refresh(specialist_id=specialist.pk, now=now)
