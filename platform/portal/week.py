"""The coming week as windows: how many half hours are free in each part of each day, where the viewer is."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from specialists.models import Opening, Specialist
from web import local_time, times

DAYS = 7
FEW = 3


@dataclass(frozen=True)
class Pane:
    """One window: `count` free half hours behind it, `dim` when they are few."""

    count: int
    url: str
    label: str
    dim: bool


@dataclass(frozen=True)
class Part:
    """One row of windows: a part of the day, and the hours it covers."""

    name: str
    hours: str
    cells: list[Pane]


@dataclass(frozen=True)
class Week:
    """Seven dates and four rows; `counts` are (instant, how many), in order of time."""

    days: list[date]
    parts: list[Part]
    counts: list[tuple[datetime, int]]

    def count(self, since: datetime, until: datetime) -> int:
        """How many half hours begin in `[since, until)`."""
        return between(self.counts, since, until)


def between(counts: list[tuple[datetime, int]], since: datetime, until: datetime) -> int:
    first = bisect_left(counts, since, key=lambda row: row[0])
    last = bisect_left(counts, until, key=lambda row: row[0])
    return sum(count for _start, count in counts[first:last])


def part_name(part: str) -> str:
    return {"morning": _("Morning"), "midday": _("Midday"), "evening": _("Evening"), "late": _("Late")}[part]


def hours_of(part: str) -> str:
    """6–12, as the row's heading says it."""
    begins, ends = local_time.PARTS[part]
    return f"{begins.hour}\N{EN DASH}{ends.hour}"


def coming_week(*, zone: str, now: datetime, directory: str, tz: str = "") -> Week:
    """The week from today in `zone`, with one query.

    `directory` is the page that a window leads to; `tz` is carried along when the address named a zone.
    """
    today = local_time.local_day(now, zone)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    until = local_time.part_range(days[-1], "late", zone)[1]
    counts = list(
        Opening.objects.listed(now)
        .filter(start__lt=until, specialist__in=Specialist.objects.bookable())
        .order_by("start")
        .values_list("start")
        .annotate(count=Count("id"))
    )
    parts = [
        Part(
            part_name(part),
            hours_of(part),
            [pane(day, part, counts, zone=zone, today=today, directory=directory, tz=tz) for day in days],
        )
        for part in local_time.PARTS
    ]
    return Week(days, parts, counts)


def pane(
    day: date,
    part: str,
    counts: list[tuple[datetime, int]],
    *,
    zone: str,
    today: date,
    directory: str,
    tz: str,
) -> Pane:
    """One window. Its address always names the zone, so that a shared link means the same hours."""
    count = between(counts, *local_time.part_range(day, part, zone))
    query = urlencode({"day": day.isoformat(), "part": part, "tz": tz or zone})
    free = ngettext("%(count)d free", "%(count)d free", count) % {"count": count}
    label = f"{times.day_name(day, today, 'near')}, {part_name(part).lower()}, {free}"
    return Pane(count, f"{directory}?{query}", label, dim=count <= FEW)
