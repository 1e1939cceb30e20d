"""Soonest half hours: everybody's who fits, by time, a few of each person's a day.

Several at the same instant stand in the day's draw, as in the directory. Two ways lead there, and both read little:
where few people fit, each is asked for their first half hour; where many do, all half hours are walked in order of
time until enough are theirs (`soonest_sql`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import F

from specialists import searching, soonest_sql
from specialists.models import Listing, Opening, Specialist
from specialists.soonest_sql import Row
from specialists.wanted import LONGEST_WITHIN, Range, Wanted, ranges
from topics.models import Approach, Topic
from web import local_time

PAGE = 20
# Nobody fills a page: the rest of a person's day is one link away.
EACH_DAY = 2
FURTHEST = timedelta(days=92)
# How many people are asked one by one; above it, the walk finds a page among some thousand half hours.
FEW = 2000
RAW = 2000
MOST = 80
ROUNDS = 4  # the last of them asks everybody who fits, however many they are
SECOND = timedelta(seconds=1)
NEEDED = ("slug", "name", "title", "languages", "formats")

# A start and a lot: what comes after them in the list is still to be shown.
Beyond = tuple[datetime, str]
LAST_LOT = "f" * 32  # lots are written in hexadecimal


@dataclass(frozen=True)
class Place:
    """Where a page ends: the day of the draw, the instant, and the lot drawn."""

    drawn_on: date
    start: datetime
    lot: str

    def token(self) -> str:
        """Opaque to readers of `after`."""
        text = f"{self.drawn_on.isoformat()}.{int(self.start.timestamp())}.{self.lot}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, token: str) -> Place | None:
        """The place of a token; None for anything that is not one of ours."""
        try:
            text = base64.urlsafe_b64decode(token[:200] + "=" * (-len(token[:200]) % 4)).decode("ascii")
            day, start, lot = text.split(".")
            if len(lot) != 32 or set(lot) - set("0123456789abcdef") or not start.isdigit():
                return None
            return cls(date.fromisoformat(day), datetime.fromtimestamp(int(start), UTC), lot)
        except (binascii.Error, ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True)
class Entry:
    """One half hour of one person; `more` when they have further ones that day which the list leaves out.

    `topics` are the ids of what they work with.
    """

    specialist: Specialist
    start: datetime
    more: bool
    topics: frozenset[int]


@dataclass(frozen=True)
class Found:
    """One page: `after` is the place it ends at, empty at the end of the list."""

    entries: list[Entry]
    after: str


def spans_of(wanted: Wanted, *, zone: str, now: datetime) -> list[Range]:
    """The instants asked for from now on, in order and apart; all that are offered when no time was asked for."""
    furthest = now + FURTHEST
    if wanted.part and not wanted.day and not wanted.within:
        wanted = replace(wanted, within=LONGEST_WITHIN)
    asked = ranges(wanted, zone=zone, now=now) if wanted.by_time else [(now, furthest)]
    apart: list[Range] = []
    for since, until in sorted((max(since, now), min(until, furthest)) for since, until in asked):
        if apart and since <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], until))
        elif since < until:
            apart.append((since, until))
    return apart


def marks(wanted: Wanted) -> list[list[str]]:
    """What a listing must carry one of each of."""
    topics = Topic.objects.filter(slug__in=wanted.topics) if wanted.topics else Topic.objects.none()
    approaches = Approach.objects.filter(slug__in=wanted.approaches) if wanted.approaches else Approach.objects.none()
    groups = [
        [f"t{pk}" for pk in topics.values_list("pk", flat=True)],
        [f"a{pk}" for pk in approaches.values_list("pk", flat=True)],
        [f"l:{code}" for code in wanted.languages],
        [f"f:{code}" for code in wanted.formats],
    ]
    return [group for group in groups if group]


@dataclass(frozen=True)
class Search:
    """One question, made ready.

    `people` are those who fit, None when they are too many to name; a `few` are asked one by one. Nobody who stands
    `apart` is shown.
    """

    spans: list[Range]
    marks: list[list[str]]
    people: list[int] | None
    apart: frozenset[int]
    few: bool
    drawn_on: date
    zone: str
    now: datetime

    @property
    def draw(self) -> str:
        return f"{self.drawn_on.isoformat()}:"

    def lot(self, specialist_id: int) -> str:
        return hashlib.md5(f"{self.draw}{specialist_id}".encode(), usedforsecurity=False).hexdigest()

    def inside(self, start: datetime) -> bool:
        """Whether a start lies in one of the spans."""
        nth = bisect_right(self.spans, start, key=lambda span: span[0]) - 1
        return nth >= 0 and start < self.spans[nth][1]


def search(
    wanted: Wanted, *, drawn_on: date, zone: str, now: datetime, few: int = FEW, apart: frozenset[int] = frozenset()
) -> Search:
    """Who fits, as far as that must be known beforehand: with words to look for always, else when they are few."""
    groups = marks(wanted)
    rows = Listing.objects.exclude(pk__in=apart) if apart else Listing.objects.all()
    for group in groups:
        rows = rows.filter(marks__overlap=group)
    if wanted.q:
        rows = rows.filter(specialist__in=Specialist.objects.filter(searching.matching(wanted.q)).values("pk"))
    ids = rows.values_list("specialist", flat=True)
    people = list(ids if wanted.q else ids[: few + 1])
    small = len(people) <= few
    return Search(
        spans=spans_of(wanted, zone=zone, now=now),
        marks=groups,
        people=people if small or wanted.q else None,
        apart=apart,
        few=small,
        drawn_on=drawn_on,
        zone=zone,
        now=now,
    )


def find(
    wanted: Wanted,
    *,
    zone: str,
    now: datetime,
    size: int = PAGE,
    since: datetime | None = None,
    few: int = FEW,
    apart: frozenset[int] = frozenset(),
) -> Found:
    """One page of half hours in order; with `since` those from that instant on, and nobody's who stands `apart`."""
    place = Place.read(wanted.after) if wanted.after else None
    drawn_on = place.drawn_on if place else local_time.local_day(now, settings.SITE_TIME_ZONE)
    asked = search(wanted, drawn_on=drawn_on, zone=zone, now=now, few=few, apart=apart)
    beyond: Beyond | None = (place.start, place.lot) if place else (max(since or now, now), "")
    shown: list[tuple[Row, bool]] = []
    for nth in range(ROUNDS):
        if beyond is None or len(shown) > size:
            break
        if nth == ROUNDS - 1 and not asked.few:
            asked = search(wanted, drawn_on=drawn_on, zone=zone, now=now, few=Listing.objects.count(), apart=apart)
        rows, end = _candidates(asked, beyond, size + 1)
        shown += _visible(asked, rows, beyond, end)
        beyond = end
    if len(shown) > size:
        beyond = shown[size - 1][0].start, shown[size - 1][0].lot
    return Found(_entries(shown[:size]), Place(drawn_on, *beyond).token() if beyond else "")


