"""What the editor of hours shows: the week as stored or typed, what is wrong with it, and all that lies below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import ngettext

from consultations import busy_calendars, days_off, hours, hours_preview, outside
from consultations.hours import Plan
from consultations.hours_forms import DAYS, TIMES, LimitsForm, Pair, TypedWeek, plan_of_forms, stored_week
from consultations.models import Schedule
from consultations.ranges import day_words, range_words
from specialists.models import Specialist
from web import form_words, times
from web.local_time import local_day

HOLIDAYS_AHEAD, HOLIDAYS_FIRST = timedelta(days=365), 5


@dataclass
class Typed:
    """What was posted; `seen` names the plan that its page was made from, `overtaken` that another was saved since."""

    week: TypedWeek
    limits: LimitsForm
    seen: str
    refusal: str = ""
    refused: bool = False
    overtaken: bool = False

    def plan(self) -> Plan | None:
        """The typed plan; None while something is wrong with it, which is noted then."""
        ranges, fine = self.week.check(), self.limits.is_valid()
        return plan_of_forms(ranges, self.limits) if fine and not self.week.faults else None


def context(specialist: Specialist, typed: Typed | None, *, asked_zone: str, now: datetime) -> dict[str, Any]:
    """The whole page."""
    schedule = hours.schedule_of(specialist)
    stored = hours.plan_of(specialist, schedule)
    week = typed.week if typed else stored_week(stored)
    plan = (typed.plan() if typed else None) or stored
    other_zone = hours_preview.other_zone(specialist, asked_zone)
    return (
        {
            "specialist": specialist,
            "zone": specialist.time_zone,
            "now": now,
            "week": _days(week, [] if typed is None or not typed.refused else week.faults),
            "said": week.said,
            "limits": typed.limits if typed and typed.refused else _quiet(typed, stored),
            "refusal": typed.refusal if typed else "",
            "seen": (typed.seen if typed else "") or stored.digest(),
            "stored": _stored_words(stored, plan) if typed and typed.overtaken else [],
            "unsaved": typed is not None and plan != stored,
            "preview": hours_preview.of(specialist, schedule, plan, other_zone=other_zone, now=now),
            "zone_choices": times.zone_choices(now, other_zone, specialist.time_zone),
            "outside": outside.listed(specialist, now),
            "colliding": busy_calendars.collisions(specialist, now)
            .select_related("client")
            .defer("note", "cancel_reason"),
            "calendar": busy_calendars.of(specialist),
        }
        | wrong_words(_errors(typed) if typed and typed.refused else [])
        | below(specialist, schedule, now)
    )


def wrong_words(errors: list[tuple[str, str]]) -> dict[str, Any]:
    """What the summary on top of a page says: (id, sentence) of each error, and how many there are."""
    count = len(errors)
    counted = ngettext("%(count)s thing to look at", "%(count)s things to look at", count)
    return {"errors": errors, "errors_heading": capfirst(counted % {"count": apnumber(count)})}


def _quiet(typed: Typed | None, stored: Plan) -> LimitsForm:
    """The limits as typed, before anybody asked to save them: nothing is complained about yet."""
    if typed is None:
        return LimitsForm(None, plan=stored)
    return LimitsForm(None, plan=stored, shown={name: typed.limits[name].value() for name in typed.limits.fields})


def below(specialist: Specialist, schedule: Schedule, now: datetime) -> dict[str, Any]:
    """Dates that differ, days away and public holidays from today on."""
    today = local_day(now, specialist.time_zone)
    exceptions = [each for each in schedule.exceptions.all() if each.date >= today] if schedule.pk else []
    opened: dict[date, list[str]] = {}
    for each in exceptions:
        if each.start is not None and each.end is not None:
            opened.setdefault(each.date, []).append(range_words(each.start, each.end))
    named = days_off.holidays_between(schedule, today, today + HOLIDAYS_AHEAD)
    coming = [{"day": day, "name": name, "opened": ", ".join(opened.get(day, []))} for day, name in named.items()]
    return {
        "exceptions": exceptions,
        "absences": [each for each in schedule.absences.all() if each.last_day >= today] if schedule.pk else [],
        "holidays": coming[:HOLIDAYS_FIRST],
        "later_holidays": coming[HOLIDAYS_FIRST:],
    }


def _days(week: TypedWeek, faults: list[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Days with their names and ranges; each range brings the times to choose from and what is wrong with it."""
    wrong: dict[tuple[int, int], list[str]] = {}
    for day, nth, sentence in faults:
        wrong.setdefault((day, nth), []).append(sentence)
    names = [day_words(day) for day in DAYS]
    return [
        {
            "day": day,
            "key": str(day),
            "add_id": f"id_add_{day}",
            "copy_id": f"id_copy_{day}",
            "name": names[day],
            "ranges": [
                _range(pair, nth, wrong.get((day, nth), []), names[(day + 1) % 7])
                for nth, pair in enumerate(week.days[day])
            ],
            "others": [(other, names[other]) for other in DAYS if other != day],
            "focus": week.focus,
        }
        for day in DAYS
    ]


def _range(pair: Pair, nth: int, wrong: list[str], next_day: str) -> dict[str, Any]:
    start, end = pair
    night = not wrong and end < start and end != "00:00"
    return {
        "number": str(nth + 1),
        "start": start,
        "end": end,
        "starts": sorted({*TIMES, start}),
        "ends": [*sorted({*TIMES[1:], end} - {"00:00"}), "00:00"],
        "wrong": wrong,
        "until": next_day if night else "",
    }


def _errors(typed: Typed) -> list[tuple[str, str]]:
    """(id, sentence) of everything to look at, the week first."""
    found = [(f"id_start_{day}_{nth + 1}", sentence) for day, nth, sentence in typed.week.faults]
    return found + form_words.errors(typed.limits)


def _stored_words(stored: Plan, typed: Plan) -> list[str]:
    """What is stored now: a line for each day with hours, and for each limit that is another one than was typed."""
    days: dict[int, list[str]] = {}
    for each in stored.ranges:
        days.setdefault(each.weekday, []).append(range_words(each.start, each.end))
    lines = [f"{day_words(day)} {', '.join(found)}" for day, found in sorted(days.items())]
    form = LimitsForm(None, plan=stored)
    for name, field in form.fields.items():
        value = getattr(stored, name)
        if value != getattr(typed, name):
            choices = getattr(field, "choices", days_off.known_regions(stored.holidays_country))
            # A switch is kept as yes or no, and no limit as nothing.
            key = "" if value is None else str(int(value) if isinstance(value, bool) else value)
            lines.append(f"{field.label}: {({str(code): str(label) for code, label in choices}).get(key, '–')}")
    return lines
