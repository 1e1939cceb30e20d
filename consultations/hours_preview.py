"""What people see of a specialist's hours, stored or just typed: the week as windows, and the next free half hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from babel.dates import format_date
from django.conf import settings

from consultations import diary
from consultations.availability import Window
from consultations.hours import LIMITS, Plan, plan_of
from consultations.models import Consultation, Schedule
from consultations.ranges import DAY, WEEK, Range, day_words
from specialists.models import Specialist
from web.local_time import by_day, local_day, valid_zone
from web.times import current_locale

SHOWN, MOST_ROWS = 9, 18


@dataclass(frozen=True)
class Pane:
    """One row of the week as windows: from when on, and which of the seven days are open then."""

    hour: str
    days: list[bool]


@dataclass(frozen=True)
class Start:
    """A free half hour; `other_day` when the other zone has another date then."""

    at: datetime
    other_day: bool


@dataclass(frozen=True)
class Preview:
    """The windows, their column headings (letter, name), and the next half hours by the specialist's days."""

    panes: list[Pane]
    heads: list[tuple[str, str]]
    days: list[tuple[date, list[Start]]]
    zone: str
    other_zone: str


def of(specialist: Specialist, schedule: Schedule, plan: Plan, *, other_zone: str, now: datetime) -> Preview:
    """The preview of this plan, whether or not it is stored and whether or not people can book at present."""
    zone = specialist.time_zone
    found = by_day(_next(specialist, schedule, plan, now), zone)
    days = [
        (day, [Start(at, local_day(at, other_zone) != local_day(at, zone)) for at in starts]) for day, starts in found
    ]
    return Preview(panes_of(plan.ranges), _heads(), days, zone, other_zone)


def other_zone(specialist: Specialist, asked: str) -> str:
    """The second clock: the one asked for, else that of whoever booked last, else the site's."""
    if asked and valid_zone(asked):
        return asked
    last = Consultation.objects.filter(specialist=specialist).order_by("-booked_at").select_related("client").first()
    return last.client.zone if last else settings.SITE_TIME_ZONE


def _next(specialist: Specialist, schedule: Schedule, plan: Plan, now: datetime) -> list[datetime]:
    """The first half hours that the plan leaves open, beside what is booked or taken elsewhere."""
    shown = schedule
    if not schedule.pk or plan != plan_of(specialist, schedule):
        # Rows that belong to a schedule are those of the stored one; 0 is nobody's key.
        shown = Schedule(pk=schedule.pk or 0, specialist=specialist)
        for name in LIMITS:
            setattr(shown, name, getattr(plan, name))
    read = diary.of(shown, specialist, now)
    windows = tuple(Window(*each) for each in plan.ranges)
    return replace(read, rules=replace(read.rules, windows=windows)).free()[:SHOWN]


def panes_of(ranges: Sequence[Range]) -> list[Pane]:
    """Rows of half hours in which any day is open; of hours when there are many. Nights run into the next day."""
    spans = []
    for each in ranges:
        start, end = (each.weekday * DAY + minute for minute in each.minutes())
        spans += [(start, end), (start - WEEK, end - WEEK)]
    for step in (30, 60, 120):
        rows = []
        for minute in range(0, DAY, step):
            lit = [_any(spans, day * DAY + minute, step) for day in range(7)]
            if any(lit):
                rows.append(Pane(f"{minute // 60}:{minute % 60:02}", lit))
        if len(rows) <= MOST_ROWS:
            break
    return rows


def _any(spans: Sequence[tuple[int, int]], minute: int, length: int) -> bool:
    """Whether a whole half hour of these minutes is inside one of the spans."""
    halves = range(minute, minute + length, 30)
    return any(start <= half and half + 30 <= end for half in halves for start, end in spans)


def _heads() -> list[tuple[str, str]]:
    locale = current_locale()
    narrow = [format_date(date(2024, 1, 1 + day), "EEEEE", locale=locale) for day in range(7)]
    return [(narrow[day], day_words(day)) for day in range(7)]
