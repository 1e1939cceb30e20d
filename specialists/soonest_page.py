"""The soonest half hours as a page: days with their entries, the filters, and ways on when there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from specialists import cards, directory_page, excluding, soonest, wanted
from specialists.directory_page import Choice
from specialists.models import Format, Listing
from specialists.picker import HALF_HOUR
from topics.models import Topic
from web import local_time, times
from web.names import language_name
from web.templatetags.halfhour import page

LANGUAGES_KEPT_SECONDS = 600


@dataclass(frozen=True)
class Row:
    """One half hour as `components/soonest_row.html` shows it; `more_url` leads to the rest of that person's day."""

    name: str
    key: str
    url: str
    title: str
    facts: list[str]
    why: str
    start: datetime
    book_url: str
    more_url: str


def asked(request: HttpRequest, zone: str) -> tuple[wanted.Wanted, list[Topic]]:
    """What the address asks for. Everybody in this list gives free half hours and takes new people anyway."""
    wish, topics = directory_page.asked(request, zone)
    return replace(wish, free=False, accepting=False), topics


def spoken(chosen: Iterable[str]) -> list[tuple[str, str]]:
    """The languages of those who take bookings, by name; looked up every ten minutes."""
    codes = cache.get("specialists:spoken")
    if codes is None:
        marks = Listing.objects.languages()
        codes = sorted(mark.removeprefix("l:") for mark in marks)
        cache.set("specialists:spoken", codes, LANGUAGES_KEPT_SECONDS)
    return sorted(((code, language_name(code)) for code in {*codes, *chosen}), key=lambda pair: pair[1])


def choices(wish: wanted.Wanted, topics: list[Topic]) -> dict[str, list[Choice]]:
    """Every filter of the form, without numbers: they would cost more than the page."""

    def offered(pairs: Iterable[tuple[str, str]], chosen: Iterable[str]) -> list[Choice]:
        return [Choice(value, label, value in chosen) for value, label in pairs]

    return {
        "topics": offered(((topic.slug, topic.name) for topic in topics), wish.topics),
        "languages": offered(spoken(wish.languages), wish.languages),
        "formats": offered(((each.value, str(each.label)) for each in Format), wish.formats),
        "days": offered(directory_page.days(wish.day), [wish.day]),
        "parts": offered(directory_page.parts(), [wish.part]),
    }


def row(entry: soonest.Entry, wish: wanted.Wanted, topics: list[Topic], zone: str) -> Row:
    """One entry in the words of the page; `topics` is the whole vocabulary."""
    who, theirs = entry.specialist, (topic for topic in topics if topic.pk in entry.topics)
    url = page(f"/specialists/{who.slug}/")
    day = local_time.local_day(entry.start, zone)
    tz = f"&tz={wish.tz}" if wish.tz else ""
    return Row(
        name=who.name,
        key=who.slug,
        url=url,
        title=who.title,
        facts=[fact for fact in (cards.languages(who), cards.formats(who)) if fact],
        why=cards.fits(who, wish, theirs),
        start=entry.start,
        book_url=cards.book_url(who),
        more_url=f"{url}?from={day.isoformat()}{tz}#times" if entry.more else "",
    )


def by_day(found: soonest.Found, wish: wanted.Wanted, topics: list[Topic], zone: str) -> list[tuple[date, list[Row]]]:
    """The entries under the dates that the viewer reads."""
    grouped = groupby(found.entries, key=lambda entry: local_time.local_day(entry.start, zone))
    return [(day, [row(entry, wish, topics, zone) for entry in entries]) for day, entries in grouped]


def ways_out(wish: wanted.Wanted, *, zone: str, now: datetime, apart: frozenset[int]) -> list[dict[str, Any]]:
    """Links that each let one filter go, with the first half hour that there would be."""
    named = directory_page.labels()
    return [
        {"label": named[name], "start": start, "url": f"?{wish.without(name).query()}"}
        for name, start in soonest.relaxed(wish, zone=zone, now=now, apart=apart)
    ]


def heading(wish: wanted.Wanted, topics: list[Topic]) -> str:
    """Free half hours for sleep and worry, in Polish."""
    text = _("Free half hours")
    if named := [topic.name.lower() for topic in topics if topic.slug in wish.topics]:
        text = _("%(people)s for %(topics)s") % {"people": text, "topics": _(" or ").join(named)}
    if wish.languages:
        languages = _(" or ").join(language_name(code) for code in wish.languages)
        text = _("%(people)s, in %(languages)s") % {"people": text, "languages": languages}
    return text


def context(request: HttpRequest, *, zone: str, now: datetime) -> dict[str, Any]:
    """Everything the page shows; the number of queries doesn't depend on how many people there are."""
    (wish, topics), apart = asked(request, zone), excluding.barred(request.user)
    found = soonest.find(wish, zone=zone, now=now, apart=apart)
    next_free = soonest.next_free(wish, zone=zone, now=now, apart=apart) if wish.day and not found.after else None
    next_day = local_time.local_day(next_free, zone) if next_free else None
    empty = not found.entries and not wish.after
    return {
        "wanted": wish,
        "days": by_day(found, wish, topics, zone),
        "heading": heading(wish, topics),
        "choices": choices(wish, topics),
        "chosen": len(wish.active),
        "more_url": f"?{wish.query(after=found.after)}" if found.after else "",
        "first_url": f"?{replace(wish, after='').query()}" if wish.after else "",
        "next_day": next_day,
        "next_url": f"?{wish.query(day=next_day.isoformat(), after='')}" if next_day else "",
        "ways_out": ways_out(wish, zone=zone, now=now, apart=apart) if empty and wish.active else [],
        "directory_url": page("/specialists/"),
        "list_url": page("/specialists/soonest/"),
        "fragment_url": f"{page('/specialists/soonest/')}?{wish.query(tz='')}",
        "zone": zone,
        "zone_choices": times.zone_choices(now, zone, settings.SITE_TIME_ZONE),
        "kept": wish.pairs(tz="", after=""),
        "device_zone": not wish.tz and settings.SESSION_COOKIE_NAME not in request.COOKIES,
        "tz": wish.tz,
        "now": now,
    }


def as_json(request: HttpRequest, *, zone: str, now: datetime) -> dict[str, Any]:
    """The same for machines: one result for each half hour, instants in UTC."""
    (wish, topics), apart = asked(request, zone), excluding.barred(request.user)
    found = soonest.find(wish, zone=zone, now=now, apart=apart)
    next_free = soonest.next_free(wish, zone=zone, now=now, apart=apart) if wish.day and not found.entries else None
    return {
        "zone": zone,
        "count": len(found.entries),
        "results": [_result(entry, wish, topics) for entry in found.entries],
        "next_free": times.iso(next_free) if next_free else None,
        "after": found.after,
        "notes": list(wish.notes),
    }


def _result(entry: soonest.Entry, wish: wanted.Wanted, topics: list[Topic]) -> dict[str, Any]:
    who, theirs = entry.specialist, [topic for topic in topics if topic.pk in entry.topics]
    return {
        "start": times.iso(entry.start),
        "end": times.iso(entry.start + HALF_HOUR),
        "slug": who.slug,
        "name": who.name,
        "title": who.title,
        "topics": [topic.slug for topic in theirs],
        "languages": who.languages,
        "formats": who.formats,
        "why": cards.fits(who, wish, theirs),
        "more_that_day": entry.more,
    }
