"""Every page of the site on the demo's data, as each kind of person, at 390 and 320 px, by day and by night."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from tests.browser.driving import Visit
from tests.browser.walking import Walk, every_view, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = {
    "visitor": "",
    "member": "visitor@example.org",
    "specialist": "specialist@example.org",
    "curator": "curator@example.org",
}
STARTS = ["/", "/accounts/login/", "/accounts/signup/", "/crisis/", "/contact/", "/specialists/join/"]
STARTS += ["/messages/", "/consultations/", "/account/", "/practice/", "/curation/", "/nowhere-at-all/"]


@pytest.fixture(scope="package")
def walks() -> dict[str, Walk]:
    return {}


@pytest.fixture(scope="package")
def checked() -> set[str]:
    return set()


@pytest.fixture
def walked(visit, demo, walks, checked) -> Callable[[str], Walk]:
    """The walk of a kind of person, walked once however many tests ask."""

    def of(person: str) -> Walk:
        if person not in walks:
            walks[person] = walk(open_as(visit, person), STARTS, signed_in=bool(PEOPLE[person]), checked=checked)
        return walks[person]

    return of


def open_as(visit: Callable[..., Visit], person: str, **options: str) -> Visit:
    window = visit(**options)
    if email := PEOPLE[person]:
        window.log_in(User.objects.get(email=email))
    return window


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_stands(walked, person: str) -> None:
    assert walked(person).faults == []
