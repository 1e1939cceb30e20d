"""The statements that find half hours by time, and why they read little of a large table.

They take `spans`, disjoint ranges [since, until) in order, and put several people at one instant in the order of
the lots that the day's draw gave them: the same text that `directory.ordered` makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from specialists.wanted import Range

# Where the walk below has passed `raw` half hours: nothing when the spans hold fewer.
PASSED = """
SELECT one.start
FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY AS span (since, until, nth)
CROSS JOIN LATERAL (
    SELECT start FROM specialists_opening
    WHERE start >= span.since AND start < span.until AND closes_at > %(now)s
    ORDER BY start LIMIT %(raw)s
) one
ORDER BY span.nth, one.start OFFSET %(raw)s - 1 LIMIT 1
"""
# Half hours in order of time, whoever's they are. They are put in order first and asked second whether their
# specialist fits, and only until `most` do. The inner SELECT is not made an EXISTS, which PostgreSQL would turn
# into a join and answer for every row; the OFFSET keeps it from looking for the spans once for every half hour.
WALK = """
SELECT start, lot, specialist_id FROM (
    SELECT one.start, md5(%(draw)s || one.specialist_id) AS lot, one.specialist_id
    FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) AS span (since, until)
    CROSS JOIN LATERAL (
        SELECT start, specialist_id FROM specialists_opening
        WHERE start >= span.since AND start < span.until AND closes_at > %(now)s
        OFFSET 0
    ) one
    ORDER BY one.start, lot
) drawn
WHERE (start, lot) > (%(start)s, %(lot)s) AND (SELECT true {listing})
ORDER BY start, lot LIMIT %(most)s
"""
LISTING = "FROM specialists_listing listing WHERE listing.specialist_id = drawn.specialist_id"
# For few people it is shorter to ask each of them for their first half hour. Bounds are the ends of the spans one
# after another, so that a start inside a span falls into a bucket of odd number.
FIRSTS = """
SELECT first.start, md5(%(draw)s || who.id) AS lot, who.id
FROM unnest(%(people)s::bigint[]) AS who (id)
CROSS JOIN LATERAL (
    SELECT start FROM specialists_opening
    WHERE specialist_id = who.id AND start >= %(since)s AND start < %(until)s AND closes_at > %(now)s
        AND width_bucket(start, %(bounds)s::timestamptz[]) %% 2 = 1
        AND (start > %(start)s OR md5(%(draw)s || who.id) > %(lot)s)
    ORDER BY start LIMIT 1
) first
ORDER BY 1, 2 LIMIT %(most)s
"""


@dataclass(frozen=True)
class Row:
    """One half hour of somebody who fits: `lot` is their place among those who begin at the same instant."""

    start: datetime
    lot: str
    specialist: int


def _rows(statement: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Row(*found) for found in cursor.fetchall()]


def passed(*, spans: Sequence[Range], raw: int, now: datetime) -> datetime | None:
    """The start of the `raw`-th half hour in the spans, whoever's it is; None when there are fewer."""
    since, until = [span[0] for span in spans], [span[1] for span in spans]
    with connection.cursor() as cursor:
        cursor.execute(PASSED, {"since": since, "until": until, "raw": raw, "now": now})
        found = cursor.fetchone()
    return found[0] if found else None


def firsts(
    *,
    people: Sequence[int],
    spans: Sequence[Range],
    draw: str,
    beyond: tuple[datetime, str],
    most: int,
    now: datetime,
) -> list[Row]:
    """The first half hour of each of `people` in the spans beyond (start, lot); the first `most` of these."""
    values: dict[str, Any] = {
        "people": list(people),
        "bounds": [end for span in spans for end in span],
        "since": spans[0][0],
        "until": spans[-1][1],
        "draw": draw,
        "start": beyond[0],
        "lot": beyond[1],
        "most": most,
        "now": now,
    }
    return _rows(FIRSTS, values)


def walk(
    *,
    spans: Sequence[Range],
    draw: str,
    beyond: tuple[datetime, str],
    marks: Iterable[Sequence[str]],
    people: Sequence[int] | None,
    most: int,
    now: datetime,
) -> list[Row]:
    """The first `most` half hours in the spans beyond (start, lot) of those who have one of each of `marks`.

    With `people` they are also among those.
    """
    listing, values = LISTING, dict[str, Any]()
    for nth, group in enumerate(marks):
        listing += f" AND listing.marks && %(marks{nth})s::text[]"
        values[f"marks{nth}"] = list(group)
    if people is not None:
        listing += " AND listing.specialist_id = ANY (%(people)s::bigint[])"
        values["people"] = list(people)
    values |= {
        "since": [span[0] for span in spans],
        "until": [span[1] for span in spans],
        "draw": draw,
        "start": beyond[0],
        "lot": beyond[1],
        "most": most,
        "now": now,
    }
    return _rows(WALK.format(listing=listing), values)
