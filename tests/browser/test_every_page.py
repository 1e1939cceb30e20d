"""Every page of the site in a real browser, as each kind of person."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_front_page_opens(visit) -> None:
    window = visit()
    assert window.page.goto("/").status == 200
    assert window.axe() == []
