"""Every page of the site on the demo's data, as each kind of person, at 390 and 320 px, by day and by night."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.browser.driving import Visit
from tests.browser.walking import Walk, every_view, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

PEOPLE = {
    "visitor": "",
    "member": "visitor@example.org",
    "specialist": "specialist@example.org",
    "curator": "curator@example.org",
}
STARTS = ["/", "/crisis/", "/contact/", "/specialists/join/", "/messages/", "/consultations/", "/account/"]
STARTS += ["/practice/", "/questions/mine/"]
NIGHTS = ["/", "/articles/", "/specialists/", "/questions/ask/", "/crisis/", "/accounts/login/"]
# For machines, for raw data, or met only in the middle of something; the journeys and each app's tests open these.
UNLINKED = re.compile(
    r"admin:|machines:|consultation_feeds:|account_(?!login|signup)|usersessions|dev_mail"
    r"|accounts:(begun|resume|discard|code)|questions:(thanks|safe|withdraw)|messaging:close"
    r"|specialists:openings|practice_articles:submit|questions:feed|notices:(address|plan)"
    r"|practice_consultations:(outside|change_away)|consultations:(offer|hold|signals|clock)"
)


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
            walks[person] = walk(open_as(visit, demo, person), STARTS, signed_in=bool(PEOPLE[person]), checked=checked)
        return walks[person]

    return of


def open_as(visit: Callable[..., Visit], demo: dict[str, str], person: str, **options: str) -> Visit:
    window = visit(**options)
    # Chromium asks for it beside a feed, which can't name our icon; nothing answers at that address yet.
    window.pardon("/favicon.ico")
    if email := PEOPLE[person]:
        window.log_in(demo[email])
    return window


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_stands(walked, person: str) -> None:
    faults = walked(person).faults
    assert not faults, "\n".join(faults)


def test_nothing_here_is_a_page_too(visit, demo) -> None:
    window = visit()
    window.pardon("status of 404")
    assert window.page.goto("/nowhere-at-all/").status == 404
    assert window.axe() == []
    assert window.page.locator("h1").count() == 1


@pytest.mark.parametrize("path", NIGHTS)
def test_by_night(visit, demo, path: str) -> None:
    window = visit(color_scheme="dark")
    window.page.goto(path)
    assert window.axe() == []


def test_nobody_is_left_out(walked) -> None:
    """Each view for people was met by somebody who followed links; a new one can't be forgotten."""
    met = set().union(*(walked(person).seen for person in PEOPLE))
    assert [view for view in every_view() if view not in met and not UNLINKED.match(view)] == []
