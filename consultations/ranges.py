"""Hours as people type them: what is wrong with a week of ranges, or with the ranges of one date, in words.

They mean what `availability.Hours` means: an end at 00:00 is midnight, another end that is earlier than the start is
on the next day. So that a slip of the hand is not taken for a night's work, a night has twelve hours at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from web.times import dated

DAY, WEEK = 24 * 60, 7 * 24 * 60
SLOT = 30
LONGEST_NIGHT = 12 * 60


class Range(NamedTuple):
    """Hours that begin on one weekday (0 is Monday), in the specialist's zone."""

    weekday: int
    start: time
    end: time

    def minutes(self) -> tuple[int, int]:
        """Start and end in minutes after the midnight that the day begins with."""
        start, end = (each.hour * 60 + each.minute for each in (self.start, self.end))
        return start, end if start < end else end + DAY

    @property
    def crosses(self) -> bool:
        """Whether it goes on after midnight."""
        return self.minutes()[1] > DAY


@dataclass(frozen=True)
class Fault:
    """A sentence about one range, counted from 0 in the order given."""

    place: int
    sentence: str


def day_words(weekday: int) -> str:
    """Monday, in the language of the page."""
    return dated(date(2024, 1, 1 + weekday), "weekday")


def range_words(start: time, end: time) -> str:
    """09:00–10:30."""
    return f"{start:%H:%M}\N{EN DASH}{end:%H:%M}"


def faults(ranges: Sequence[Range]) -> list[Fault]:
    """What is wrong with a week, each fault at its range; a week whose Sunday night runs into Monday is a circle."""
    named = [f"{day_words(each.weekday)} {range_words(each.start, each.end)}" for each in ranges]
    found = [
        Fault(place, sentence)
        for place, each in enumerate(ranges)
        if (sentence := _alone(each.start, each.end, named[place]))
    ]
    if found:
        return found
    spans = []
    for place, each in enumerate(ranges):
        start, end = (each.weekday * DAY + minute for minute in each.minutes())
        spans.append((start, end, place))
        if end > WEEK:
            spans.append((start - WEEK, end - WEEK, place))
    return _overlaps(spans, named)


def date_faults(days: Sequence[tuple[date, time, time]]) -> list[Fault]:
    """The same for ranges of dates."""
    named = [f"{dated(day, 'long')} {range_words(start, end)}" for day, start, end in days]
    found = [
        Fault(place, sentence)
        for place, (_day, start, end) in enumerate(days)
        if (sentence := _alone(start, end, named[place]))
    ]
    spans = []
    for place, (day, start, end) in enumerate(days):
        begins, ends = (day.toordinal() * DAY + minute for minute in Range(0, start, end).minutes())
        spans.append((begins, ends, place))
    return found or _overlaps(spans, named)


def _alone(start: time, end: time, named: str) -> str:
    """What is wrong with a range by itself; empty for nothing."""
    said = {"range": named}
    if start == end == time():
        return _("%(range)s: write a whole day as two ranges, 00:00 to 12:00 and 12:00 to 00:00.") % said
    if start == end:
        return _("%(range)s ends when it begins. Choose a later end.") % said
    begins, ends = Range(0, start, end).minutes()
    if ends > DAY and ends - begins > LONGEST_NIGHT:
        return _("%(range)s ends before it begins. Choose a later end.") % said
    if begins + -begins % SLOT + SLOT > ends:
        return _("%(range)s holds no whole half hour. Half hours begin at :00 and :30.") % said
    return ""


def _overlaps(spans: list[tuple[int, int, int]], named: Sequence[str]) -> list[Fault]:
    found: dict[int, Fault] = {}
    for (_start, end, first), (start, _end, second) in pairwise(sorted(spans)):
        if start < end and first != second:
            said = {"first": named[first], "second": named[second]}
            sentence = _("%(first)s and %(second)s overlap. Join them or move one.") % said
            found.setdefault(second, Fault(second, sentence))
    return list(found.values())
