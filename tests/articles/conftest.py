"""Articles as the rules leave them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles import publishing, writing
from articles.models import Article, ArticleVersion
from references.citation import Reference
from tests.factories import make_curator, make_specialist, make_topic

SOURCE = (
    "A first paragraph about evenings. [1]\n\n## Why it happens\n\n"
    + ("The house is quiet and so is the street. " * 20)
    + "\n\n## What helps\n\nA list, a lamp and a chair.\n"
)
REFERENCE = Reference(
    ("Example, A. B.",),
    2019,
    "Evenings and what they do",
    "Journal of Evenings, 4(2)",
    "10.1000/evenings.4",
    locator="pp. 12-18",
)


def write(article: Article, **fields: Any) -> ArticleVersion:
    values: dict[str, Any] = {
        "title": "Quiet evenings",
        "standfirst": "Why they are harder than mornings.",
        "source": SOURCE,
        "summary": "In short, put the list on paper.",
        "references": [REFERENCE],
        "topics": [make_topic("sleep")],
        "actor": article.author,
        "now": timezone.now(),
        "base": writing.newest_number(article),
    }
    return writing.write_version(article=article, **(values | fields))


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def draft(now: datetime) -> Callable[..., Article]:
    """A draft with one version by a live specialist."""

    def make(**fields: Any) -> Article:
        specialist = fields.pop("specialist", None) or make_specialist()
        title = fields.get("title", "Quiet evenings")
        article = writing.begin(author=specialist.user, title=title, now=now)
        write(article, **fields)
        return article

    return make


@pytest.fixture
def published(draft: Callable[..., Article], now: datetime) -> Callable[..., Article]:
    """An article that a second person approved."""

    def make(*, publish_at: datetime | None = None, **fields: Any) -> Article:
        article = draft(**fields)
        writing.submit(article=article, actor=article.author, now=now)
        publishing.approve(
            subject_id=article.pk, actor=make_curator(), now=now, publish_at=publish_at or now - timedelta(minutes=1)
        )
        article.refresh_from_db()
        return article

    return make
