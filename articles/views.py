"""Pages that readers see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import walls
from accounts.zones import is_zone, viewer_zone
from articles import citing, feeds, reading, structured
from articles.models import Article
from specialists import openings
from specialists.models import PUBLIC_STATES
from web.templatetags.halfhour import page as address_of

NEXT_TIMES = 2


@require_safe
@walls.reading("articles")
def index(request: HttpRequest) -> HttpResponse:
    """All published articles, newest first, by words and by topic."""
    now = timezone.now()
    q, topic, after = (_asked(request, name) for name in ("q", "topic", "after"))
    shown = reading.page(now=now, q=q, topic=topic, after=after)
    rows = [(article, reading.row(article)) for article in shown.articles]
    first = rows[0] if rows and not (q or topic or after) else None
    topics = [_tag(each) for each in reading.topics_in_use(now)]
    context = {
        "q": q,
        "topic": topic,
        "topics": topics,
        "topic_name": next((each["name"] for each in topics if each["slug"] == topic), topic),
        "current": _listed(topic=topic),
        "first": first,
        "rows": [row for _, row in rows[1 if first else 0 :]],
        "more_url": shown.after and _listed(q=q, topic=topic, after=shown.after),
        "first_url": after and _listed(q=q, topic=topic),
    }
    return render(request, "articles/index.html", context)


def _asked(request: HttpRequest, name: str) -> str:
    """One condition of the address, without the NUL that PostgreSQL cannot hold."""
    return request.GET.get(name, "").replace("\0", "").strip()[:200]


def _listed(**query: str) -> str:
    """The list with these conditions, empty ones left out."""
    said = urlencode({name: value for name, value in query.items() if value})
    return reverse("articles:index") + (f"?{said}" if said else "")


def _tag(topic: Any) -> dict[str, str]:
    return {"slug": topic.slug, "name": topic.name, "url": _listed(topic=topic.slug)}


@require_safe
@walls.reading("articles")
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One published article."""
    now, found = timezone.now(), _published(slug)
    topics = list(found.topics.all())
    context = {
        "article": found,
        "live": found.live,
        "topics": [_tag(topic) for topic in topics],
        "high_risk": any(topic.high_risk for topic in topics),
        "entries": reading.entries(found.live) if found.live else [],
        "related": [reading.row(each) for each in reading.related(found, now=now)],
        "url": citing.address(found),
        "json_ld": structured.json_ld(found),
        "review_due": found.next_review_on and found.next_review_on <= now.date(),
        **_beside(request, found),
    }
    return render(request, "articles/article.html", context)


def _published(slug: str) -> Article:
    found = reading.one(slug, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _beside(request: HttpRequest, found: Article) -> dict[str, Any]:
    """The author's page and next free half hours, and the zone they are shown in."""
    now, asked, specialist = timezone.now(), request.GET.get("tz", ""), found.specialist
    known = is_zone(asked) or request.user.is_authenticated
    shown: dict[str, Any] = {"now": now, "zone": viewer_zone(request), "tz": asked if is_zone(asked) else ""}
    shown["device_zone"] = not known
    if specialist is None or specialist.state not in PUBLIC_STATES or "specialists" in walls.closed(request):
        return shown
    starts = openings.next_for([specialist.pk], now, NEXT_TIMES) if specialist.is_bookable else {}
    return shown | {
        "specialist": specialist,
        "specialist_url": address_of(f"/specialists/{specialist.slug}/"),
        "book_url": address_of(f"/consultations/book/{specialist.slug}/"),
        "starts": starts.get(specialist.pk, []),
    }


@require_safe
@walls.reading("articles")
def cite(request: HttpRequest, slug: str, extension: str) -> HttpResponse:
    """The citation of a published article, and of what it cites, for citation managers."""
    if extension not in citing.FORMATS:
        raise Http404
    name, media_type, text = citing.file(_published(slug), extension)
    return HttpResponse(
        text,
        content_type=f"{media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@walls.reading("articles")
def feed(request: HttpRequest) -> HttpResponse:
    """The newest published articles as Atom."""
    newest = Article.objects.published(timezone.now()).newest().for_lists()[: feeds.LONGEST]
    body = feeds.atom(newest, title=settings.SITE_NAME, path=reverse("articles:feed"), page=reverse("articles:index"))
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
