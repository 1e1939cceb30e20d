"""When somebody is busy by their own calendar: a pure function from an iCalendar file (RFC 5545) to ranges.

Only times leave this module. Titles, places and people stand in the file that is read and nowhere else: they
are not kept, and no refusal carries a line of the file.

What counts as busy: an event that is neither TRANSP:TRANSPARENT nor STATUS:CANCELLED (a tentative one does),
and the FREEBUSY periods of a published VFREEBUSY whose type is not FREE. A day without a time of day is a day
in the calendar's own zone (X-WR-TIMEZONE), else in the reader's. A time without a zone, or with one that nobody
knows, is the reader's own (RFC 5545, 3.3.5). Recurrences are expanded by `recurring_ical_events`; here they only
get what that library leaves to its caller: real durations across a clock change and UNTIL in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDDDLists, vDDDTypes
from recurring_ical_events import CalendarQuery

ENTRIES, OCCURRENCES = 20_000, 20_000
# The library compares days with instants in one zone; what lies outside the asked time is dropped afterwards.
AROUND = timedelta(days=2)
# Our own notes on an event, which the library copies to each of its occurrences.
SPAN, DAYS, SECONDS = "X-HH-SPAN", "X-HH-DAYS", "X-HH-SECONDS"

Range = tuple[datetime, datetime]


class CalendarRefused(Exception):
    """The calendar can't be used; `code` is one of `busy_words.WORDS`. Says nothing of what is in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reading:
    """Busy ranges in UTC, in order, of which no two touch; and how many entries made no sense and are left out."""

    busy: tuple[Range, ...]
    unread: int = 0


def busy_times(
    content: bytes, *, zone: str, since: datetime, until: datetime, own: frozenset[str] = frozenset()
) -> Reading:
    """All busy time that meets `[since, until)`; ranges that reach beyond it are given whole.

    `zone` is the reader's. `own` are the UIDs of half hours we made ourselves: they are left out, for we know
    them better. Raises CalendarRefused: `malformed`, `too_much`.
    """
    calendars = _parsed(content)
    found, entries, unread = [], 0, 0
    for calendar in calendars:
        days_in = _zone_named(calendar.get("X-WR-TIMEZONE")) or ZoneInfo(zone)
        reader = _Reader(ZoneInfo(zone), days_in, since, until)
        for group in [*_series(calendar, own), *([each] for each in calendar.walk("VFREEBUSY"))]:
            entries += len(group)
            try:
                found += reader.ranges(group)
            except (CalendarRefused, MemoryError):
                raise
            except Exception:
                # Whatever a stranger's entry makes a parser raise: this entry is lost, the others are not.
                unread += len(group)
            if entries > ENTRIES or len(found) > OCCURRENCES:
                raise CalendarRefused("too_much")
    if entries and unread == entries:
        raise CalendarRefused("malformed")
    return Reading(tuple(_merged(each for each in found if each[0] < until and since < each[1])), unread)


def _parsed(content: bytes) -> list[Calendar]:
    """The calendars of a file; several may follow one another (RFC 5545, 3.4)."""
    try:
        found = Calendar.from_ical(content.decode("utf-8-sig", "replace"), multiple=True)
    except MemoryError:
        raise
    except Exception:
        # The parser's words quote the file.
        raise CalendarRefused("malformed") from None
    calendars = [each for each in found if each.name == "VCALENDAR"]
    if not calendars or any(str(each.get("CALSCALE", "GREGORIAN")).upper() != "GREGORIAN" for each in calendars):
        raise CalendarRefused("malformed")
    return calendars


def _zone_named(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(name).strip()) if name else None
    except (ValueError, KeyError, OSError):
        return None


def _series(calendar: Calendar, own: frozenset[str]) -> list[list[Any]]:
    """The events, those of one UID together: an event with what was changed about single days of it."""
    groups: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        uid = str(event.get("UID") or f"without-{number}")
        if uid not in own:
            groups.setdefault(uid, []).append(event)
    return list(groups.values())


