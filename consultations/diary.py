"""A specialist's diary at one moment: hours, what is taken, and caps, read once and asked as often as needed.

Read under the specialist's lock it is the truth that a booking is decided by, and the same one, with the booking
in it, that lists are made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from consultations import days_off
from consultations.availability import SLOT, Busy, DayException, Hours, Rules, Window, openings
from consultations.models import BusyBlock, Consultation, Occupancy, Schedule, State
from specialists.models import Specialist
from web.local_time import iso_week, local_day

COUNTS_FOR_CAP = (State.REQUESTED, State.CONFIRMED, State.ENDED)
# Hours that cross midnight are cut at a day that is closed, so the days around the horizon matter too.
MARGIN = timedelta(days=2)
WEEK_AND_A_DAY = timedelta(days=8)


@dataclass
class Diary:
    """What decides which half hours are open; `busy` and `given` grow with what is agreed meanwhile."""

    schedule: Schedule
    zone: str
    rules: Rules
    busy: list[Busy]
    given: list[datetime]
    now: datetime

    def free(self, *, notice: timedelta | None = None) -> list[datetime]:
        """Open half hours by hours, bookings and caps, in order.

        `notice` stands in for the schedule's where the specialist, whom it is for, agrees to less.
        """
        rules = self.rules if notice is None else replace(self.rules, notice=notice)
        return self._within_caps(openings(rules=rules, busy=self.busy, now=self.now))

    @property
    def apart(self) -> timedelta:
        """How far from each other two half hours must start, so that the pause fits between them."""
        return SLOT + self.rules.buffer

    def take(self, consultation: Consultation) -> None:
        """A half hour that was just agreed, with the rest after it."""
        rest = timedelta(minutes=consultation.buffer_minutes)
        self.busy.append(Busy(consultation.start, consultation.end + rest))
        self.given.append(consultation.start)

    def _within_caps(self, starts: list[datetime]) -> list[datetime]:
        """Those on days and in weeks, Monday to Sunday, of the specialist that are not full yet (BOOKING 11)."""
        weekly, daily, zone = self.schedule.weekly_cap, self.schedule.daily_cap, self.zone
        if weekly is not None:
            weeks = Counter(iso_week(start, zone) for start in self.given)
            starts = [start for start in starts if weeks[iso_week(start, zone)] < weekly]
        if daily is not None:
            days = Counter(local_day(start, zone) for start in self.given)
            starts = [start for start in starts if days[local_day(start, zone)] < daily]
        return starts


def read(specialist: Specialist, now: datetime, *, without: Consultation | None = None) -> Diary | None:
    """The diary, whether or not new people are taken at present; None where no hours were ever set.

    `without` is a booking whose own time doesn't count, because it is being moved (BOOKING 19).
    """
    schedule = whole_schedule(specialist)
    return of(schedule, specialist, now, without=without) if schedule else None


def whole_schedule(specialist: Specialist) -> Schedule | None:
    """The schedule with all that `rules_of` reads; None for somebody who has none yet."""
    rows = Schedule.objects.prefetch_related("windows", "exceptions", "absences")
    return rows.filter(specialist=specialist).first()


def of(schedule: Schedule, specialist: Specialist, now: datetime, *, without: Consultation | None = None) -> Diary:
    """The diary by this schedule, which may be one that is only thought of."""
    return Diary(
        schedule=schedule,
        zone=specialist.time_zone,
        rules=rules_of(schedule, specialist.time_zone, now),
        busy=[*_booked(specialist.user_id, now, without), *_busy_elsewhere(schedule, now)],
        given=list(_given(schedule, now, without)),
        now=now,
    )


def rules_of(schedule: Schedule, zone: str, now: datetime, *, days: int | None = None) -> Rules:
    """The rules of a schedule as the pure function takes them, for what can be booked at `now`.

    `days` stands in for the horizon where more than what can be booked is asked about.
    """
    today = local_day(now, zone)
    horizon = timedelta(days=schedule.horizon_days if days is None else days)
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


def _booked(user_id: int | None, now: datetime, without: Consultation | None) -> Iterator[Busy]:
    """All time of a person that is taken from now on, on either side of a half hour."""
    taken = Occupancy.objects.filter(person=user_id, during__endswith__gt=now)
    if without is not None:
        taken = taken.exclude(consultation=without)
    return (Busy(during.lower, during.upper) for during in taken.values_list("during", flat=True))


def _busy_elsewhere(schedule: Schedule, now: datetime) -> Iterator[Busy]:
    """Time taken in the specialist's own calendar."""
    blocks = BusyBlock.objects.filter(calendar__schedule=schedule, end__gt=now)
    return (Busy(start, end) for start, end in blocks.values_list("start", "end"))


def _given(schedule: Schedule, now: datetime, without: Consultation | None) -> Iterable[datetime]:
    """Starts that count for the caps, from the week before on; nothing where there are no caps."""
    if schedule.weekly_cap is None and schedule.daily_cap is None:
        return []
    rows = Consultation.objects.filter(specialist=schedule.specialist_id, state__in=COUNTS_FOR_CAP)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    return rows.filter(start__gte=now - WEEK_AND_A_DAY).values_list("start", flat=True)
