"""The search page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import walls
from accounts.zones import viewer_zone
from portal import rows, searching
from specialists import openings
from topics.models import Topic


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`q=` across articles, questions and specialists; without it the form and the topics."""
    text, now = searching.clean(request.GET.get("q", "")), timezone.now()
    context: dict[str, Any] = {"q": text, "now": now, "zone": viewer_zone(request)}
    context["device_zone"] = settings.SESSION_COOKIE_NAME not in request.COOKIES
    if text:
        context |= results(text, now, walls.closed(request))
    if not text or not context["total"]:
        context["all_topics"] = rows.topic_links(Topic.objects.named())
    return render(request, "portal/search.html", context)


def results(text: str, now: datetime, closed: frozenset[str]) -> dict[str, Any]:
    """The best few of each sort, and how many there are; nothing of the sections in `closed`."""
    found = searching.everything(text=text, now=now, without=closed)
    counts = [found.specialists.count(), found.questions.count(), found.articles.count()]
    people = list(found.specialists[: searching.SHOWN])
    starts = openings.next_for([person.pk for person in people if person.is_bookable], now, 2)
    return {
        "topics": rows.topic_links(found.topics),
        "total": sum(counts),
        "counts": dict(zip(("specialists", "questions", "articles"), counts, strict=True)),
        "specialists": rows.specialist_rows(people, starts),
        "questions": rows.question_rows(rows.questions_with_answers(found.questions)[: searching.SHOWN]),
        "articles": rows.article_rows(rows.articles_with_people(found.articles)[: searching.SHOWN]),
    }
