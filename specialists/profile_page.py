"""A specialist's public page: the facts, what they wrote, and the same for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts import walls
from specialists import cards, completeness, picker
from specialists.models import PUBLIC_STATES, LicenceState, Specialist
from topics.models import Topic
from web.linked_data import linked_data
from web.templatetags.halfhour import page

SHOWN_WRITINGS = 5


def written(specialist: Specialist, now: datetime, closed: frozenset[str]) -> dict[str, list[Any]]:
    """Their articles and answers that anyone may read, newest first; upper apps give the relations.

    Sections in `closed` are kept for members.
    """
    articles = specialist.articles.published(now).order_by("-published_at", "-id")
    articles = articles.values("slug", title=F("live__title"), minutes=F("live__reading_minutes"))
    answers = specialist.answers.filter(question__state="published", withdrawn_on=None).order_by("-pk")
    answers = answers.values(slug=F("question__slug"), key=F("question__public_id"), title=F("question__title"))
    return {
        "articles": [] if "articles" in closed else list(articles[:SHOWN_WRITINGS]),
        "answers": [] if "questions" in closed else list(answers[:SHOWN_WRITINGS]),
    }


def checked(specialist: Specialist) -> Any:
    """The licence that stands behind the page, when our team checked it."""
    licence = completeness.licence_of(specialist)
    return licence if licence and licence.state == LicenceState.VERIFIED else None


def structured(specialist: Specialist, topics: list[Topic]) -> SafeString:
    """The page as a schema.org Person in JSON-LD (https://schema.org/Person), safe inside a script element."""
    data = {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": specialist.name,
        "jobTitle": specialist.title,
        "url": settings.SITE_URL + page(f"/specialists/{specialist.slug}/"),
        "knowsLanguage": specialist.languages,
        "knowsAbout": [topic.name for topic in topics],
    }
    return linked_data(data)


def context(request: HttpRequest, specialist: Specialist, wish: picker.Asked) -> dict[str, Any]:
    """Everything the page shows."""
    public = specialist.state in PUBLIC_STATES
    topics = list(Topic.objects.named().filter(specialists=specialist))
    found = picker.times_of(specialist, wish)
    return {
        "specialist": specialist,
        "first_name": specialist.first_name,
        "public": public,
        "licence": checked(specialist),
        "topics": topics,
        "approaches": list(specialist.approaches.values_list("name", flat=True)),
        "client_groups": list(specialist.client_groups.values_list("name", flat=True)),
        "languages": cards.languages(specialist),
        "formats": cards.formats(specialist),
        "fee": cards.fee(specialist),
        "directory_url": page("/specialists/"),
        "structured": structured(specialist, topics) if public else "",
        "picker": picker.html(found, wish, picker.version(found, wish)),
        "has_times": bool(found.starts),
        "zone": wish.zone,
        "now": wish.now,
        "tz": wish.tz,
        "device_zone": wish.device_zone,
        **written(specialist, wish.now, walls.closed(request)),
    }
