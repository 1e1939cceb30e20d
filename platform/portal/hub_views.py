"""Topics: all of them, and one with what people wrote, asked, and who works with it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import walls
from accounts.zones import is_zone, viewer_zone
from articles.models import Article
from portal import rows
from questions.models import Question
from specialists import openings
from specialists.models import Specialist
from topics.models import Topic

SHOWN = 5


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/topics.html", {"topics": rows.topic_links(Topic.objects.named())})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic.objects.named(), slug=slug)
    now, asked = timezone.now(), request.GET.get("tz", "")
    closed = walls.closed(request)
    articles = Article.objects.none() if "articles" in closed else Article.objects.published(now).filter(topics=found)
    questions = Question.objects.none() if "questions" in closed else Question.objects.published().filter(topics=found)
    public = Specialist.objects.none() if "specialists" in closed else Specialist.objects.public().filter(topics=found)
    # Those with an open half hour first, then whoever is public.
    people = list(public.order_by("next_free", "id")[:SHOWN])
    starts = openings.next_for([person.pk for person in people if person.is_bookable], now)
    context = {
        "topic": found,
        "closed": closed,
        "now": now,
        "zone": viewer_zone(request),
        "tz": asked if is_zone(asked) else "",
        "device_zone": not asked and settings.SESSION_COOKIE_NAME not in request.COOKIES,
        "articles": rows.article_rows(rows.articles_with_people(articles.newest())[:SHOWN]),
        "questions": rows.question_rows(rows.questions_with_answers(rows.answered_last(questions))[:SHOWN]),
        "specialists": rows.specialist_rows(people, starts),
    }
    return render(request, "portal/topic.html", context)
