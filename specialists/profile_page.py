"""A specialist's public page: the slot picker, the facts, what they wrote, and the same for machines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts import walls
from specialists import cards, completeness, openings
from specialists.models import PUBLIC_STATES, LicenceState, Specialist
from web import local_time, times
from web.linked_data import linked_data
from web.templatetags.halfhour import page

WINDOW = timedelta(days=7)
SHOWN_WRITINGS = 5


def read_day(text: str) -> date | None:
    """The day of `from=YYYY-MM-DD`; None for anything else, or a day outside any calendar we keep."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1971 < day.year < 9990 else None


def window(specialist: Specialist, *, asked: date | None, zone: str, now: datetime) -> dict[str, Any]:
    """A week of free half hours by day in `zone`, from the day asked for or from the first that has any.

    `later` and `earlier` are days to go on from, or None.
    """
    today = local_time.local_day(now, zone)
    if not specialist.is_bookable:
        return {"days": [], "starts": [], "later": None, "earlier": None}
    first = max(asked, today) if asked else today
    since = local_time.day_range(first, zone)[0]
    upcoming = openings.first_after(specialist_id=specialist.pk, since=since, now=now)
    if asked is None and upcoming:
        first = local_time.local_day(upcoming, zone)
    last = first + WINDOW
    since, until = local_time.day_range(first, zone)[0], local_time.day_range(last, zone)[0]
    starts = openings.between(specialist_id=specialist.pk, since=since, until=until, now=now)
    beyond = openings.first_after(specialist_id=specialist.pk, since=until, now=now)
    return {
        "days": _filled(local_time.by_day(starts, zone)),
        "starts": starts,
        "later": local_time.local_day(beyond, zone) if beyond else None,
        "earlier": max(today, first - WINDOW) if asked and first > today else None,
    }


def _filled(found: list[tuple[date, list[datetime]]]) -> list[tuple[date, list[datetime]]]:
    """With the empty days in between, so that nobody wonders whether they were forgotten."""
    if not found:
        return []
    by_date = dict(found)
    length = (found[-1][0] - found[0][0]).days + 1
    return [(day, by_date.get(day, [])) for day in (found[0][0] + timedelta(days=n) for n in range(length))]


def picker(request: HttpRequest, specialist: Specialist, *, zone: str, now: datetime) -> dict[str, Any]:
    """What `components/slot_picker.html` needs."""
    here = page(f"/specialists/{specialist.slug}/")
    tz = zone if request.GET.get("tz") == zone else ""
    shown = window(specialist, asked=read_day(request.GET.get("from", "")), zone=zone, now=now)
    kept = f"&tz={tz}" if tz else ""
    return {
        "first_name": specialist.first_name,
        "days": shown["days"],
        "book_url": cards.book_url(specialist),
        "picker_url": here,
        "fragment_url": f"{here}openings/",
        "later_url": f"{here}?from={shown['later']}{kept}#times" if shown["later"] else "",
        "earlier_url": f"{here}?from={shown['earlier']}{kept}#times" if shown["earlier"] else "",
        "message_url": page(f"/messages/new/{specialist.slug}/"),
        "zone_choices": times.zone_choices(now, zone, specialist.time_zone),
        "zone": zone,
        "tz": tz,
        "now": now,
        "device_zone": not tz and settings.SESSION_COOKIE_NAME not in request.COOKIES,
    }


def written(specialist: Specialist, now: datetime, closed: frozenset[str]) -> dict[str, list[Any]]:
    """Their articles and answers that anyone may read, newest first; upper apps give the relations.

    Sections in `closed` are kept for members.
    """
    articles = specialist.articles.published(now).select_related("live").order_by("-published_at", "-id")
    answers = specialist.answers.filter(question__state="published", withdrawn_on=None)
    answers = answers.select_related("question").order_by("-pk")
    return {
        "articles": [] if "articles" in closed else list(articles[:SHOWN_WRITINGS]),
        "answers": [] if "questions" in closed else list(answers[:SHOWN_WRITINGS]),
    }


def checked(specialist: Specialist) -> Any:
    """The licence that stands behind the page, when our team checked it."""
    licence = completeness.licence_of(specialist)
    return licence if licence and licence.state == LicenceState.VERIFIED else None


def structured(specialist: Specialist) -> SafeString:
    """The page as a schema.org Person in JSON-LD (https://schema.org/Person), safe inside a script element."""
    data = {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": specialist.name,
        "jobTitle": specialist.title,
        "url": settings.SITE_URL + page(f"/specialists/{specialist.slug}/"),
        "knowsLanguage": specialist.languages,
        "knowsAbout": [topic.name for topic in specialist.topics.all()],
    }
    return linked_data(data)


def context(request: HttpRequest, specialist: Specialist, *, zone: str, now: datetime) -> dict[str, Any]:
    """Everything the page shows."""
    public = specialist.state in PUBLIC_STATES
    return {
        "specialist": specialist,
        "public": public,
        "licence": checked(specialist),
        "languages": cards.languages(specialist),
        "formats": cards.formats(specialist),
        "fee": cards.fee(specialist),
        "directory_url": page("/specialists/"),
        "structured": structured(specialist) if public else "",
        **written(specialist, now, walls.closed(request)),
        **picker(request, specialist, zone=zone, now=now),
    }


def as_json(request: HttpRequest, specialist: Specialist, *, zone: str, now: datetime) -> dict[str, Any]:
    """CONTRACT's openings: every instant in UTC, thirty minutes long."""
    shown = window(specialist, asked=read_day(request.GET.get("from", "")), zone=zone, now=now)
    return {
        "specialist": specialist.slug,
        "zone": zone,
        "openings": [
            {"start": times.iso(start), "end": times.iso(start + timedelta(minutes=30))} for start in shown["starts"]
        ],
    }
