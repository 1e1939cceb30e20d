"""Open half hours held against a walk over every minute, in many zones, on the days when clocks change.

The walk knows nothing of stretches and spans: it asks of each real minute what the clock on the wall reads
and whether the rules name that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.availability import Busy, DayException, Hours, Rules, Window, is_open, openings
from tests.consultations.zones import DAYS, FIRST, ZONES, changes

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HALF_HOUR = 30 * MINUTE


@dataclass(frozen=True)
class Question:
    """What a person asks: these rules, this busy time, at this moment."""

    rules: Rules
    busy: tuple[Busy, ...]
    now: datetime


def within(hours: Hours | Window, at: time, *, spilled: bool) -> bool:
    """Whether a wall time is inside hours of the same date or, spilled, of the date before."""
    crosses = hours.end <= hours.start
    if spilled:
        return crosses and at < hours.end
    return at >= hours.start and (crosses or at < hours.end)


def said(rules: Rules, wall: datetime) -> bool:
    """Whether the rules, read word by word, offer the time the clock reads."""
    special = [one for one in rules.exceptions if one.date == wall.date()]
    if any(one.kind == "closed" for one in special):
        return False
    replaced = any(one.kind == "instead" for one in special)
    for back in (0, 1):
        day = wall.date() - back * DAY
        own = [one for one in rules.exceptions if one.date == day]
        if (back and replaced) or any(one.kind == "closed" for one in own):
            continue
        hours: list[Hours | Window] = [each for one in own for each in one.windows]
        if not any(one.kind == "instead" for one in own):
            hours += [each for each in rules.windows if each.weekday == day.weekday()]
        if any(within(each, wall.time(), spilled=bool(back)) for each in hours):
            return True
    return False


def walk(asked: Question) -> list[datetime]:
    """The slow, plain answer."""
    rules, clock = asked.rules, ZoneInfo(asked.rules.zone)
    last_date = asked.now.astimezone(clock).date() + rules.horizon
    begins = asked.now.replace(second=0)
    minutes = [begins + n * MINUTE for n in range((rules.horizon + 2 * DAY) // MINUTE)]
    walls = [minute.astimezone(clock).replace(tzinfo=None, fold=0) for minute in minutes]
    offered = [said(rules, wall) for wall in walls]
    found = []
    for index, (start, wall) in enumerate(zip(minutes, walls, strict=True)):
        if wall.minute % 30 or wall.date() > last_date or start < asked.now + rules.notice:
            continue
        rested = start + HALF_HOUR + rules.buffer
        taken = any(one.start < rested and start < one.end for one in asked.busy if one.start < one.end)
        if all(offered[index : index + 30]) and not taken:
            found.append(start)
    return found


wall_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 20, 30, 45, 59]) | st.integers(0, 59))
small_times = st.builds(time, st.integers(0, 4), st.sampled_from([0, 30]))
some_hours = st.tuples(wall_times | small_times, wall_times | small_times)
fair_hours = some_hours.filter(lambda pair: pair[0] != pair[1] or pair[0] == time())


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Rules asked about within two days of a change of the clock, or anywhere for zones without one."""
    zone = draw(st.sampled_from(ZONES))
    near = changes(zone) or tuple(FIRST + n * DAY for n in range(3, DAYS - 9, 97))
    now = draw(st.sampled_from(near)) - draw(st.integers(0, 48 * 60)) * MINUTE
    now += timedelta(seconds=draw(st.sampled_from([0, 0, 1])))
    today = now.astimezone(ZoneInfo(zone)).date()
    windows = draw(st.lists(st.tuples(st.integers(0, 6), fair_hours), max_size=8))
    special = draw(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 2), fair_hours), max_size=2))
    spans = draw(st.lists(st.tuples(st.integers(-60, 4000), st.integers(0, 300)), max_size=4))
    rules = Rules(
        zone=zone,
        windows=tuple(Window(weekday, *pair) for weekday, pair in windows),
        exceptions=tuple(
            DayException(today + ahead * DAY, ("closed", "extra", "instead")[kind], (Hours(*pair),))
            for ahead, kind, pair in special
        ),
        notice=draw(st.integers(0, 600)) * MINUTE,
        horizon=draw(st.integers(1, 3)) * DAY,
        buffer=draw(st.sampled_from([0, 5, 10, 30, 45])) * MINUTE,
    )
    busy = tuple(Busy(now + after * MINUTE, now + (after + length) * MINUTE) for after, length in spans)
    return Question(rules, busy, now)


@settings(max_examples=150, deadline=None)
@given(asked=questions())
def test_openings_agree_with_a_walk_over_every_minute(asked: Question) -> None:
    assert openings(rules=asked.rules, busy=asked.busy, now=asked.now) == walk(asked)


@settings(max_examples=200, deadline=None)
@given(asked=questions())
def test_case_03_every_slot_is_thirty_real_minutes_on_the_local_grid(asked: Question) -> None:
    clock = ZoneInfo(asked.rules.zone)
    starts = openings(rules=asked.rules, busy=asked.busy, now=asked.now)
    assert all(before + HALF_HOUR <= after for before, after in pairwise(starts))
    for start in starts:
        assert start.utcoffset() == timedelta(0)
        local = start.astimezone(clock)
        assert (local.minute % 30, local.second) == (0, 0)
        for minute in range(30):
            wall = (start + minute * MINUTE).astimezone(clock).replace(tzinfo=None)
            assert said(asked.rules, wall)
        assert not any(one.start < start + HALF_HOUR and start < one.end for one in asked.busy if one.start < one.end)


@settings(max_examples=100, deadline=None)
@given(asked=questions(), minute=st.integers(-60, 4 * 24 * 60))
def test_is_open_says_the_same_as_the_list(asked: Question, minute: int) -> None:
    starts = openings(rules=asked.rules, busy=asked.busy, now=asked.now)
    for start in (*starts[:5], *starts[-5:], asked.now + minute * MINUTE):
        answer = is_open(rules=asked.rules, busy=asked.busy, now=asked.now, start=start)
        assert answer == (start in starts)


@settings(max_examples=100, deadline=None)
@given(asked=questions(), cuts=st.tuples(st.integers(-60, 4500), st.integers(-60, 4500)))
def test_a_cut_list_is_part_of_the_whole(asked: Question, cuts: tuple[int, int]) -> None:
    since, until = (asked.now + minutes * MINUTE for minutes in cuts)
    whole = openings(rules=asked.rules, busy=asked.busy, now=asked.now)
    part = openings(rules=asked.rules, busy=asked.busy, now=asked.now, since=since, until=until)
    assert part == [start for start in whole if since <= start < until]


@pytest.mark.parametrize("zone", ZONES)
def test_case_03_a_clock_that_changes_neither_loses_nor_doubles_time(zone: str) -> None:
    """Open day and night, every real half hour around every change from 2024 to 2030 is offered once."""
    always = tuple(Window(day, time(0), time(0)) for day in range(7))
    rules = Rules(zone, always, (), notice=timedelta(0), horizon=7 * DAY, buffer=timedelta(0))
    for change in changes(zone) or (datetime(2026, 6, 1, tzinfo=UTC),):
        since, until = change - DAY, change + DAY
        starts = openings(rules=rules, busy=[], now=since - DAY, since=since, until=until)
        assert len(starts) == 96
        assert {after - before for before, after in pairwise(starts)} == {HALF_HOUR}
