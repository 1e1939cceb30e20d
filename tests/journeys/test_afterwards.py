"""What follows a half hour, on a phone: by keyboard, with and without scripts, for each of the two."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consultations import openings_sync
from consultations.models import Attendance, Consultation, FitCard
from tests.browser.driving import Visit, session_of
from tests.browser.walking import OVERFLOW
from tests.consultations.held import held
from tests.factories import make_specialist, make_topic, make_user
from web.clock import database_now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Visit]


@pytest.fixture
def made(world) -> Consultation:
    """One that was held yesterday with a specialist who works with sleep, as three others do."""
    specialist = make_specialist(topics=[make_topic("sleep")], name="Dr Lin Example", fee_minor=7000, currency="EUR")
    for nth in range(3):
        other = make_specialist(topics=[make_topic("sleep")], name=f"Colleague {nth}")
        openings_sync.refresh(specialist_id=other.pk, now=database_now())
    return held(specialist=specialist, client=make_user(display_name="Robin"))


@pytest.fixture
def open_as(visit) -> Open:
    """A phone of this person, on the page of their half hour."""

    def opened(person, consultation: Consultation, **options) -> Visit:
        window = visit(**options)
        window.log_in(session_of(person))
        window.page.goto(f"/consultations/{consultation.public_id}/")
        return window

    return opened


def sound(window: Visit) -> None:
    """Nothing that a checker calls serious, and nothing wider than the phone."""
    assert window.axe() == []
    assert window.page.evaluate(OVERFLOW) == ""


def tab_to(page: Page, selector: str) -> None:
    """Go on with the Tab key alone until this is focused."""
    for _press in range(80):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key never reaches {selector}.")


def by_keyboard(page: Page, answer: str, *, name: str) -> None:
    """Choose a radio button and send its form, without a mouse."""
    tab_to(page, f"input[name={name}]")
    for _press in range(4):
        if page.evaluate("document.activeElement.checked && document.activeElement.value") == answer:
            break
        page.keyboard.press("Space" if not page.locator(f"input[name={name}]:checked").count() else "ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, label: str, button: str) -> None:
    page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name=button).click()


def test_both_say_yes_one_by_keyboard_and_one_without_scripts(open_as: Open, made) -> None:
    member = open_as(made.client, made)
    member.page.get_by_role("link", name="How did it go?").click()
    expect(member.page.get_by_role("group", name="Did the two of you talk?")).to_be_visible()
    sound(member)
    by_keyboard(member.page, "met", name="said")
    expect(member.page.get_by_role("group", name="Would you like to go on together?")).to_be_visible()
    sound(member)
    by_keyboard(member.page, "yes", name="answer")
    expect(member.page.get_by_role("heading", name="Your answer: Yes")).to_be_visible()
    expect(member.page.get_by_text("You both said yes")).to_have_count(0)
    sound(member)

    specialist = open_as(made.specialist.user, made, java_script_enabled=False)
    specialist.page.get_by_role("link", name="How did it go?").click()
    choose(specialist.page, "Yes, we talked", "Go on")
    choose(specialist.page, "Yes", "Keep my answer")
    expect(specialist.page.get_by_role("heading", name="You both said yes.")).to_be_visible()

    member.page.reload()
    expect(member.page.get_by_role("heading", name="You both said yes.")).to_be_visible()
    expect(member.page.get_by_text("€70")).to_be_visible()
    sound(member)
    member.page.get_by_role("link", name="Write to Dr Lin Example").click()
    expect(member.page.get_by_role("heading", name="Message Dr Lin Example")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_not_a_fit_leads_to_a_colleague_and_the_other_side_sees_nothing(open_as: Open, made, scripts: bool) -> None:
    specialist = open_as(made.specialist.user, made)
    specialist.page.get_by_role("link", name="How did it go?").click()
    before = specialist.page.locator("main").inner_html()

    window = open_as(made.client, made, java_script_enabled=scripts)
    page = window.page
    page.get_by_role("link", name="How did it go?").click()
    choose(page, "Yes, we talked", "Go on")
    page.get_by_label(re.compile("A line for yourself")).fill("Too quick for me.")
    choose(page, "Not a fit", "Keep my answer")
    expect(page.get_by_role("heading", name="Your answer: Not a fit")).to_be_visible()
    expect(page.get_by_text("Too quick for me.").first).to_be_visible()
    expect(page.locator("li.who")).to_have_count(3)
    if scripts:
        sound(window)

    specialist.page.reload()
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub("", specialist.page.locator("main").inner_html()) == token.sub("", before)

    # Minds change; the fold opens without a script.
    page.get_by_text("Change your answer").click()
    page.get_by_label("Not now", exact=True).check()
    page.get_by_role("button", name="Keep the new answer").click()
    expect(page.get_by_role("heading", name="Your answer: Not now")).to_be_visible()
    page.get_by_text("Change your answer").click()
    page.get_by_label("Not a fit", exact=True).check()
    page.get_by_role("button", name="Keep the new answer").click()
    assert FitCard.objects.get().answer == "no"
    page.locator("li.who a.slot").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Book your half hour")


def test_not_having_talked_takes_both_on_without_blame(open_as: Open, made) -> None:
    specialist = open_as(made.specialist.user, made)
    specialist.page.get_by_role("link", name="How did it go?").click()
    choose(specialist.page, "No, we did not", "Go on")
    expect(specialist.page.get_by_role("heading", name="You didn’t get to talk.")).to_be_visible()
    sound(specialist)

    member = open_as(made.client, made)
    member.page.get_by_role("link", name="How did it go?").click()
    expect(member.page.get_by_role("heading", name="You didn’t get to talk.")).to_be_visible()
    expect(member.page.get_by_role("link", name="see who can help now")).to_be_visible()
    expect(member.page.locator("li.who")).to_have_count(3)
    sound(member)
    choose(member.page, "No, we did not", "Go on")
    member.page.get_by_role("link", name="Choose another time with Dr Lin Example").click()
    expect(member.page).to_have_url(re.compile(f"/specialists/{made.specialist.slug}/#times"))
    assert Consultation.objects.get(pk=made.pk).attendance == Attendance.NOT_MET


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_calendar_address_is_made_read_renewed_and_closed(open_as: Open, made, scripts: bool) -> None:
    window = open_as(made.client, made, java_script_enabled=scripts)
    page = window.page
    page.goto("/consultations/")
    page.get_by_role("link", name="Your half hours in your own calendar").click()
    page.get_by_role("button", name="Make my address").click()
    first = page.get_by_label("The address").input_value()
    assert window.context.request.get(first).text().count("BEGIN:VEVENT") == 1
    if scripts:
        page.get_by_role("button", name="Copy the address").click()
        expect(page.locator("[data-share] [role=status]")).not_to_be_empty()
        sound(window)
    else:
        expect(page.get_by_role("button", name="Copy the address")).to_have_count(0)
    page.get_by_role("button", name="Take a new address").click()
    second = page.get_by_label("The address").input_value()
    assert second != first and window.context.request.get(first).status == 404
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("button", name="Make my address")).to_be_visible()
    assert window.context.request.get(second).status == 404
