"""Who is free next: this evening, else tomorrow, else soonest; drawn anew each day, the same for everybody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from portal import rows
from portal.week import Week
from specialists.models import Opening, Specialist
from web import local_time

SHOWN = 3
TIMES_EACH = 2


@dataclass(frozen=True)
class Free:
    """A heading, how many half hours are open in that stretch of time, and up to three people."""

    heading: str
    count: int
    rows: list[rows.SpecialistRow]


def free_next(*, week: Week, zone: str, now: datetime, named: bool = True) -> Free:
    """The first stretch of time in which anybody is free; two queries, none when nobody is all week.

    With `named` off it says how many half hours are open and nobody's name.
    """
    today = local_time.local_day(now, zone)
    stretches = [
        (_("Free this evening"), *local_time.part_range(today, "evening", zone)),
        (_("Free tomorrow"), *local_time.day_range(today + timedelta(days=1), zone)),
        (_("Free soonest"), now, now + timedelta(days=8)),
    ]
    for heading, since, until in stretches:
        if count := week.count(since, until):
            return Free(heading, count, drawn(since=since, until=until, today=today, now=now) if named else [])
    return Free(_("Free soonest"), 0, [])


def drawn(*, since: datetime, until: datetime, today: date, now: datetime) -> list[rows.SpecialistRow]:
    """Three of those who are free then, by the day's draw, with their first half hours."""
    starts: dict[int, list[datetime]] = {}
    openings = (
        Opening.objects.listed(now)
        .filter(start__gte=since, start__lt=until, specialist__in=Specialist.objects.bookable())
        .order_by("start")
        .values_list("specialist_id", "start")
    )
    for specialist_id, start in openings:
        theirs = starts.setdefault(specialist_id, [])
        if len(theirs) < TIMES_EACH:
            theirs.append(start)
    chosen = sorted(starts, key=lambda pk: draw(pk, today))[:SHOWN]
    people = Specialist.objects.in_bulk(chosen)
    return rows.specialist_rows((people[pk] for pk in chosen if pk in people), starts)


def draw(specialist_id: int, day: date) -> bytes:
    """A specialist's place in the day's draw: nobody can buy it, and everybody sees the same one."""
    return hashlib.sha256(f"{day.isoformat()}:{specialist_id}".encode()).digest()
