"""The directory as a page: choices with their numbers, the words over the list, ways out of an empty one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from specialists import cards, directory, excluding, wanted
from specialists.models import Format, Specialist
from topics.models import Approach, Topic
from web import local_time, times
from web.names import language_name
from web.templatetags.halfhour import page


@dataclass(frozen=True)
class Choice:
    """One box of a filter: `count` is how many would fit; None where it isn't counted."""

    value: str
    label: str
    chosen: bool
    count: int | None = None


def asked(request: HttpRequest, zone: str) -> tuple[wanted.Wanted, list[Topic]]:
    """What the address asks for, and the topics it could have asked for."""
    topics = list(Topic.objects.named())
    approaches = Approach.objects.values_list("slug", flat=True)
    slugs = [topic.slug for topic in topics]
    return wanted.parse(request.GET, topics=slugs, approaches=approaches, zone=zone), topics


def _counted(pairs: Iterable[tuple[str, str]], chosen: Iterable[str], counts: dict[str, int]) -> list[Choice]:
    """Choices somebody fits, and those that are chosen, whatever they fit."""
    return [
        Choice(value, label, value in chosen, counts.get(value, 0))
        for value, label in pairs
        if counts.get(value) or value in chosen
    ]


def days(chosen: str) -> list[tuple[str, str]]:
    """The days to choose from; a date that was chosen otherwise is among them."""
    usual = [
        ("", _("Any day")),
        ("today", _("Today")),
        ("tomorrow", _("Tomorrow")),
        ("weekend", _("At the weekend")),
    ]
    dated = [(chosen, times.dated(date.fromisoformat(chosen), "long"))] if chosen and chosen not in wanted.DAYS else []
    return usual + dated


def parts() -> list[tuple[str, str]]:
    """Parts of the day, with their hours."""
    names = {
        "morning": _("Morning, 6 to 12"),
        "midday": _("Midday, 12 to 17"),
        "evening": _("Evening, 17 to 21"),
        "late": _("Late, 21 to 1"),
    }
    return [("", _("Any time")), *((part, names[part]) for part in local_time.PARTS)]


def choices(request: wanted.Wanted, found: directory.Found, topics: list[Topic]) -> dict[str, list[Choice]]:
    """Every filter of the form."""
    facets = found.facets
    spoken = sorted(
        ((code, language_name(code)) for code in {*facets["language"], *request.languages}),
        key=lambda pair: pair[1],
    )
    formats = [(each.value, str(each.label)) for each in Format]
    return {
        "topics": _counted(((t.slug, t.name) for t in topics), request.topics, facets["topic"]),
        "languages": _counted(spoken, request.languages, facets["language"]),
        "formats": _counted(formats, request.formats, facets["format"]),
        "days": [Choice(value, label, value == request.day) for value, label in days(request.day)],
        "parts": [Choice(value, label, value == request.part) for value, label in parts()],
    }


def heading(request: wanted.Wanted, count: int, topics: list[Topic]) -> str:
    """Three people for sleep and worry, in Polish."""
    text = ngettext("%(n)d person", "%(n)d people", count) % {"n": count}
    named = [topic.name.lower() for topic in topics if topic.slug in request.topics]
    if named:
        text = _("%(people)s for %(topics)s") % {"people": text, "topics": _(" or ").join(named)}
    if request.languages:
        spoken = _(" or ").join(language_name(code) for code in request.languages)
        text = _("%(people)s, in %(languages)s") % {"people": text, "languages": spoken}
    return text


def labels() -> dict[str, str]:
    """What each filter is called when we suggest letting it go."""
    return {
        "q": _("Without the words you searched for"),
        "topics": _("With any concern"),
        "approaches": _("With any way of working"),
        "languages": _("In any language"),
        "formats": _("By video, phone or in person"),
        "free": _("Also people who have stopped giving free half hours for now"),
        "accepting": _("Also people who take nobody new at present"),
        "within": _("Further ahead"),
        "day": _("On any day"),
        "part": _("At any time of day"),
    }


def ways_out(request: wanted.Wanted, *, zone: str, now: datetime) -> list[dict[str, Any]]:
    """Links that each let one filter go, with how many people that finds."""
    named = labels()
    return [
        {"label": named[name], "count": count, "url": f"?{request.without(name).query()}"}
        for name, count in directory.relaxed(request, zone=zone, now=now)
    ]


def _starts(found: directory.Found, row: Specialist) -> list[datetime]:
    return found.starts.get(row.pk, []) if row.is_bookable else []


def context(request: HttpRequest, *, zone: str, now: datetime) -> dict[str, Any]:
    """Everything the page shows; the number of queries doesn't depend on how many people there are."""
    wish, topics = asked(request, zone)
    found = directory.find(wish, zone=zone, now=now)
    first = replace(wish, after="")
    met = excluding.as_met_by(request.user, found.rows)
    rows = [cards.card(row, starts=_starts(found, row), wanted=wish) for row in met]
    return {
        "wanted": wish,
        "rows": rows,
        "count": found.count,
        "heading": heading(wish, found.count, topics),
        "choices": choices(wish, found, topics),
        "chosen": len(wish.active),
        "more_url": f"?{wish.query(after=found.after)}" if found.after else "",
        "first_url": f"?{first.query()}" if wish.after else "",
        "ways_out": ways_out(wish, zone=zone, now=now) if not found.count else [],
        "directory_url": page("/specialists/"),
        "list_url": page("/specialists/"),
        "soonest_url": page("/specialists/soonest/") + (f"?{first.query()}" if first.query() else ""),
        "zone": zone,
        "zone_choices": times.zone_choices(now, zone, settings.SITE_TIME_ZONE),
        "kept": wish.pairs(tz="", after=""),
        "device_zone": not wish.tz and settings.SESSION_COOKIE_NAME not in request.COOKIES,
        "tz": wish.tz,
        "now": now,
    }


def as_json(request: HttpRequest, *, zone: str, now: datetime) -> dict[str, Any]:
    """CONTRACT's JSON of the directory."""
    wish, _topics = asked(request, zone)
    found = directory.find(wish, zone=zone, now=now)
    met = excluding.as_met_by(request.user, found.rows)
    results = [cards.as_json(row, starts=_starts(found, row), wanted=wish, zone=zone, now=now) for row in met]
    return {
        "count": found.count,
        "results": results,
        "facets": found.facets,
        "after": found.after,
        "notes": list(wish.notes),
    }
