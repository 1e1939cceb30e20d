"""What search engines may know: public pages, each with the day it last changed where we know it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Model, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from articles.models import Article
from questions.models import Question
from specialists.models import Specialist
from topics.models import Topic

Row = TypeVar("Row", bound=Model)
PAGES = (
    "/",
    "/about/",
    "/about/ordering/",
    "/articles/",
    "/crisis/",
    "/for-specialists/",
    "/free-consultation/",
    "/privacy/",
    "/questions/",
    "/specialists/",
    "/specialists/soonest/",
    "/terms/",
    "/topics/",
)


def readable(section: str, rows: QuerySet[Row]) -> QuerySet[Row]:
    """`rows`, or none of them where READING_WALLS keeps the section for members."""
    return rows.none() if section in settings.READING_WALLS else rows


class SiteMap(Sitemap):
    """Addresses start with SITE_URL, never with what a request's Host header claims."""

    limit = 5000

    def get_domain(self, site: object = None) -> str:
        return settings.SITE_URL.partition("://")[2]

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.SITE_URL.partition("://")[0]


class PageMap(SiteMap):
    def items(self) -> list[str]:
        return list(PAGES)

    def location(self, item: str) -> str:
        return item


class TopicMap(SiteMap):
    def items(self) -> QuerySet[Topic]:
        return Topic.objects.order_by("slug")

    def location(self, item: Topic) -> str:
        return f"/topics/{item.slug}/"


class ArticleMap(SiteMap):
    def items(self) -> QuerySet[Article]:
        return (
            readable("articles", Article.objects.published(timezone.now()))
            .select_related("live")
            .only("slug", "published_at", "live__written_at")
            .order_by("id")
        )

    def location(self, item: Article) -> str:
        return f"/articles/{item.slug}/"

    def lastmod(self, item: Article) -> datetime | None:
        known = [moment for moment in (item.published_at, item.live and item.live.written_at) if moment]
        return max(known, default=None)


class QuestionMap(SiteMap):
    """Questions change when they are answered; days only (DECISIONS 21)."""

    def items(self) -> QuerySet[Question]:
        answered = Max("answers__answered_on", filter=Q(answers__withdrawn_on=None))
        return (
            readable("questions", Question.objects.published())
            .annotate(changed_on=Greatest("published_on", answered))
            .order_by("published_on", "id")
        )

    def location(self, item: Question) -> str:
        return f"/questions/{item.public_id}/{item.slug}/"

    def lastmod(self, item: Question) -> date | None:
        return item.changed_on  # type: ignore[attr-defined]  # annotated above


class SpecialistMap(SiteMap):
    def items(self) -> QuerySet[Specialist]:
        found = readable("specialists", Specialist.objects.public())
        return found.only("slug", "confirmed_at", "live_since").order_by("id")

    def location(self, item: Specialist) -> str:
        return f"/specialists/{item.slug}/"

    def lastmod(self, item: Specialist) -> datetime | None:
        known = [moment for moment in (item.confirmed_at, item.live_since) if moment]
        return max(known, default=None)


SITEMAPS = {
    "pages": PageMap,
    "topics": TopicMap,
    "articles": ArticleMap,
    "questions": QuestionMap,
    "specialists": SpecialistMap,
}
