"""Which half hours of one specialist are open: a pure function from rules and instants to instants.

The same function lists the slots, fills the table of openings and, under the lock, decides a booking.

A window holds the moments at which the wall clock in the specialist's zone reads a time inside it. So an
hour that is skipped offers nothing and is never made up for later, and an hour that occurs twice is offered
in both its passes. A slot is 30 real minutes, all of them inside the windows, and starts when the
specialist's clock reads :00 or :30.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from web.local_time import (
    DAY,
    EPOCH_DAY,
    FURTHEST_OFFSET,
    SECOND,
    Stretch,
    in_zone,
    instant,
    local_day,
    seconds,
    seconds_up,
    stretches,
)

SLOT = timedelta(minutes=30)
SLOT_SECONDS = SLOT // SECOND

# A range of whole seconds [start, end), on the wall clock or in UTC as the place says.
Span = tuple[int, int]


class EmptyWindow(ValueError):
    """Hours that begin and end at the same time: nobody can tell whether that is nothing or a whole day."""

    def __init__(self) -> None:
        super().__init__(_("These hours end when they start. Choose a later end."))


@dataclass(frozen=True, slots=True)
class Hours:
    """Local wall times of one day, from `start` until just before `end`.

    An end at 00:00 is midnight at the end of the day; any other end that is earlier than the start is on
    the next day. 00:00 to 00:00 is the whole day. Raises EmptyWindow.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end != time():
            raise EmptyWindow

    def span(self) -> Span:
        """Start and end in wall-clock seconds after the midnight the day begins with."""
        start, end = _of_day(self.start), _of_day(self.end)
        return start, end if start < end else end + DAY


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of every week; `weekday` 0 is Monday, and is the day on which the hours start."""

    weekday: int
    start: time
    end: time

    def __post_init__(self) -> None:
        Hours(self.start, self.end)

    def hours(self) -> Hours:
        return Hours(self.start, self.end)


@dataclass(frozen=True, slots=True)
class DayException:
    """What differs on one local date.

    *closed*: nothing on that date, whatever else is said about it. *instead*: these hours in place of the
    week's. *extra*: these hours beside the week's. A closed or replaced date also takes nothing from
    hours that began the evening before.
    """

    date: date
    kind: Literal["closed", "extra", "instead"]
    windows: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """When a specialist is happy to give half hours.

    `notice` is the least time between booking and start. `horizon` counts local dates: with 7 days the
    last bookable date is the same weekday of next week. `buffer` is the rest kept free after each slot.
    """

    zone: str
    windows: tuple[Window, ...]
    exceptions: tuple[DayException, ...]
    notice: timedelta
    horizon: timedelta
    buffer: timedelta


@dataclass(frozen=True, slots=True)
class Busy:
    """Time that is taken, `[start, end)`; a booking's rest afterwards is already part of it."""

    start: datetime
    end: datetime

    def span(self) -> Span:
        return seconds(self.start), seconds_up(self.end)


