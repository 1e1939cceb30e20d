"""The front page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import walls
from accounts.zones import is_zone, viewer_zone
from articles.models import Article
from portal import rows, tonight, week
from questions.models import Question
from topics.models import Topic
from web import times
from web.templatetags.halfhour import page

TOPICS, READS = 12, 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now, zone = timezone.now(), viewer_zone(request)
    asked = request.GET.get("tz", "")
    tz = asked if is_zone(asked) else ""
    windows = week.coming_week(zone=zone, now=now, directory=page("/specialists/"), tz=tz)
    closed = walls.closed(request)
    articles = Article.objects.none() if "articles" in closed else Article.objects.published(now).newest()
    questions = Question.objects.none() if "questions" in closed else Question.objects.published()
    context = {
        "now": now,
        "zone": zone,
        "tz": tz,
        # Nothing is known of this reader: a script may show the week again in their own zone.
        "device_zone": not tz and settings.SESSION_COOKIE_NAME not in request.COOKIES,
        "zone_choices": times.zone_choices(now, zone, settings.SITE_TIME_ZONE),
        "week": windows,
        "free": tonight.free_next(week=windows, zone=zone, now=now, named="specialists" not in closed),
        "closed": closed,
        "topics": rows.topic_links(Topic.objects.named()[:TOPICS]),
        "articles": rows.article_rows(rows.articles_with_people(articles)[:READS]),
        "questions": rows.question_rows(rows.questions_with_answers(rows.answered_last(questions))[:READS]),
    }
    return render(request, "portal/home.html", context)
