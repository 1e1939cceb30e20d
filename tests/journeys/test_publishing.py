"""What people read comes about: a question and an article are written, read by a curator, published and answered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from notifications import delivery
from tests.browser.driving import session_of
from tests.factories import make_curator, make_user
from web.clock import database_now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ASKER = "asker@example.org"
TITLE = "Why do I wake at four and plan the whole day?"
BODY = "For some weeks I have been awake at four, going through lists. Is there something to try before I see anybody?"
ANSWER = (
    "Waking early with a busy head is common when a lot is undecided. Put paper beside the bed, write the list down, "
    "and get up for a quarter of an hour rather than fight for sleep."
)
ARTICLE = (
    "Most lists are made in the dark, where nobody can read them.\n\n"
    "## How to begin\n\n" + "Put a pen and a lamp where your hand finds them before the night begins. " * 8 + "\n"
)


@pytest.fixture
def as_person(visit):
    """Opens a window as somebody."""

    def open_as(user) -> Page:
        window = visit()
        window.log_in(session_of(user))
        return window.page

    return open_as


def decide(page: Page, title: str) -> None:
    """A curator finds it in the queue, reads it and publishes it."""
    page.goto("/curation/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_text(title).first).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Decided. The people it concerns are told.")).to_be_visible()


def test_a_question_from_asking_to_reading_the_answer(visit, as_person, world, mail) -> None:
    asker = make_user(email=ASKER, display_name="Robin Reader")
    page = as_person(asker)
    page.goto("/questions/")
    page.get_by_role("link", name=re.compile("Ask a question")).first.click()
    page.get_by_label(re.compile("Your question, in one line")).fill(TITLE)
    page.locator("textarea[name=body]").fill(BODY)
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your question is with us")

    decide(as_person(make_curator()), TITLE)
    helper = as_person(world.specialist.user)
    helper.goto("/practice/questions/")
    helper.get_by_role("link", name=TITLE).click()
    helper.locator("textarea[name=body]").fill(ANSWER)
    helper.get_by_role("button", name="Publish your answer").click()
    expect(helper.locator("main")).to_contain_text("Put paper beside the bed")

    delivery.deliver(clock=database_now)
    told = mail.wait(ASKER, lambda each: "/questions/" in str(each))
    assert "Put paper beside the bed" not in str(told), "an answer is read on the site, not in the mail"
    reader = visit().page
    reader.goto("/questions/")
    reader.get_by_role("link", name=TITLE).click()
    expect(reader.locator("main")).to_contain_text("Put paper beside the bed")
    expect(reader.locator("main")).to_contain_text("Dr Ada Example")
    assert "Robin" not in reader.content() and ASKER not in reader.content()


def test_an_article_from_a_draft_to_its_reader(visit, as_person, world) -> None:
    writer = as_person(world.specialist.user)
    writer.goto("/practice/articles/")
    writer.get_by_role("link", name="Write an article").click()
    writer.locator("input[name=title]").fill("A list beside the bed")
    writer.locator("textarea[name=standfirst]").fill("For nights that turn into planning.")
    writer.locator("textarea[name=source]").fill(ARTICLE)
    writer.get_by_label("Sleep", exact=True).check()
    writer.get_by_role("button", name="Save and preview").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text("A list beside the bed")
    writer.get_by_role("button", name="Send it for review").click()
    expect(writer.get_by_text("Sent. A second person reads it now")).to_be_visible()

    reader = visit()
    reader.pardon("status of 404")
    assert reader.page.goto("/articles/a-list-beside-the-bed/").status == 404
    decide(as_person(make_curator()), "A list beside the bed")
    reader.page.goto("/articles/")
    reader.page.get_by_role("link", name="A list beside the bed").first.click()
    expect(reader.page.get_by_role("heading", name="How to begin")).to_be_visible()
