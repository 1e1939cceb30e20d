"""What authors are told by mail: their article is out, or something is to be changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from articles.desk import latest_reason
from articles.models import Article, State
from articles.publishing import CHANGES_ASKED, PUBLISHED
from notifications.kinds import Kind, Skip, Telling, add_kind
from notifications.models import Notification


def _article(notification: Notification) -> Article | None:
    if notification.subject_id is None:
        return None
    rows = Article.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(pk=notification.subject_id).first()


def _title(article: Article) -> str:
    version = article.live or article.versions.first()
    return version.title if version else ""


def published(notification: Notification, now: datetime) -> Telling | Skip:
    """The author's news that readers can see the article."""
    article = _article(notification)
    if article is None or article.state != State.PUBLISHED:
        return Skip("unpublished")
    context: dict[str, Any] = {"title": _title(article), "reviewer": article.reviewer_name}
    return Telling(context=context, path=reverse("articles:article", args=[article.slug]), attachments=())


def changes_asked(notification: Notification, now: datetime) -> Telling | Skip:
    """The author's news that a curator asks for changes, with their reason."""
    article = _article(notification)
    if article is None or article.state == State.ARCHIVED:
        return Skip("archived")
    version = article.versions.first()
    context = {"title": version.title if version else "", "reason": latest_reason(article)}
    return Telling(context=context, path=reverse("practice_articles:edit", args=[article.slug]), attachments=())


def register() -> None:
    """Makes both kinds known to the outbox."""
    add_kind(Kind(PUBLISHED, "emails/articles/published.html", published))
    add_kind(Kind(CHANGES_ASKED, "emails/articles/changes_asked.html", changes_asked))