def _merged(ranges: Iterable[Range]) -> Iterator[Range]:
    last: Range | None = None
    for start, end in sorted(each for each in ranges if each[0] < each[1]):
        if last is None or start > last[1]:
            if last is not None:
                yield last
            last = (start, end)
        else:
            last = (last[0], max(last[1], end))
    if last is not None:
        yield last


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads entries of one calendar: `floating` is the zone of times without one, `days_in` that of whole days."""

    floating: tzinfo
    days_in: tzinfo
    since: datetime
    until: datetime

    def ranges(self, group: list[Any]) -> list[Range]:
        """Busy ranges of one VFREEBUSY, or of the events of one UID. Raises anything for what makes no sense."""
        if group[0].name == "VFREEBUSY":
            return [_in_utc(each.start, each.end) for each in _listed(group[0], "FREEBUSY") if not _is_free(each)]
        bare = [self._bare(event) for event in group]
        if not any(name in event for event in bare for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
            return [found for event in bare for found in self._range(event)]
        calendar = Calendar()
        for event in bare:
            calendar.add_component(event)
        asked = (each.astimezone(self.days_in) for each in (self.since - AROUND, self.until + AROUND))
        occurrences = CalendarQuery(calendar).between(*asked)
        if len(occurrences) > OCCURRENCES:
            raise CalendarRefused("too_much")
        return [found for event in occurrences for found in self._range(event)]

    def _bare(self, event: Any) -> Any:
        """The event with nothing in it but when it is, its times in zones, its length noted."""
        start = self._zoned(event["DTSTART"].dt)
        end = self._zoned(event["DTEND"].dt) if "DTEND" in event else None
        if end is not None and isinstance(start, datetime) != isinstance(end, datetime):
            start, end = self._timed(start), self._timed(end)
        bare: Any = Event()
        length = event["DURATION"].dt if end is None and "DURATION" in event else None
        if isinstance(start, datetime):
            # RFC 5545, 3.3.6: days of a duration are days on the clock, its hours are real hours.
            days = timedelta(days=length.days) if length else timedelta()
            real = length - days if length else timedelta()
            if end is not None:
                real = end.astimezone(UTC) - start.astimezone(UTC)
            bare[DAYS], bare[SECONDS] = days, real
            span = days + real
        else:
            span = end - start if end else length or timedelta(days=1)
        if span < timedelta():
            raise ValueError("an event ends before it begins")
        # Python adds on the wall clock, as the library does; the real end of each occurrence is found in `_range`.
        bare["DTSTART"], bare["DTEND"], bare[SPAN] = vDDDTypes(start), vDDDTypes(start + span), span
        for name in ("UID", "STATUS", "TRANSP", "SEQUENCE"):
            if name in event:
                bare[name] = event[name]
        self._add_recurrence(bare, event, start)
        return bare

    def _add_recurrence(self, bare: Any, event: Any, start: date) -> None:
        for name in ("RDATE", "EXDATE"):
            values = [self._zoned(each.dt) for listed in _listed(event, name) for each in listed.dts]
            if values:
                bare[name] = vDDDLists(values)
        if "RECURRENCE-ID" in event:
            was = vDDDTypes(self._zoned(event["RECURRENCE-ID"].dt))
            if "RANGE" in event["RECURRENCE-ID"].params:
                was.params["RANGE"] = event["RECURRENCE-ID"].params["RANGE"]
            bare["RECURRENCE-ID"] = was
        rules = _listed(event, "RRULE")
        for rule in rules:
            if not rule.get("FREQ"):
                raise ValueError("a rule without a frequency")
            if rule.get("UNTIL") and isinstance(start, datetime):
                rule["UNTIL"] = [self._last_instant(rule["UNTIL"][0], start)]
        if rules:
            bare["RRULE"] = rules

    def _last_instant(self, until: date, start: datetime) -> datetime:
        """UNTIL as RFC 5545, 3.3.10 wants it for times with a zone: in UTC. A bare date means all of that day."""
        if not isinstance(until, datetime):
            until = datetime.combine(until, time(23, 59, 59))
        return (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(UTC)

    def _zoned(self, value: Any) -> Any:
        """A time with a zone; a date stays one. A period is given as it is written, each part zoned."""
        if isinstance(value, tuple):
            return tuple(each if isinstance(each, timedelta) else self._zoned(each) for each in value)
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(tzinfo=self.floating)
        return value

    def _timed(self, value: date) -> datetime:
        """A date's first moment; a time stays as it is."""
        return value if isinstance(value, datetime) else datetime.combine(value, time(), self.days_in)

    def _range(self, event: Any) -> list[Range]:
        """The busy time of one occurrence: one range, or none."""
        if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
            return []
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        if not isinstance(start, datetime) or not isinstance(end, datetime):
            return [_in_utc(self._timed(start), self._timed(end))]
        # A period of an RDATE has a length of its own, which is real time.
        usual = end - start == event[SPAN]
        days, real = (event[DAYS], event[SECONDS]) if usual else (timedelta(), end - start)
        return [(start.astimezone(UTC), (start + days).astimezone(UTC) + real)]


def _in_utc(start: datetime, end: datetime) -> Range:
    return start.astimezone(UTC), end.astimezone(UTC)


def _listed(component: Any, name: str) -> list[Any]:
    """The values of a property, however often it stands there."""
    value = component.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_free(period: Any) -> bool:
    """RFC 5545, 3.2.9: BUSY where nothing is said, and for any type we do not know."""
    return str(period.params.get("FBTYPE", "BUSY")).upper() == "FREE"
