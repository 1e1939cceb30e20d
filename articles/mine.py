"""An author's own shelf: each article with where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
    """All articles of one author, the newest first: three queries however many there are."""
    found = list(user.articles.order_by("-created_at", "-id"))
    ids = [article.pk for article in found]
    latest = ArticleVersion.objects.filter(article__in=ids).order_by("article", "-number").distinct("article")
    titles = {version.article_id: (version.pk, version.title) for version in latest.only("article", "title")}
    waiting = set(Case.objects.open().filter(kind=CASE, subject_id__in=ids).values_list("subject_id", flat=True))
    rows = []
    for article in found:
        newest, title = titles.get(article.pk, (None, article.slug))
        is_newer = article.live_id is not None and newest != article.live_id
        is_due = article.next_review_on is not None and article.next_review_on <= today
        rows.append(Own(article, title, article.pk in waiting, is_newer, is_due))
    return rows
