"""Times as people read them: their own zone, named, in the language of the page.

Pure functions over instants. Nothing here reads the clock: whoever wants "Today" passes the day it is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from django.utils.translation import get_language, gettext

from web.local_time import city, offset_label
from web.local_time import clock_text as clock

__all__ = [
    "city", "clock", "current_locale", "dated", "day_name", "iso", "local_date", "locale_for", "near_word", "turn",
    "zone_choices", "zone_info", "zones_of_now",
]  # fmt: skip

# Plain "en" is read here as British: day first and a 24-hour clock, the same for every country we serve.
PREFERRED = {"en": "en_GB"}


@lru_cache(maxsize=64)
def locale_for(language: str) -> Locale:
    """Babel's locale for a Django language code; an unknown region falls back to its language."""
    code = PREFERRED.get(language, language).replace("-", "_")
    try:
        return Locale.parse(code)
    except (ValueError, UnknownLocaleError):
        return Locale.parse(code.split("_")[0])


def current_locale() -> Locale:
    """The locale of the page being written."""
    return locale_for(get_language() or "en")


@lru_cache(maxsize=512)
def zone_info(zone: str) -> ZoneInfo:
    """The zone of that IANA name; raises ZoneInfoNotFoundError or ValueError for a name that is none."""
    return ZoneInfo(zone)


def iso(instant: datetime) -> str:
    """The instant as the contract writes it on the wire: UTC, whole seconds, `Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def turn(instant: datetime, zone: str) -> int:
    """Degrees to turn a disc whose right half is filled, so that it covers this half hour on a clock face."""
    return instant.astimezone(zone_info(zone)).minute * 6


def local_date(moment: date, zone: str) -> date:
    """The calendar day of an instant in a zone; a plain date is given back as it is."""
    return moment.astimezone(zone_info(zone)).date() if isinstance(moment, datetime) else moment


def near_word(day: date, today: date | None) -> str:
    """Yesterday, Today or Tomorrow; empty for any other day, or when it isn't known what day it is."""
    away = (day - today).days if today else None
    if away == 0:
        return gettext("Today")
    if away == 1:
        return gettext("Tomorrow")
    return gettext("Yesterday") if away == -1 else ""


@lru_cache(maxsize=4096)
def _dated(day: date, style: str, language: str) -> str:
    locale = locale_for(language)
    if style == "weekday":
        return format_date(day, "EEEE", locale=locale)
    if style == "long":
        if "MMMMEEEEd" in locale.datetime_skeletons:
            return format_skeleton("MMMMEEEEd", day, locale=locale)
        return f"{format_date(day, 'EEEE', locale=locale)}, {format_skeleton('MMMMd', day, locale=locale)}"
    if style == "full":
        return format_date(day, "long", locale=locale)
    return format_skeleton({"medium": "MMMEd", "short": "MMMd", "month": "yMMMM"}[style], day, locale=locale)


def dated(day: date, style: str) -> str:
    """A day in one fixed style, in the language of the page.

    `long` Tuesday 24 November, `full` 24 November 2026, `medium` Tue 24 Nov, `short` 24 Nov,
    `month` November 2026, `weekday` Tuesday.
    """
    return _dated(day, style, get_language() or "en")


def day_name(day: date, today: date | None, style: str = "long") -> str:
    """A day as people say it: Today, Tomorrow, Yesterday, else the date.

    `near` also says Thursday for a day of the coming week and Thu 3 Dec after it. `long` adds the year when
    it isn't this one; `date` is `long` without the words. Any other style goes to `dated` as it is.
    """
    if style not in {"near", "long", "date"}:
        return dated(day, style)
    if style != "date" and (word := near_word(day, today)):
        return word
    if style == "near":
        return dated(day, "weekday" if today and 0 < (day - today).days < 7 else "medium")
    if today and day.year != today.year:
        return dated(day, "full")
    return dated(day, "long")


@lru_cache(maxsize=1)
def zones_of_now() -> tuple[str, ...]:
    """One zone for every clock in use from now on: tz database, file `zonenow.tab` (public domain)."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zonenow.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return ("UTC", *(row[2] for row in rows))


def zone_choices(instant: datetime, *first: str) -> list[tuple[str, str]]:
    """Zones to choose from, as (name, "Brussels (UTC+1)"): those given, then the rest from west to east."""
    lead = tuple(dict.fromkeys(name for name in first if name))
    # A clock that is put forward or back in the middle of an hour is told a little later.
    hour = instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return list(_zone_choices(hour, lead, get_language() or "en"))


@lru_cache(maxsize=256)
def _zone_choices(instant: datetime, lead: tuple[str, ...], language: str) -> tuple[tuple[str, str], ...]:
    rest = [name for name in zones_of_now() if name not in lead]
    rest.sort(key=lambda name: (instant.astimezone(zone_info(name)).utcoffset(), city(name)))
    return tuple((name, _place(name, instant)) for name in (*lead, *rest))


def _place(zone: str, instant: datetime) -> str:
    place, from_utc = city(zone), offset_label(zone, instant)
    return place if place == from_utc else f"{place} ({from_utc})"
