"""The pure function behind every half hour: one specialist's openings over 28 days.

Beside it stands what the shortest honest code would do: walk the days, put each window's half hours on the wall clock
of the zone, and turn them into UTC; no notice, no rest, nothing taken, no skipped or repeated hours. Rounds of the two
take turns, and each figure is the median of its rounds. Only the processor's time counts.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from consultations.availability import Busy, DayException, Hours, Rules, Window, openings
from tests.benchmarks.site import Site

ROUNDS, PER_ROUND = 15, 40
MOST_MS = 2.0
NOW = datetime(2026, 10, 12, 8, 7, tzinfo=UTC)  # two weeks before Europe's clocks change
HALF = timedelta(minutes=30)


@dataclass(frozen=True)
class Case:
    """A schedule with a name, and what is taken of it."""

    name: str
    rules: Rules
    busy: tuple[Busy, ...] = ()


def rules(zone: str, *windows: tuple[int, int, int], exceptions: tuple[DayException, ...] = ()) -> Rules:
    """Windows as (weekday, first hour, last hour)."""
    return Rules(
        zone=zone,
        windows=tuple(Window(day, time(first), time(last)) for day, first, last in windows),
        exceptions=exceptions,
        notice=timedelta(hours=15),
        horizon=timedelta(days=28),
        buffer=timedelta(minutes=5),
    )


def cases() -> list[Case]:
    """Two evenings; whole days over a change of clocks; whole days with much taken and many dates that differ."""
    days = [(day, 8, 20) for day in range(5)]
    taken = tuple(Busy(at, at + timedelta(minutes=50)) for at in (NOW + timedelta(hours=7 * nth) for nth in range(90)))
    dates = tuple(
        DayException((NOW + timedelta(days=3 * nth)).date(), "extra", (Hours(time(20), time(22)),)) for nth in range(9)
    )
    return [
        Case("two evenings a week", rules("Europe/Lisbon", (1, 18, 20), (3, 19, 21))),
        Case("five long days, clocks change", rules("Europe/Berlin", *days)),
        Case("five long days, 90 taken, 9 dates", rules("Europe/Berlin", *days, exceptions=dates), taken),
        Case("five long days, half-hour summer time", rules("Australia/Lord_Howe", *days)),
    ]


def shortest(found: Rules) -> list[datetime]:
    """The same without any care."""
    zone, starts = ZoneInfo(found.zone), []
    today = NOW.astimezone(zone).date()
    for ahead in range(29):
        day = today + timedelta(days=ahead)
        for window in found.windows:
            at = datetime.combine(day, window.start, zone)
            end = datetime.combine(day, window.end, zone)
            while window.weekday == day.weekday() and at < end:
                starts.append(at.astimezone(UTC))
                at += HALF
    return starts


def milliseconds(act: Callable[[], object]) -> float:
    begun = clock.process_time()
    for _nth in range(PER_ROUND):
        act()
    return (clock.process_time() - begun) / PER_ROUND * 1000


def run(site: Site) -> str:
    """A line for each schedule: half hours found, milliseconds, and how many times the shortest code that is."""
    lines = [f"{'schedule':<40}{'found':>7}{'ms':>8}{'of shortest':>13}"]
    for case in cases():
        whole: list[float] = []
        short: list[float] = []
        for _round in range(ROUNDS):
            whole.append(milliseconds(lambda case=case: openings(rules=case.rules, busy=case.busy, now=NOW)))
            short.append(milliseconds(lambda case=case: shortest(case.rules)))
        found = len(openings(rules=case.rules, busy=case.busy, now=NOW))
        ms, ratio = median(whole), median(one / other for one, other in zip(whole, short, strict=True))
        remark = "" if ms <= MOST_MS else f"  over {MOST_MS} ms"
        lines.append(f"{case.name:<40}{found:>7}{ms:>8.2f}{ratio:>13.1f}{remark}")
    return "\n".join(lines)