def openings(
    *,
    rules: Rules,
    busy: Iterable[Busy],
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[datetime]:
    """The starts of all open half hours, in UTC, in order, each once.

    A start is no sooner than `now` plus the notice and lies in `[since, until)` where these are given. A
    slot is left out when it, with the rest after it, meets busy time: the same ranges that the database
    holds apart. Raises ValueError for times without a zone.
    """
    earliest = seconds_up(now) + rules.notice // SECOND
    if since is not None:
        earliest = max(earliest, seconds_up(since))
    last_day = local_day(now, rules.zone).toordinal() - EPOCH_DAY + rules.horizon.days
    latest = (last_day + 1) * DAY + FURTHEST_OFFSET
    if until is not None:
        latest = min(latest, seconds_up(until))
    if earliest >= latest:
        return []
    # Two days back: hours that cross midnight, on a night whose clock falls back over midnight.
    first_day = (earliest - FURTHEST_OFFSET) // DAY - 2
    last_day = min(last_day, (latest + FURTHEST_OFFSET) // DAY)
    wall = _merged(_wall_spans(rules, first_day, last_day))
    steady = stretches(rules.zone, earliest, latest + SLOT_SECONDS)
    taken = _merged(one.span() for one in busy)
    occupied = SLOT_SECONDS + rules.buffer // SECOND
    starts = _grid(_real_spans(wall, steady), steady, latest)
    return [instant(at) for at in _free(starts, taken, occupied)]


def is_open(*, rules: Rules, busy: Iterable[Busy], now: datetime, start: datetime) -> bool:
    """Whether the half hour that begins at `start` can be booked: `openings`, asked about one instant."""
    # In UTC, since Python adds on the wall clock and calls any time of a repeated hour unequal to its UTC.
    start = in_zone(start, UTC)
    return start in openings(rules=rules, busy=busy, now=now, since=start, until=start + SECOND)


def out_of_hours(*, rules: Rules, starts: Iterable[datetime]) -> list[datetime]:
    """Those of these half hours that do not lie whole inside the hours, in order (BOOKING 32).

    Only windows and exceptions count. Notice, horizon, rest and the grid are for booking: what was agreed
    under others stands (BOOKING 10).
    """
    wanted = sorted(seconds(each) for each in starts)
    if not wanted:
        return []
    earliest, latest = wanted[0], wanted[-1] + SLOT_SECONDS
    first_day = (earliest - FURTHEST_OFFSET) // DAY - 2
    wall = _merged(_wall_spans(rules, first_day, (latest + FURTHEST_OFFSET) // DAY + 1))
    inside = _real_spans(wall, stretches(rules.zone, earliest, latest))
    return [
        instant(at) for at in wanted if not any(begins <= at and at + SLOT_SECONDS <= ends for begins, ends in inside)
    ]


def _of_day(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _wall_spans(rules: Rules, first_day: int, last_day: int) -> Iterator[Span]:
    """All windows from one date to another (days since 1970), on the wall clock, in any order."""
    weekly: dict[int, list[Span]] = {}
    for window in rules.windows:
        weekly.setdefault(window.weekday, []).append(window.hours().span())
    special: dict[int, list[DayException]] = {}
    for exception in rules.exceptions:
        special.setdefault(exception.date.toordinal() - EPOCH_DAY, []).append(exception)
    fenced = {day for day, found in special.items() if any(one.kind != "extra" for one in found)}
    for day in range(first_day, last_day + 1):
        midnight, next_midnight = day * DAY, (day + 1) * DAY
        usual = weekly.get((day + EPOCH_DAY - 1) % 7, [])  # ordinal 1 was a Monday
        spans = _day_spans(usual, special[day]) if day in special else usual
        cut = day == last_day or day + 1 in fenced
        for start, end in spans:
            yield midnight + start, min(midnight + end, next_midnight) if cut else midnight + end


def _day_spans(usual: list[Span], exceptions: list[DayException]) -> list[Span]:
    kinds = {exception.kind for exception in exceptions}
    if "closed" in kinds:
        return []
    own = [hours.span() for exception in exceptions for hours in exception.windows]
    return own if "instead" in kinds else usual + own


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as sorted spans of which no two touch; empty ones fall away."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _real_spans(wall: Sequence[Span], steady: Sequence[Stretch]) -> list[Span]:
    """Where the wall clock reads a time inside the spans, in UTC."""
    real: list[Span] = []
    for stretch in steady:
        for start, end in wall:
            begins = max(start - stretch.offset, stretch.start)
            ends = min(end - stretch.offset, stretch.end)
            if begins < ends:
                real.append((begins, ends))
    return _merged(real)


def _grid(real: Sequence[Span], steady: Sequence[Stretch], latest: int) -> Iterator[int]:
    """Starts of whole slots inside the spans, before `latest`, where the local clock reads :00 or :30."""
    for stretch in steady:
        for begins, ends in real:
            lowest = max(begins, stretch.start)
            first = lowest + -(lowest + stretch.offset) % SLOT_SECONDS
            yield from range(first, min(ends - SLOT_SECONDS + 1, stretch.end, latest), SLOT_SECONDS)


def _free(starts: Iterable[int], taken: Sequence[Span], occupied: int) -> Iterator[int]:
    """Those of the ordered starts from which `occupied` seconds are not taken."""
    index = 0
    for start in starts:
        while index < len(taken) and taken[index][1] <= start:
            index += 1
        if index == len(taken) or start + occupied <= taken[index][0]:
            yield start
