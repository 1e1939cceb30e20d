"""A specialist's hours: the usual week, dates that differ, and kind limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from audit import trail
from consultations import openings_sync
from consultations.models import DateException, Schedule, WeeklyWindow
from specialists.models import Specialist
from web.local_time import local_day
from web.times import dated


class Refused(Exception):
    """The hours stay as they are; the text says what to change."""


class Range(NamedTuple):
    """Hours of one weekday (0 is Monday) in the specialist's zone; an end of 00:00 is midnight."""

    weekday: int
    start: time
    end: time

    def minutes(self) -> tuple[int, int]:
        start, end = (each.hour * 60 + each.minute for each in (self.start, self.end))
        return start, end or 24 * 60


def day_words(weekday: int) -> str:
    """Monday, in the language of the page."""
    return dated(date(2024, 1, 1 + weekday), "weekday")


def check(ranges: Sequence[Range]) -> None:
    """Raises Refused for hours that end before they begin, or overlap."""
    for each in ranges:
        start, end = each.minutes()
        if end <= start:
            said = {"day": day_words(each.weekday), "start": f"{each.start:%H:%M}", "end": f"{each.end:%H:%M}"}
            raise Refused(_("%(day)s: %(end)s is not after %(start)s. Choose a later end.") % said)
    ordered = sorted(ranges, key=lambda each: (each.weekday, each.minutes()))
    for first, second in pairwise(ordered):
        if first.weekday == second.weekday and second.minutes()[0] < first.minutes()[1]:
            said = {"day": day_words(first.weekday), "first": _said(first), "second": _said(second)}
            raise Refused(_("%(day)s: %(first)s and %(second)s overlap. Join them or move one.") % said)


def _said(each: Range) -> str:
    return f"{each.start:%H:%M}\N{EN DASH}{each.end:%H:%M}"


def schedule_of(specialist: Specialist) -> Schedule:
    """The schedule, or an unsaved one with the usual limits for somebody who has none yet."""
    return Schedule.objects.filter(specialist=specialist).first() or Schedule(specialist=specialist)


def _locked(specialist: Specialist) -> Schedule:
    Specialist.objects.select_for_update(no_key=True).get(pk=specialist.pk)
    return Schedule.objects.get_or_create(specialist=specialist)[0]


def _done(schedule: Schedule, verb: str, now: datetime) -> None:
    schedule.version += 1
    schedule.save()
    pk, actor = schedule.specialist_id, schedule.specialist.user_id
    trail.record(verb=verb, subject_kind="specialist", subject_id=pk, actor_id=actor, now=now)
    openings_sync.refresh(specialist_id=pk, now=now)


@transaction.atomic
def save_hours(
    *,
    specialist: Specialist,
    ranges: Sequence[Range],
    notice_minutes: int,
    horizon_days: int,
    buffer_minutes: int,
    weekly_cap: int | None,
    now: datetime,
) -> Schedule:
    """Replace the usual week and the limits; what is booked stays booked (BOOKING 32). Raises Refused."""
    check(ranges)
    schedule = _locked(specialist)
    schedule.notice_minutes, schedule.horizon_days = notice_minutes, horizon_days
    schedule.buffer_minutes, schedule.weekly_cap = buffer_minutes, weekly_cap
    schedule.windows.all().delete()
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(schedule=schedule, weekday=each.weekday, start=each.start, end=each.end) for each in ranges
    )
    _done(schedule, "hours changed", now)
    return schedule


@transaction.atomic
def add_exception(
    *, specialist: Specialist, day: date, start: time | None, end: time | None, now: datetime
) -> DateException:
    """Close a date (no times given) or open other hours on it. Raises Refused."""
    if day < local_day(now, specialist.time_zone):
        raise Refused(_("That date is over. Choose today or a later one."))
    if (start is None) != (end is None):
        raise Refused(_("Give both a beginning and an end, or neither for a whole day away."))
    schedule = _locked(specialist)
    there = schedule.exceptions.filter(date=day)
    if start is None or end is None:
        there.delete()
    else:
        if there.filter(start=None).exists():
            raise Refused(_("You are away that whole day. Remove that first."))
        check([*(Range(0, each.start, each.end) for each in there if each.start and each.end), Range(0, start, end)])
    made = DateException.objects.create(schedule=schedule, date=day, start=start, end=end)
    _done(schedule, "date changed", now)
    return made


@transaction.atomic
def remove_exception(*, specialist: Specialist, exception_id: int, now: datetime) -> None:
    """Back to the usual week on that date; removing it twice changes nothing."""
    schedule = _locked(specialist)
    schedule.exceptions.filter(pk=exception_id).delete()
    _done(schedule, "date changed", now)
