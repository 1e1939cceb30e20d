"""What READING_WALLS keeps for members is on no other page either: not listed, not counted, not in a feed."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from articles import publishing, writing
from questions.models import Question
from specialists.models import Specialist
from tests import factories
from tests.portal.test_pages import make_question

pytestmark = pytest.mark.django_db
EVERYWHERE = (
    "/",
    "/topics/sleep/",
    "/topics/sleep/feed/",
    "/search/?q=awake",
    "/sitemap.xml",
    "/questions/ask/?title=awake",
)
TITLES = {"articles": "Lying awake and what helps", "questions": "Why am I awake at four"}


def make_article(specialist: Specialist, now: datetime) -> None:
    author = specialist.user
    assert author is not None
    article = writing.begin(author=author, title=TITLES["articles"], now=now)
    words = {"title": TITLES["articles"], "standfirst": "For short nights.", "source": "Sleep comes back. " * 60}
    topics = [factories.make_topic("sleep")]
    writing.write_version(
        article=article, summary="", references=[], topics=topics, actor=author, now=now, **words
    )  # fmt: skip
    writing.submit(article=article, actor=author, now=now)
    publishing.approve(subject_id=article.pk, actor=factories.make_curator(), now=now)


@pytest.fixture
def specialist() -> Specialist:
    """Somebody whose name, article and answer are on the site."""
    sleep = factories.make_topic("sleep")
    found = factories.make_specialist(topics=[sleep], name="Amara Nightingale", headline="I help who lies awake.")
    make_article(found, timezone.now())
    make_question(TITLES["questions"], sleep).answers.update(specialist=found)
    return found


def said(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("section", ["articles", "questions"])
def test_what_is_kept_for_members_is_nowhere_else(client: Client, settings, specialist, section: str) -> None:
    pages = (*EVERYWHERE, f"/specialists/{specialist.slug}/")
    slug = "lying-awake" if section == "articles" else Question.objects.get().public_id
    assert any(TITLES[section] in said(client, path) for path in pages)
    settings.READING_WALLS = [section]
    for path in pages:
        page = said(client, path)
        assert TITLES[section] not in page and f"/{section}/{slug}" not in page, path
    client.force_login(factories.make_user())
    assert TITLES[section] in said(client, "/") and TITLES[section] in said(client, "/search/?q=awake")


def test_specialists_kept_for_members_are_named_nowhere(client: Client, settings, specialist) -> None:
    pages = ("/", "/topics/sleep/", "/search/?q=awake", "/sitemap.xml", "/search/?q=Nightingale")
    settings.READING_WALLS = ["specialists"]
    for path in pages:
        assert f"/specialists/{specialist.slug}" not in said(client, path), path
    assert f"/specialists/{specialist.slug}" not in said(client, "/articles/lying-awake-and-what-helps/")
    client.force_login(factories.make_user())
    assert specialist.name in said(client, "/search/?q=Nightingale")
