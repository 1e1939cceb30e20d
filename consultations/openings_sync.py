"""From hours and bookings to rows of openings: the truth is computed here, lists read the rows (DECISIONS 17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import transaction

from consultations import days_off
from consultations.availability import Busy, DayException, Hours, Rules, Window, openings
from consultations.models import BusyBlock, Consultation, Occupancy, Schedule, State
from specialists import openings as rows
from specialists.models import Opening, Specialist
from web.local_time import iso_week, local_day

COUNTS_FOR_CAP = (State.REQUESTED, State.CONFIRMED, State.ENDED)


# Hours that cross midnight are cut at a day that is closed, so the days around the horizon matter too.
MARGIN = timedelta(days=2)


def rules_of(schedule: Schedule, zone: str, now: datetime) -> Rules:
    """The rules of a schedule as the pure function takes them, for what can be booked at `now`."""
    today = local_day(now, zone)
    horizon = timedelta(days=schedule.horizon_days)
    return Rules(
        zone=zone,
        windows=tuple(Window(each.weekday, each.start, each.end) for each in schedule.windows.all()),
        exceptions=tuple(_exceptions(schedule, today - MARGIN, today + horizon + MARGIN)),
        notice=timedelta(minutes=schedule.notice_minutes),
        horizon=horizon,
        buffer=timedelta(minutes=schedule.buffer_minutes),
    )


def _exceptions(schedule: Schedule, first: date, last: date) -> Iterator[DayException]:
    """Days that differ. On a holiday only hours opened for that very date count."""
    holidays = days_off.holidays_between(schedule, first, last)
    opened = set()
    for row in schedule.exceptions.all():
        if row.start is None or row.end is None:
            yield DayException(row.date, "closed")
        else:
            opened.add(row.date)
            kind: Literal["instead", "extra"] = "instead" if row.date in holidays else "extra"
            yield DayException(row.date, kind, (Hours(row.start, row.end),))
    yield from (DayException(day, "closed") for day in holidays if day not in opened)
    yield from (DayException(day, "closed") for day in days_off.days_away(schedule, first, last))


def busy_of(user_id: int | None, now: datetime, *, without: Consultation | None = None) -> list[Busy]:
    """All time of a person that is taken from now on, on either side of a half hour.

    `without` is a booking whose own time doesn't count, because it is being moved (BOOKING 19).
    """
    taken = Occupancy.objects.filter(person=user_id, during__endswith__gt=now)
    if without is not None:
        taken = taken.exclude(consultation=without)
    return [Busy(during.lower, during.upper) for during in taken.values_list("during", flat=True)]


def busy_elsewhere(schedule: Schedule, now: datetime) -> list[Busy]:
    """Time taken in the specialist's own calendar."""
    blocks = BusyBlock.objects.filter(calendar__schedule=schedule, end__gt=now)
    return [Busy(start, end) for start, end in blocks.values_list("start", "end")]


def true_openings(specialist: Specialist, now: datetime, *, without: Consultation | None = None) -> list[datetime]:
    """What can be booked, from hours and bookings themselves; nothing for somebody who takes no bookings."""
    return openings_of(specialist, now, without=without) if specialist.is_bookable else []


def openings_of(
    specialist: Specialist, now: datetime, *, without: Consultation | None = None, notice: timedelta | None = None
) -> list[datetime]:
    """Open half hours by hours, bookings and caps, whether or not new people are taken at present.

    `notice` stands in for the schedule's where the specialist, whom it is for, agrees to less.
    """
    rows = Schedule.objects.prefetch_related("windows", "exceptions", "absences")
    schedule = rows.filter(specialist=specialist).first()
    if schedule is None:
        return []
    rules = rules_of(schedule, specialist.time_zone, now)
    if notice is not None:
        rules = replace(rules, notice=notice)
    busy = busy_of(specialist.user_id, now, without=without) + busy_elsewhere(schedule, now)
    free = openings(rules=rules, busy=busy, now=now)
    return _within_caps(free, specialist, schedule, without)


def _within_caps(
    starts: list[datetime], specialist: Specialist, schedule: Schedule, without: Consultation | None
) -> list[datetime]:
    """Those on days and in weeks, Monday to Sunday, of the specialist's calendar that are not full yet (BOOKING 11)."""
    if not starts or (schedule.weekly_cap is None and schedule.daily_cap is None):
        return starts
    since = starts[0] - timedelta(days=8)
    given = Consultation.objects.filter(specialist=specialist, state__in=COUNTS_FOR_CAP, start__gte=since)
    if without is not None:
        given = given.exclude(pk=without.pk)
    zone = specialist.time_zone
    given_starts = list(given.values_list("start", flat=True))
    if schedule.weekly_cap is not None:
        weeks = Counter(iso_week(start, zone) for start in given_starts)
        starts = [start for start in starts if weeks[iso_week(start, zone)] < schedule.weekly_cap]
    if schedule.daily_cap is not None:
        days = Counter(local_day(start, zone) for start in given_starts)
        starts = [start for start in starts if days[local_day(start, zone)] < schedule.daily_cap]
    return starts


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
