"""What happens to people when something breaks on the way: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import User
from consultations.models import Consultation
from messaging import conversations
from messaging.models import Message
from tests.browser.driving import session_of
from tests.factories import PASSWORD, make_user
from web.clock import database_now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LETTER = "Do you also work by phone? Evenings suit me best."
NOTE = "I lie awake over lists."


@pytest.fixture
def member(transactional_db: None) -> User:
    return make_user(email="robin@example.org", password=PASSWORD, display_name="Robin")


@pytest.fixture
def window(visit, member):
    """A window of a member who is logged in."""
    opened = visit()
    opened.log_in(session_of(member))
    return opened


def booking_page(world) -> str:
    return f"/consultations/book/{world.specialist.slug}/?start={world.start:%Y-%m-%dT%H:%M:%SZ}"


def fill_in_booking(page: Page, world) -> None:
    page.goto(booking_page(world))
    page.get_by_label(re.compile("Anything they should know")).fill(NOTE)
    page.get_by_label(re.compile("I understand")).check()


def log_in(page: Page) -> None:
    page.get_by_label("Email").fill("robin@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in", exact=True).click()


def test_log_in_in_another_tab_keeps_what_was_written_in_the_first(visit, world, member) -> None:
    """Its token is old then (log-in makes a new one): the words are shown again and go with one press."""
    window = visit()
    window.pardon("status of 403")
    first, path = window.page, f"/messages/new/{world.specialist.slug}/"
    first.goto(path)
    first.locator("textarea[name=body]").fill(LETTER)
    second = window.context.new_page()
    second.goto("/accounts/login/")
    log_in(second)
    expect(second).to_have_url(re.compile("/account/"))
    first.get_by_role("button", name="Send", exact=True).click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Please send that once more")
    expect(first.get_by_text(LETTER)).to_be_visible()
    assert not Message.objects.exists()
    first.get_by_role("button", name="Send again").click()
    expect(first.locator("#letters")).to_contain_text(LETTER)
    assert [each.body for each in Message.objects.all()] == [LETTER]


def test_two_presses_on_book_are_one_booking(window, world) -> None:
    fill_in_booking(window.page, world)
    window.page.locator("form button.btn-lamp").dblclick()
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("It’s booked with")
    assert Consultation.objects.count() == 1


def test_back_after_booking_shows_the_booking_and_makes_no_second(window, world) -> None:
    page = window.page
    fill_in_booking(page, world)
    page.locator("form button.btn-lamp").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("It’s booked with")
    page.go_back()
    if page.get_by_role("heading", level=1).inner_text() == "Book your half hour":
        page.get_by_label(re.compile("I understand")).check()
        page.locator("form button.btn-lamp").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("It’s booked with")
    assert Consultation.objects.count() == 1


def test_a_session_that_ends_in_the_middle_of_a_form(window, world) -> None:
    """The wall, with the words on it; after log-in the form again, and nothing sent by itself."""
    page = window.page
    fill_in_booking(page, world)
    Session.objects.all().delete()
    cache.clear()
    page.locator("form button.btn-lamp").click()
    expect(page.get_by_text("You need to be logged in to book your free consultation.")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.locator("#wall").get_by_role("link", name="Log in").click()
    log_in(page)
    expect(page.get_by_label(re.compile("Anything they should know"))).to_have_value(NOTE)
    assert not Consultation.objects.exists()
    page.locator("form button.btn-lamp").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("It’s booked with")
    assert Consultation.objects.get().note == NOTE


def test_booking_with_the_keyboard_alone(window, world) -> None:
    page = window.page
    page.goto(f"/specialists/{world.specialist.slug}/")
    tab_to(page, "a.slot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Book your half hour")
    tab_to(page, "textarea[name=note]")
    page.keyboard.type(NOTE)
    tab_to(page, "input[name=consent]")
    page.keyboard.press("Space")
    tab_to(page, "form button.btn-lamp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("It’s booked with")
    assert Consultation.objects.get().note == NOTE


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the element has the focus, and can be seen to have it."""
    for _nth in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
            assert (outline, shadow) != ("none", "none"), f"{selector} has the focus, and nothing shows it"
            return
    raise AssertionError(f"{selector} was not reached with {most} presses of Tab")


def test_a_letter_written_offline_goes_once_when_the_network_is_back(window, world, member) -> None:
    window.pardon("ERR_INTERNET_DISCONNECTED")
    page = window.page
    thread = conversations.thread_with(member=member, specialist=world.specialist, now=database_now())
    page.goto(f"/messages/{thread.public_id}/")
    window.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    page.locator("textarea[name=body]").fill(LETTER)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#letters")).to_contain_text("Not sent yet")
    assert not Message.objects.exists()
    window.context.set_offline(False)
    expect(page.get_by_text("Your message has been sent")).to_be_visible()
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.reload()
    expect(page.locator("#letters")).to_contain_text(LETTER)
    assert [each.body for each in Message.objects.all()] == [LETTER]


def test_a_half_hour_lost_to_somebody_else_keeps_the_words(visit, member, world) -> None:
    """409 with the nearest times; one more press takes the first of them. Without a script nothing is held."""
    from consultations import booking

    window = visit(java_script_enabled=False)
    window.log_in(session_of(member))
    window.pardon("status of 409")
    page = window.page
    fill_in_booking(page, world)
    booking.book(specialist=world.specialist, client=make_user(), start=world.start, now=database_now())
    page.locator("form button.btn-lamp").click()
    expect(page.get_by_role("heading", name="Not booked")).to_be_visible()
    expect(page.get_by_label(re.compile("Anything they should know"))).to_have_value(NOTE)
    page.locator("form button.btn-lamp").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("It’s booked with")
    assert Consultation.objects.filter(client__email="robin@example.org").get().start > world.start
