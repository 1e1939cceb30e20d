"""What somebody asked the directory for, read from the address: strict about values, forgiving of mistakes.

An unknown value is left out with a note on the page, so that a shared link with a typo still shows people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from specialists import spoken
from specialists.models import Format
from web import local_time

DAYS = ("today", "tomorrow", "weekend")
LONGEST_WITHIN = 60
USUAL_WITHIN = 7
LONGEST_TEXT = 120
SATURDAY = 5

Range = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wanted:
    """One request of the directory. Empty fields ask for nothing."""

    q: str = ""
    topics: tuple[str, ...] = ()
    approaches: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    free: bool = False
    accepting: bool = False
    within: int = 0
    day: str = ""
    part: str = ""
    tz: str = ""
    after: str = ""
    notes: tuple[str, ...] = ()

    @property
    def by_time(self) -> bool:
        return bool(self.within or self.day or self.part)

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the filters that narrow the list."""
        names = (
            "q",
            "topics",
            "approaches",
            "languages",
            "formats",
            "free",
            "accepting",
            "within",
            "day",
            "part",
        )
        return tuple(name for name in names if getattr(self, name))

    def without(self, name: str) -> Wanted:
        """The same without one filter, from the beginning of the list."""
        return replace(self, after="", **{name: type(getattr(self, name))()})

    def pairs(self, **changed: str) -> list[tuple[str, str]]:
        """This request as names and values, with some single values changed ('' leaves one out)."""
        single = {"q": self.q, "day": self.day, "part": self.part, "tz": self.tz, "after": self.after}
        single |= {"free": "1" if self.free else "", "accepting": "1" if self.accepting else ""}
        single |= {"within": str(self.within or "")}
        many = {
            "topic": self.topics,
            "approach": self.approaches,
            "language": self.languages,
            "format": self.formats,
        }
        pairs = [(name, value) for name, values in many.items() for value in values]
        return pairs + [(name, value) for name, value in (single | changed).items() if value]

    def query(self, **changed: str) -> str:
        """The same as a query string."""
        return urlencode(self.pairs(**changed))


def parse(query: QueryDict, *, topics: Iterable[str], approaches: Iterable[str], zone: str) -> Wanted:
    """Read the query string of CONTRACT's directory.

    `topics` and `approaches` say which exist; `zone` is the one this request's times are shown in.
    """
    notes: list[str] = []

    def known(name: str, allowed: Callable[[str], bool]) -> tuple[str, ...]:
        asked = dict.fromkeys(value for value in query.getlist(name) if value)
        for value in asked:
            if not allowed(value):
                notes.append(_("We left out “%(value)s”, which we don’t know.") % {"value": value[:40]})
        return tuple(value for value in asked if allowed(value))

    wanted = Wanted(
        q=" ".join(query.get("q", "").replace("\0", "").split())[:LONGEST_TEXT],
        topics=known("topic", set(topics).__contains__),
        approaches=known("approach", set(approaches).__contains__),
        languages=known("language", spoken.is_code),
        formats=known("format", Format.values.__contains__),
        free=query.get("free") == "1",
        accepting=query.get("accepting") == "1",
        within=_within(query, notes),
        day=_day(query, notes),
        part=next(iter(known("part", local_time.PARTS.__contains__)), ""),
        tz=zone if query.get("tz") == zone else "",
        after=query.get("after", ""),
    )
    if query.get("tz") and not wanted.tz:
        notes.append(_("We don’t know that time zone, so times are in the usual one."))
    return replace(wanted, notes=tuple(notes))


def _within(query: QueryDict, notes: list[str]) -> int:
    text = query.get("within", "")
    if not text:
        return 0
    if text.isascii() and text.isdigit() and 1 <= int(text) <= LONGEST_WITHIN:
        return int(text)
    notes.append(_("Days ahead go from 1 to %(most)d, so we left that out.") % {"most": LONGEST_WITHIN})
    return 0


def _day(query: QueryDict, notes: list[str]) -> str:
    text = query.get("day", "")
    if not text or text in DAYS:
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        notes.append(_("We couldn’t read that day, so we left it out. Write it as 2026-11-30."))
        return ""


def ranges(wanted: Wanted, *, zone: str, now: datetime) -> list[Range]:
    """The instants asked for, as [from, until) in UTC: the days meant, cut to the part of the day.

    "Within 7 days" is today and the six days after it, on the viewer's calendar (DECISIONS 9).
    """
    today = local_time.local_day(now, zone)
    days = _days(wanted, today)
    if wanted.part:
        return [local_time.part_range(day, wanted.part, zone) for day in days]
    return [local_time.day_range(day, zone) for day in days]


def _days(wanted: Wanted, today: date) -> list[date]:
    if wanted.day == "weekend":
        first = today + timedelta(days=max(SATURDAY - today.weekday(), 0))
        chosen = [first + timedelta(days=n) for n in range(7 - first.weekday())]
    elif wanted.day:
        offset: Mapping[str, int] = {"today": 0, "tomorrow": 1}
        single = today + timedelta(days=offset[wanted.day]) if wanted.day in offset else None
        chosen = [single or date.fromisoformat(wanted.day)]
    else:
        chosen = [today + timedelta(days=n) for n in range(wanted.within or USUAL_WITHIN)]
    if wanted.day and wanted.within:
        chosen = [day for day in chosen if today <= day < today + timedelta(days=wanted.within)]
    return [day for day in chosen if date(1971, 1, 1) < day < date(9990, 1, 1)]
