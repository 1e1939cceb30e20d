"""The form of a week: ranges for each day as they were typed, with limits below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import days_off
from consultations.hours import LIMITS, Plan
from consultations.ranges import Fault, Range, day_words, faults

Pair = tuple[str, str]
DAYS = range(7)
MOST_RANGES = 12
TIMES = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 24 * 60, 30)]
NEW_RANGE = ("18:00", "20:00")
NOTICES = (
    (60, gettext_lazy("1 hour before")),
    (240, gettext_lazy("4 hours before")),
    (900, gettext_lazy("15 hours before")),
    (1440, gettext_lazy("The day before")),
    (2880, gettext_lazy("Two days before")),
)
HORIZONS = (
    (7, gettext_lazy("1 week")),
    (14, gettext_lazy("2 weeks")),
    (28, gettext_lazy("4 weeks")),
    (56, gettext_lazy("8 weeks")),
)
BUFFERS = (
    (0, gettext_lazy("None")),
    (5, gettext_lazy("5 minutes")),
    (10, gettext_lazy("10 minutes")),
    (15, gettext_lazy("15 minutes")),
    (30, gettext_lazy("30 minutes")),
)
CAPS = (("", gettext_lazy("No limit")), *((number, str(number)) for number in (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)))


def _choice(label: Any, choices: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, **options)


class LimitsForm(forms.Form):
    """How closely and how often somebody can be booked, and on which public holidays nobody is."""

    offers_free = _choice(
        gettext_lazy("The free half hour"),
        ((1, gettext_lazy("People can have one with you")), (0, gettext_lazy("Not at present"))),
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("What is agreed stands either way, and stays free."),
    )
    by_request = _choice(
        gettext_lazy("Once they choose a time"),
        (
            (0, gettext_lazy("It is booked at once")),
            (1, gettext_lazy("They ask, and you answer within three days")),
        ),
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
    )
    notice_minutes = _choice(gettext_lazy("Latest someone can book"), NOTICES)
    horizon_days = _choice(gettext_lazy("How far ahead"), HORIZONS)
    buffer_minutes = _choice(gettext_lazy("Rest after each one"), BUFFERS)
    daily_cap = _choice(gettext_lazy("Most in one day"), CAPS, empty_value=None, required=False)
    weekly_cap = _choice(gettext_lazy("Most in one week"), CAPS, empty_value=None, required=False)
    holidays_country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    holidays_region = forms.CharField(label=gettext_lazy("Part of the country"), required=False, max_length=40)

    def __init__(self, data: QueryDict | None, *, plan: Plan, shown: Mapping[str, Any] | None = None) -> None:
        """`shown` stands in for what is stored, before anybody asked to save it."""
        initial: dict[str, Any] = {name: getattr(plan, name) for name in (*LIMITS, "offers_free")}
        for name in ("offers_free", "by_request"):
            initial[name] = int(initial[name])
        initial |= shown or {}
        super().__init__(data, initial=initial)
        self.plan = plan
        for name in ("notice_minutes", "horizon_days", "buffer_minutes", "daily_cap", "weekly_cap"):
            choices = list(self.fields[name].choices)  # type: ignore[attr-defined]
            if (value := getattr(plan, name)) is not None and value not in dict(choices):
                self.fields[name].choices = [*choices, (value, str(value))]  # type: ignore[attr-defined]
        none = ("", _("None: I work on public holidays"))
        self.fields["holidays_country"].choices = [none, *days_off.known_countries()]  # type: ignore[attr-defined]
        self._place()

    def _place(self) -> None:
        """Parts to choose from are those of the chosen country; where it has none, there is nothing to choose."""
        country = str(self["holidays_country"].value() or "")
        regions = days_off.known_regions(country)
        if regions:
            whole = ("", _("All of it: only what is a holiday everywhere"))
            self.fields["holidays_region"].widget = forms.Select(choices=[whole, *regions])
        else:
            self.fields["holidays_region"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("offers_free", "by_request"):
            if data.get(name) is None:
                data[name] = getattr(self.plan, name)
            data[name] = bool(data[name])
        # A part of the country that was chosen before another country is no part of the new one.
        if not days_off.knows(data.get("holidays_country", ""), data.get("holidays_region", "")):
            data["holidays_region"] = ""
        return data


@dataclass
class TypedWeek:
    """The ranges of seven days as typed, what a button changed in them, and what is wrong with them."""

    days: list[list[Pair]]
    said: str = ""
    focus: str = ""
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    _places: list[tuple[int, int]] = field(default_factory=list)

    def ranges(self) -> list[Range]:
        """The typed ranges that are times, in order; for what is no time there is a fault."""
        found, places = [], []
        for day, pairs in enumerate(self.days):
            for nth, (start, end) in enumerate(pairs):
                try:
                    found.append(Range(day, time.fromisoformat(start), time.fromisoformat(end)))
                    places.append((day, nth))
                except ValueError:
                    said = {"day": day_words(day), "number": nth + 1}
                    sentence = _("%(day)s, range %(number)s: choose a beginning and an end.") % said
                    self.faults.append((day, nth, sentence))
        self._places = places
        return found

    def check(self) -> list[Range]:
        """The ranges, with every fault noted at its place."""
        self.faults = []
        found = self.ranges()
        self.note(faults(found))
        return found

    def note(self, found: list[Fault]) -> None:
        self.faults += [(*self._places[each.place], each.sentence) for each in found]


def stored_week(plan: Plan) -> TypedWeek:
    """The stored ranges of each weekday as the page shows them."""
    days: list[list[Pair]] = [[] for _day in DAYS]
    for each in plan.ranges:
        days[each.weekday].append((f"{each.start:%H:%M}", f"{each.end:%H:%M}"))
    return TypedWeek(days)


def posted_week(post: QueryDict) -> TypedWeek:
    """What was typed, and what the pressed button adds, takes away or copies."""
    days = [
        list(zip(post.getlist(f"start_{day}"), post.getlist(f"end_{day}"), strict=False))[:MOST_RANGES] for day in DAYS
    ]
    week = TypedWeek([[(start[:8], end[:8]) for start, end in pairs] for pairs in days])
    if (day := _day(post.get("add", ""))) is not None:
        _add(week, day)
    day_text, _dash, nth_text = post.get("remove", "").partition("-")
    if (day := _day(day_text)) is not None and nth_text.isdecimal():
        _remove(week, day, int(nth_text[:3]))
    if (day := _day(post.get("copy", ""))) is not None:
        _copy(week, day, [each for text in post.getlist(f"copy_{day}") if (each := _day(text)) is not None])
    return week


def _day(text: str) -> int | None:
    return int(text) if text in set("0123456") else None


def _add(week: TypedWeek, day: int) -> None:
    """One more range: an hour after the last one, or an evening."""
    if len(week.days[day]) >= MOST_RANGES:
        week.said = _("%(day)s has as many ranges as fit. Join some of them.") % {"day": day_words(day)}
        return
    ends = [TIMES.index(end) for _start, end in week.days[day] if end in TIMES[1:]]
    after = max(ends) + 2 if ends else 0
    pair = (TIMES[after], [*TIMES, TIMES[0]][after + 2]) if after and after + 2 <= len(TIMES) else NEW_RANGE
    week.days[day].append(pair)
    week.focus = f"id_start_{day}_{len(week.days[day])}"
    week.said = _("%(day)s has one more range. It isn’t saved yet.") % {"day": day_words(day)}


def _remove(week: TypedWeek, day: int, nth: int) -> None:
    if nth < len(week.days[day]):
        start, end = week.days[day].pop(nth)
        week.focus = f"id_add_{day}"
        said = {"day": day_words(day), "start": start, "end": end}
        week.said = _("%(day)s %(start)s to %(end)s is taken away. It isn’t saved yet.") % said


def _copy(week: TypedWeek, day: int, others: list[int]) -> None:
    """The same ranges on other days, in the place of theirs."""
    others = [each for each in others if each != day]
    week.focus = f"id_copy_{day}"
    if not others:
        week.said = _("Tick the days that get the hours of %(day)s, then press Copy.") % {"day": day_words(day)}
        return
    for other in others:
        week.days[other] = list(week.days[day])
    said = {"day": day_words(day), "others": ", ".join(day_words(each) for each in others)}
    week.said = _("The hours of %(day)s are on these days too: %(others)s. They aren’t saved yet.") % said


def plan_of_forms(ranges: list[Range], limits: LimitsForm) -> Plan:
    """All that is saved at once; after both were found right."""
    return Plan(ranges=tuple(sorted(ranges)), **limits.cleaned_data)
