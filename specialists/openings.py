"""Rows of free half hours: written by consultations, read by every list (DECISIONS 17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from specialists.models import Opening, Specialist
from web.prepared import Prepared

GONE = """
    DELETE FROM specialists_opening o WHERE specialist_id = %s AND NOT EXISTS (
        SELECT FROM unnest(%s::timestamptz[]) s WHERE s = o.start AND s - make_interval(secs => %s) = o.closes_at
    ) RETURNING o.start
"""
CAME = """
    INSERT INTO specialists_opening (specialist_id, start, closes_at)
    SELECT %s, s, s - make_interval(secs => %s) FROM unnest(%s::timestamptz[]) s
    WHERE NOT EXISTS (SELECT FROM specialists_opening o WHERE o.specialist_id = %s AND o.start = s)
    RETURNING start
"""

# Few people give more half hours than this in a week and a day; those who do cost a second query.
USUAL_WEEK = 64
WEEK_AND_MORE = timedelta(days=9)


class Difference(NamedTuple):
    """What became of the rows: how many went or came, and the half hours that were not open before."""

    rows: int
    came: list[datetime]


@transaction.atomic
def replace(*, specialist_id: int, starts: Sequence[datetime], notice: timedelta, now: datetime) -> Difference:
    """Make the rows of one specialist equal to `starts` (UTC instants) and set their next free half hour.

    Only what differs is written, so that a refresh that changes nothing leaves no dead rows behind. `notice` is how
    long before its start a half hour closes. The specialist is locked.
    """
    wanted = list(starts)
    with connection.cursor() as cursor:
        cursor.execute(GONE, [specialist_id, wanted, notice.total_seconds()])
        gone, came = cursor.fetchall(), []
        if wanted:
            cursor.execute(CAME, [specialist_id, notice.total_seconds(), wanted, specialist_id])
            came = cursor.fetchall()
    first = min((start for start in wanted if start - notice > now), default=None)
    Specialist.objects.filter(pk=specialist_id).exclude(next_free=first).update(next_free=first)
    # A row that changed its notice went and came; the half hour was open all the while.
    return Difference(len(gone) + len(came), sorted(start for (start,) in set(came) - set(gone)))


def next_for(
    ids: Iterable[int], now: datetime, n: int = 3, within: Sequence[tuple[datetime, datetime]] = ()
) -> dict[int, list[datetime]]:
    """The next `n` half hours of each specialist that can still be booked at `now`: one query for all.

    `within` keeps to those that start in one of the ranges [from, until).
    """
    rows = Opening.objects.listed(now).filter(specialist__in=list(ids))
    if within:
        rows = rows.filter(reduce(or_, (Q(start__gte=since, start__lt=until) for since, until in within)))
    nth = Window(RowNumber(), partition_by=F("specialist"), order_by=F("start").asc())
    found = rows.annotate(nth=nth).filter(nth__lte=n).order_by("specialist", "start")
    pairs = found.values_list("specialist", "start")
    return {key: [start for _, start in group] for key, group in groupby(pairs, key=lambda pair: pair[0])}


def week_after(*, specialist_id: int, since: datetime, now: datetime) -> list[datetime]:
    """The half hours of one specialist from `since` on that can still be booked, in order: as far as a week and
    the day after it, counted from the first, and perhaps some further ones. Mostly one query.
    """
    asked = {"who": specialist_id, "since": since, "now": now}
    found = [start for (start,) in _ask_usual(**asked)]
    whole = len(found) < USUAL_WEEK or found[-1] - max(since, found[0]) >= WEEK_AND_MORE
    return found if whole else [start for (start,) in _ask_all(**asked)]


def _after(who: int, since: datetime, now: datetime) -> QuerySet[Opening, tuple[datetime]]:
    rows = Opening.objects.listed(now).filter(specialist=who, start__gte=since)
    return rows.order_by("start").values_list("start")


# Every reader of every picker asks this.
_ask_all = Prepared(_after, who=int, since=datetime, now=datetime)
_ask_usual = Prepared(lambda **asked: _after(**asked)[:USUAL_WEEK], who=int, since=datetime, now=datetime)


def repair_next_free(now: datetime) -> int:
    """Move every `next_free` on that has closed by now; says how many were moved. Part of the tick.

    The stored value is a cache of the rows: it is wrong once its half hour closed for lack of notice.
    """
    first = Subquery(
        Opening.objects.listed(now).filter(specialist=OuterRef("pk")).order_by("start").values("start")[:1]
    )
    moved = Q(next_free__lt=F("first")) | Q(next_free__gt=F("first"))
    moved |= Q(next_free=None, first__isnull=False) | Q(next_free__isnull=False, first=None)
    return Specialist.objects.annotate(first=first).filter(moved).update(next_free=first)
