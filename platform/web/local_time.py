"""Between instants and wall clocks.

Everything is computed in UTC; a zone is used only to read a specialist's rules and to show a person
their own time. The hard part, a clock that is put forward or back, is met in one place: `stretches`
cuts a range of instants where the zone's offset changes, and inside one stretch the wall clock is
plain addition.

Zones are IANA keys (`Europe/Lisbon`). Instants must carry a zone and are returned in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_location
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = 86_400
EPOCH_DAY = date(1970, 1, 1).toordinal()

# The first part of a key that names a place. `Etc/GMT+5` (which means UTC-5), `posix/...` and country
# nicknames such as `US/Eastern` are no places and would only puzzle the person who reads them.
AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)

# Parts of the day as the front page shows them; the last one runs past midnight.
PARTS = {
    "morning": (time(6), time(12)),
    "midday": (time(12), time(17)),
    "evening": (time(17), time(21)),
    "late": (time(21), time(1)),
}

# No zone is further from UTC than this, in seconds (today's extremes are -12 and +14 hours).
FURTHEST_OFFSET = 16 * 3600


class NoSuchPart(ValueError):
    """A part of the day that is not one of `PARTS`."""

    def __init__(self) -> None:
        super().__init__(_("Choose morning, midday, evening or late."))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of instants `[start, end)` over which a zone keeps one offset; all in seconds."""

    start: int
    end: int
    offset: int


@cache
def zone_names() -> frozenset[str]:
    """Every zone a person may choose: the places of the IANA database, and UTC."""
    places = (name for name in available_timezones() if name.partition("/")[0] in AREAS and "/" in name)
    return frozenset(places) | {"UTC"}


def valid_zone(name: str) -> bool:
    """Whether `name` is a zone we accept, spelled as the IANA database spells it.

    Old names of places (`Asia/Calcutta`) stay good, since browsers still report them. The name is only
    looked up in a set, never opened as a path.
    """
    return name in zone_names()


def in_zone(at: datetime, zone: tzinfo) -> datetime:
    """The same instant in another zone. Raises ValueError for a time without a zone.

    Python would take such a time for the machine's own, which is nobody's.
    """
    if at.utcoffset() is None:
        raise ValueError("an instant must carry a zone")
    return at.astimezone(zone)


def seconds(at: datetime) -> int:
    """Whole seconds since 1970 in UTC, rounded down. Raises ValueError for a time without a zone."""
    return (in_zone(at, UTC) - EPOCH) // SECOND


