"""An author's own shelf: each article with where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from accounts.models import User
from articles.models import Article, ArticleVersion
from articles.writing import CASE
from cases.models import Case


@dataclass(frozen=True)
class Own:
    """One row. `is_newer` says that the author has written on since readers got their version."""

    article: Article
    title: str
    is_waiting: bool
    is_newer: bool
    is_due: bool


def own(user: User, *, today: date) -> list[Own]:
    """All articles of one author, the newest first: two queries however many there are."""
    newest = ArticleVersion.objects.filter(article=OuterRef("pk")).order_by("-number")
    rows = user.articles.annotate(
        newest_title=Subquery(newest.values("title")[:1]), newest_id=Subquery(newest.values("pk")[:1])
    ).order_by("-created_at", "-id")
    found = list(rows)
    ids = [article.pk for article in found]
    waiting = set(Case.objects.open().filter(kind=CASE, subject_id__in=ids).values_list("subject_id", flat=True))
    return [
        Own(
            article,
            article.newest_title or article.slug,
            article.pk in waiting,
            article.live_id is not None and article.newest_id != article.live_id,
            article.next_review_on is not None and article.next_review_on <= today,
        )
        for article in found
    ]
