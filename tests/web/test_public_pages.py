"""The cache of session-less pages: the second reader gets what the first one got."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.portal.test_pages import make_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/sitemap.xml", "/questions/feed/", "/topics/sleep/feed/"])
def test_a_kept_page_is_the_page_with_every_header(settings, path: str) -> None:
    settings.PAGE_CACHE_SECONDS = 30
    make_question("Why do I wake")
    first, second = Client().get(path), Client().get(path)
    assert second.content == first.content
    assert dict(second.headers) == dict(first.headers)


def test_answers_to_scripts_are_kept_by_nobody() -> None:
    for path in ("/accounts/logout/", "/specialists/", "/accounts/login/"):
        answer = Client().get(path, headers={"accept": "application/json"})
        assert answer["Content-Type"] == "application/json"
        assert "no-store" in answer["Cache-Control"] and "public" not in answer["Cache-Control"], path


def test_nothing_personal_is_kept(settings) -> None:
    settings.PAGE_CACHE_SECONDS = 30
    for path in ("/accounts/login/", "/messages/", "/questions/ask/", "/account/resume/"):
        page = Client().get(path)
        assert "no-store" in page["Cache-Control"] and "public" not in page["Cache-Control"], path