def _candidates(asked: Search, beyond: Beyond, most: int) -> tuple[list[Row], Beyond | None]:
    """Who comes next in the list, and how far it is then known; None when that is all of it."""
    ahead = [(max(since, beyond[0]), until) for since, until in asked.spans if until > beyond[0]]
    if not ahead or asked.people == []:
        return [], None
    draw, now = asked.draw, asked.now
    if asked.people is not None and asked.few:
        rows = soonest_sql.firsts(people=asked.people, spans=ahead, draw=draw, beyond=beyond, most=most, now=now)
        return rows, (rows[-1].start, rows[-1].lot) if len(rows) == most else None
    edge = soonest_sql.passed(spans=ahead, raw=RAW, now=now)
    near = [(since, min(until, edge + SECOND)) for since, until in ahead if since <= edge] if edge else ahead
    rows = soonest_sql.walk(
        spans=near, marks=asked.marks, people=asked.people, draw=draw, beyond=beyond, most=MOST, now=now
    )
    if len(rows) == MOST:
        return rows, (rows[-1].start, rows[-1].lot)
    return rows, (edge, LAST_LOT) if edge else None


def _visible(asked: Search, rows: list[Row], beyond: Beyond, end: Beyond | None) -> list[tuple[Row, bool]]:
    """The half hours of these people beyond one place and up to another, without what is too many on a day.

    The second says that there are more of theirs that day. Whole days are read, since what stood on an
    earlier page counts.
    """
    if not rows:
        return []
    first = local_time.day_range(local_time.local_day(rows[0].start, asked.zone), asked.zone)[0]
    last = local_time.day_range(local_time.local_day(end[0], asked.zone), asked.zone)[1] if end else asked.spans[-1][1]
    people = {row.specialist for row in rows} - asked.apart
    theirs = Opening.objects.listed(asked.now).filter(specialist__in=people)
    theirs = theirs.filter(start__gte=first, start__lt=last).order_by("start")
    days: dict[tuple[int, date], list[datetime]] = defaultdict(list)
    for specialist, start in theirs.values_list("specialist_id", "start"):
        if asked.inside(start):
            days[specialist, local_time.local_day(start, asked.zone)].append(start)
    found = []
    for (specialist, _day), starts in days.items():
        lot, kept = asked.lot(specialist), starts[:EACH_DAY]
        for start in kept:
            if beyond < (start, lot) and (end is None or (start, lot) <= end):
                found.append((Row(start, lot, specialist), start == kept[-1] and len(starts) > EACH_DAY))
    return sorted(found, key=lambda each: (each[0].start, each[0].lot))


def _entries(shown: list[tuple[Row, bool]]) -> list[Entry]:
    rows = Specialist.objects.only(*NEEDED).annotate(marks=F("listing__marks"))
    people = rows.in_bulk({row.specialist for row, _more in shown})
    topics = {pk: frozenset(_topic_ids(vars(who)["marks"] or ())) for pk, who in people.items()}
    return [
        Entry(people[row.specialist], row.start, more, topics[row.specialist])
        for row, more in shown
        if row.specialist in people
    ]


def _topic_ids(marks: Iterable[str]) -> Iterator[int]:
    return (int(mark[1:]) for mark in marks if mark[0] == "t")


def relaxed(
    wanted: Wanted, *, zone: str, now: datetime, apart: frozenset[int] = frozenset()
) -> list[tuple[str, datetime]]:
    """When nothing fits: which one filter to let go, and when the first half hour would be then, soonest first."""
    found = []
    for name in wanted.active:
        entries = find(wanted.without(name), zone=zone, now=now, size=1, apart=apart).entries
        found += [(name, entry.start) for entry in entries]
    return sorted(found, key=lambda pair: pair[1])


def next_free(wanted: Wanted, *, zone: str, now: datetime, apart: frozenset[int] = frozenset()) -> datetime | None:
    """After the day that was asked for, and with everything else kept: the first half hour there is."""
    asked = ranges(replace(wanted, within=0, part=""), zone=zone, now=now)
    if not wanted.day or not asked:
        return None
    later = find(wanted.without("day"), zone=zone, now=now, size=1, since=asked[-1][1], apart=apart)
    return later.entries[0].start if later.entries else None
