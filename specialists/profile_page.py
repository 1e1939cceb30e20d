"""A specialist's public page: the facts, what they wrote, and the same for machines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts import walls
from specialists import cards, picker, profile_facts
from specialists.models import PUBLIC_STATES, Specialist
from topics.models import Topic
from web.linked_data import linked_data
from web.templatetags.halfhour import page


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
    topics, closed = profile_facts.topics(specialist), walls.closed(request)
    found = picker.times_of(specialist, wish)
    return {
        "specialist": specialist,
        "first_name": specialist.first_name,
        "public": public,
        "licence": profile_facts.licence(specialist),
        "topics": topics,
        "approaches": profile_facts.approaches(specialist),
        "client_groups": profile_facts.client_groups(specialist),
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
        # Sections that are kept for members show nothing here either.
        "articles": [] if "articles" in closed else profile_facts.articles(specialist, wish.now),
        "answers": [] if "questions" in closed else profile_facts.answers(specialist),
    }
