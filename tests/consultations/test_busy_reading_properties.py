"""Busy time held against a walk over days, in many zones, around the days when clocks change.

The walk knows neither rules nor parsers: it asks of each day whether the rule names it, puts the start on the wall
clock of the zone, and adds real time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.busy_reading import busy_times
from tests.consultations.calendars import calendar, event
from tests.consultations.zones import ZONES, changes

DAY = timedelta(days=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Entry:
    """An entry of somebody's calendar as a person thinks of it."""

    zone: str
    floating: bool
    whole_days: bool
    first: date
    at: time
    length: timedelta
    every: str
    step: int
    weekdays: frozenset[int]
    count: int | None
    last: date | None
    without: frozenset[int]

    def starts(self, until: date) -> Iterator[date]:
        """The days on which it happens, those without included."""
        found, day = 0, self.first
        while day <= until and (self.last is None or day <= self.last) and (self.count is None or found < self.count):
            if self._named(day):
                found += 1
                yield day
            day += DAY

    def _named(self, day: date) -> bool:
        if self.every == "DAILY":
            return (day - self.first).days % self.step == 0
        if self.every == "WEEKLY":
            monday = self.first - self.first.weekday() * DAY
            return day.weekday() in self.weekdays and (day - monday).days // 7 % self.step == 0
        months = (day.year - self.first.year) * 12 + day.month - self.first.month
        return day.day == self.first.day and months % self.step == 0

    def busy(self, until: date) -> list[tuple[datetime, datetime]]:
        clock = ZoneInfo(self.zone)
        found = []
        for number, day in enumerate(self.starts(until)):
            if number in self.without:
                continue
            if self.whole_days:
                midnights = (datetime.combine(day + extra * DAY, time(), clock) for extra in (0, self.length.days))
                start, end = (each.astimezone(UTC) for each in midnights)
            else:
                start = datetime.combine(day, self.at, clock).astimezone(UTC)
                end = start + self.length
            found.append((start, end))
        return merged(found)

    def written(self) -> bytes:
        rule = [f"FREQ={self.every}", f"INTERVAL={self.step}"]
        if self.every == "WEEKLY":
            rule.append("BYDAY=" + ",".join(DAYS[each] for each in sorted(self.weekdays)))
        if self.count is not None:
            rule.append(f"COUNT={self.count}")
        if self.last is not None:
            rule.append(f"UNTIL={self._until()}")
        days = list(self.starts(self.first + 200 * DAY))
        gone = [f"EXDATE{self._time(days[each])}" for each in sorted(self.without) if each < len(days)]
        length = f"DURATION:P{self.length.days}D" if self.whole_days else self._length()
        return calendar(event(f"DTSTART{self._time(self.first)}", length, "RRULE:" + ";".join(rule), *gone))

    def _until(self) -> str:
        assert self.last is not None
        if self.whole_days:
            return f"{self.last:%Y%m%d}"
        last = datetime.combine(self.last, self.at)
        if self.floating:
            return f"{last:%Y%m%dT%H%M%S}"
        return f"{last.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def _time(self, day: date) -> str:
        if self.whole_days:
            return f";VALUE=DATE:{day:%Y%m%d}"
        wall = f"{datetime.combine(day, self.at):%Y%m%dT%H%M%S}"
        if self.zone == "UTC" and not self.floating:
            return f":{wall}Z"
        return f":{wall}" if self.floating else f";TZID={self.zone}:{wall}"

    def _length(self) -> str:
        """An end where the clock can say it, else a duration."""
        minutes = self.length // timedelta(minutes=1)
        return f"DURATION:PT{minutes}M"


def merged(ranges: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """By painting minutes, as nobody would do it in earnest."""
    minutes = sorted(
        {
            start + timedelta(minutes=n)
            for start, end in ranges
            for n in range((end - start).seconds // 60 + (end - start).days * 1440)
        }
    )
    found: list[tuple[datetime, datetime]] = []
    for minute in minutes:
        if found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + timedelta(minutes=1))
        else:
            found.append((minute, minute + timedelta(minutes=1)))
    return found


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    zone = draw(st.sampled_from(ZONES))
    near = draw(st.sampled_from(changes(zone) or (datetime(2026, 6, 1, tzinfo=UTC),)))
    first = near.date() - draw(st.integers(0, 12)) * DAY
    whole_days = draw(st.booleans())
    minutes = st.integers(1, 72).map(lambda each: timedelta(minutes=10 * each))
    every = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]))
    weekdays = draw(st.frozensets(st.integers(0, 6), max_size=3)) | {first.weekday()}
    ends = draw(st.sampled_from(["never", "count", "until"]))
    return Entry(
        zone=zone,
        floating=draw(st.booleans()),
        whole_days=whole_days,
        first=first,
        at=time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30, 45]))),
        length=draw(st.integers(1, 3)) * DAY if whole_days else draw(minutes),
        every=every,
        step=draw(st.integers(1, 3)),
        weekdays=weekdays,
        count=draw(st.integers(1, 20)) if ends == "count" else None,
        last=first + draw(st.integers(0, 40)) * DAY if ends == "until" else None,
        without=draw(st.frozensets(st.integers(0, 8), max_size=3)),
    )


@settings(max_examples=200, deadline=None)
@given(entries())
def test_busy_time_is_what_a_walk_over_days_finds(entry: Entry) -> None:
    since = datetime.combine(entry.first, time(), UTC) - 3 * DAY
    until = since + 45 * DAY
    reading = busy_times(entry.written(), zone=entry.zone, since=since, until=until)
    expected = entry.busy((until + 3 * DAY).date())
    assert reading.unread == 0
    assert [each for each in reading.busy if each[1] < until] == [each for each in expected if each[1] < until]
