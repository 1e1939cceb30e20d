"""Atom feeds (RFC 4287): what is new on one topic, articles and answered questions together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from accounts import walls
from articles.models import Article
from portal import rows
from questions.models import Question
from topics.models import Topic

ENTRIES = 20


@dataclass(frozen=True)
class Entry:
    """One thing to read; `at` is when it came out (for questions only the day is known)."""

    title: str
    text: str
    url: str
    at: datetime


class TopicFeed(Feed):
    """What is new on one topic, of the sections that are open to whoever asks."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Topic:
        found = get_object_or_404(Topic.objects.named(), slug=slug)
        found.closed = walls.closed(request)  # type: ignore[attr-defined]  # for `items`
        return found

    def title(self, obj: Topic) -> str:
        return f"{settings.SITE_NAME}: {obj.name}"

    def subtitle(self, obj: Topic) -> str:
        return _("New articles and answered questions on this topic.")

    def link(self, obj: Topic) -> str:
        return f"{settings.SITE_URL}/topics/{obj.slug}/"

    def feed_url(self, obj: Topic) -> str:
        return f"{settings.SITE_URL}/topics/{obj.slug}/feed/"

    def items(self, obj: Topic) -> list[Entry]:
        entries: list[Entry] = []
        if "articles" not in obj.closed:  # type: ignore[attr-defined]  # set above
            entries += article_entries(obj, timezone.now())
        if "questions" not in obj.closed:  # type: ignore[attr-defined]  # set above
            entries += question_entries(obj)
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:ENTRIES]

    def item_title(self, item: Entry) -> str:
        return item.title

    def item_description(self, item: Entry) -> str:
        return item.text

    def item_link(self, item: Entry) -> str:
        return item.url

    def item_pubdate(self, item: Entry) -> datetime:
        return item.at


def article_entries(topic: Topic, now: datetime) -> list[Entry]:
    found = Article.objects.published(now).filter(topics=topic).newest().for_lists()[:ENTRIES]
    return [
        Entry(
            article.live.title,
            article.live.standfirst,
            f"{settings.SITE_URL}/articles/{article.slug}/",
            article.published_at,
        )
        for article in found
        if article.live and article.published_at
    ]


def question_entries(topic: Topic) -> list[Entry]:
    found = rows.answered_last(Question.objects.published().filter(topics=topic))[:ENTRIES]
    return [
        Entry(
            question.title,
            question.body,
            f"{settings.SITE_URL}/questions/{question.public_id}/{question.slug}/",
            datetime.combine(question.newest, time(), UTC),  # type: ignore[attr-defined]  # annotated
        )
        for question in found
    ]
