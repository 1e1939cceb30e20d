"""The form of a week: a list of ranges for each day, with limits below; and the form of one date."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from consultations.hours import Range, day_words
from consultations.models import Schedule

Pair = tuple[str, str]
TIMES = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 24 * 60, 30)]
NEW_RANGE = ("18:00", "20:00")
NOTICES = (
    (60, _("1 hour before")),
    (240, _("4 hours before")),
    (900, _("15 hours before")),
    (1440, _("The day before")),
    (2880, _("Two days before")),
)
HORIZONS = ((7, _("1 week")), (14, _("2 weeks")), (28, _("4 weeks")), (56, _("8 weeks")))
BUFFERS = ((0, _("None")), (5, _("5 minutes")), (10, _("10 minutes")), (15, _("15 minutes")), (30, _("30 minutes")))
CAPS = (("", _("No limit")), (1, "1"), (2, "2"), (3, "3"), (5, "5"), (10, "10"))


class LimitsForm(forms.Form):
    """How closely and how often somebody can be booked."""

    notice_minutes = forms.TypedChoiceField(label=_("Latest someone can book"), choices=NOTICES, coerce=int)
    horizon_days = forms.TypedChoiceField(label=_("How far ahead"), choices=HORIZONS, coerce=int)
    buffer_minutes = forms.TypedChoiceField(label=_("Rest after each one"), choices=BUFFERS, coerce=int)
    weekly_cap = forms.TypedChoiceField(
        label=_("Most in one week"), choices=CAPS, coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, schedule: Schedule, **kwargs: Any) -> None:
        names = ("notice_minutes", "horizon_days", "buffer_minutes", "weekly_cap")
        now = {name: getattr(schedule, name) for name in names}
        kwargs["initial"] = now | {"weekly_cap": now["weekly_cap"] or ""}
        super().__init__(*args, **kwargs)
        for name in names:
            choices = list(self.fields[name].choices)  # type: ignore[attr-defined]
            if now[name] is not None and now[name] not in dict(choices):
                self.fields[name].choices = [*choices, (now[name], str(now[name]))]  # type: ignore[attr-defined]


class DateForm(forms.Form):
    """A date that differs from the usual week."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(
        label=_("Open from"),
        required=False,
        help_text=_("Leave both times empty for a whole day away."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    end = forms.TimeField(
        label=_("Open until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


def stored_week(schedule: Schedule) -> list[list[Pair]]:
    """The stored ranges of each weekday as the page shows them."""
    week: list[list[Pair]] = [[] for _day in range(7)]
    if schedule.pk:
        for each in schedule.windows.all():
            week[each.weekday].append((f"{each.start:%H:%M}", f"{each.end:%H:%M}"))
    return week


def posted_week(post: QueryDict) -> list[list[Pair]]:
    """What was typed, with the range that "Add" adds and without the one that "Remove" takes away."""
    pairs = [
        list(zip(post.getlist(f"start_{day}")[:48], post.getlist(f"end_{day}")[:48], strict=False)) for day in range(7)
    ]
    add, (day, _dash, nth) = post.get("add", ""), post.get("remove", "").partition("-")
    if add in set("0123456"):
        pairs[int(add)].append(NEW_RANGE)
    if day in set("0123456") and nth.isdecimal() and int(nth[:3]) < len(pairs[int(day)]):
        del pairs[int(day)][int(nth[:3])]
    return pairs


def ranges_of(week: list[list[Pair]]) -> list[Range]:
    """The typed ranges as times. Raises ValueError for what is no time of day."""
    return [
        Range(day, time.fromisoformat(start), time.fromisoformat(end))
        for day, pairs in enumerate(week)
        for start, end in pairs
    ]


def shown_week(week: list[list[Pair]]) -> list[dict[str, Any]]:
    """Days with their names and ranges; each range brings the times to choose from."""
    return [
        {"day": day, "name": day_words(day), "ranges": [_shown(pair) for pair in pairs]}
        for day, pairs in enumerate(week)
    ]


def _shown(pair: Pair) -> dict[str, Any]:
    start, end = pair
    return {
        "start": start,
        "end": end,
        "starts": sorted({*TIMES, start}),
        "ends": [*sorted({*TIMES[1:], end} - {"00:00"}), "00:00"],
    }
