"""Error pages: ours, in development as in production, and useful to a person."""

from __future__ import annotations

import pytest
from django.test import Client

from portal import week

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/nothing-here/", "/articles/no-such-article/", "/specialists/nobody/"])
def test_what_is_not_there_is_said_on_our_own_page(settings, debug, path) -> None:
    settings.DEBUG = debug
    page = Client().get(path)
    html = page.content.decode()
    assert page.status_code == 404 and "crisis-strip" in html and "DEBUG" not in html


@pytest.mark.parametrize("debug", [True, False])
def test_our_own_fault_is_said_as_ours_and_logged(settings, debug, monkeypatch, caplog) -> None:
    settings.DEBUG = debug

    def broken(**asked: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(week, "coming_week", broken)
    page = Client(raise_request_exception=False).get("/")
    assert page.status_code == 500 and "secret detail" not in page.content.decode()
    assert "tel:" in page.content.decode()


def test_an_address_without_its_slash_still_finds_the_page(settings) -> None:
    settings.DEBUG = True
    assert Client().get("/articles").status_code == 301