def seconds_up(at: datetime) -> int:
    """Like `seconds`, rounded up."""
    return -((EPOCH - in_zone(at, UTC)) // SECOND)


def instant(at: int) -> datetime:
    """The UTC instant `at` seconds after 1970."""
    return datetime.fromtimestamp(at, UTC)


def wall_seconds(wall: datetime) -> int:
    """Seconds since 1970 as a wall clock counts them, for a time without a zone."""
    return (wall.replace(tzinfo=UTC) - EPOCH) // SECOND


def stretches(zone: str, start: int, end: int) -> list[Stretch]:
    """Cut `[start, end)` (seconds) where the zone's offset changes.

    Offsets are compared a day apart, then the change is found by halving. No zone changes twice within a
    day, so no change is missed.
    """
    clock = ZoneInfo(zone)
    found: list[Stretch] = []
    begun, here, offset = start, start, _offset(clock, start)
    while here < end:
        ahead = min(here + DAY, end)
        new = _offset(clock, ahead)
        if new != offset:
            change = _change(clock, here, ahead)
            found.append(Stretch(begun, change, offset))
            begun, offset = change, new
        here = ahead
    if begun < end:
        found.append(Stretch(begun, end, offset))
    return found


def _offset(clock: ZoneInfo, at: int) -> int:
    shift = datetime.fromtimestamp(at, clock).utcoffset()
    assert shift is not None  # a ZoneInfo always knows its offset at an instant
    return shift // SECOND


def _change(clock: ZoneInfo, before: int, after: int) -> int:
    """The first second at which the offset is no longer that of `before`."""
    old = _offset(clock, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(clock, middle) == old:
            before = middle
        else:
            after = middle
    return after


def first_instant(wall: datetime, zone: str) -> datetime:
    """The first instant at which the zone's clock reads `wall` (no zone attached) or later.

    A time that occurs twice gives its first pass; one that is skipped gives the moment of the jump.
    Raises OverflowError or ValueError within a day of the calendar's ends.
    """
    reading = wall_seconds(wall)
    near = stretches(zone, reading - FURTHEST_OFFSET, reading + FURTHEST_OFFSET)
    reached = (max(reading - stretch.offset, stretch.start) for stretch in near)
    return instant(next(at for at, stretch in zip(reached, near, strict=True) if at < stretch.end))


def day_range(day: date, zone: str) -> tuple[datetime, datetime]:
    """The instants `[start, end)` of a local day: 23, 24 or 25 hours, or none for a day a zone skipped."""
    midnight = datetime.combine(day, time())
    return first_instant(midnight, zone), first_instant(midnight + timedelta(days=1), zone)


def part_range(day: date, part: str, zone: str) -> tuple[datetime, datetime]:
    """The instants `[start, end)` of one of `PARTS` of a local day. Raises NoSuchPart."""
    if part not in PARTS:
        raise NoSuchPart
    begins, ends = (datetime.combine(day, at) for at in PARTS[part])
    if ends <= begins:
        ends += timedelta(days=1)
    return first_instant(begins, zone), first_instant(ends, zone)


def local_day(at: datetime, zone: str) -> date:
    """The date on the zone's calendar at an instant."""
    return in_zone(at, ZoneInfo(zone)).date()


def iso_week(at: datetime, zone: str) -> tuple[int, int]:
    """ISO 8601 year and week (Monday first) of the zone's calendar at an instant."""
    year, week, _weekday = local_day(at, zone).isocalendar()
    return year, week


def by_day(starts: Iterable[datetime], zone: str) -> list[tuple[date, list[datetime]]]:
    """Group instants by the date a person in `zone` reads, each date once, both in the given order."""
    days: dict[date, list[datetime]] = {}
    clock = ZoneInfo(zone)
    for start in starts:
        days.setdefault(in_zone(start, clock).date(), []).append(start)
    return list(days.items())


def clock_text(at: datetime, zone: str) -> str:
    """What the clock in `zone` reads: "19:30", or "02:30 (CEST)" where that time occurs twice that day."""
    local = in_zone(at, ZoneInfo(zone))
    text = local.strftime("%H:%M")
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    # PEP 495: the two passes differ in offset. (So do skipped times, but no instant reads one.)
    return text if first == second else f"{text} ({_abbreviation(local)})"


def _abbreviation(local: datetime) -> str:
    name = local.tzname() or ""
    return name if name.isalpha() else _offset_text(local)


def offset_label(zone: str, at: datetime) -> str:
    """How far the zone's clock is from UTC at an instant: "UTC", "UTC+1", "UTC+5:45"."""
    return _offset_text(in_zone(at, ZoneInfo(zone)))


def _offset_text(local: datetime) -> str:
    shift = local.utcoffset() or timedelta()
    hours, rest = divmod(abs(shift), timedelta(hours=1))
    if not shift:
        return "UTC"
    # A true minus sign, since screen readers pass over a hyphen.
    sign = "+" if shift > timedelta() else "\N{MINUS SIGN}"
    minutes = rest // timedelta(minutes=1)
    return f"UTC{sign}{hours}:{minutes:02}" if minutes else f"UTC{sign}{hours}"


def city(zone: str) -> str:
    """The place a zone is named after, in the active language: "Lisbon", "Lissabon"; "UTC" for UTC."""
    return _city(zone, to_locale(get_language() or "en"))


@lru_cache(maxsize=4096)
def _city(zone: str, locale: str) -> str:
    # CLDR keeps the country before some places ("Argentina/Buenos Aires").
    return get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
