"""A specialist sets their hours on a phone, goes away over a booking, and answers for it: with scripts and without."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from consultations import booking
from consultations.models import Absence, Consultation, State
from tests.browser.driving import Visit, session_of
from tests.factories import make_specialist, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HOURS = "/practice/availability/"


def at(days: int, hour: int) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def book(specialist, name: str, start: datetime) -> Consultation:
    member = make_user(display_name=name, time_zone="Asia/Kathmandu")
    return booking.book(specialist=specialist, client=member, start=start, now=timezone.now(), location="NP")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_hours_a_copied_day_and_days_away_over_bookings(visit, scripts: bool) -> None:
    specialist = make_specialist()
    robin, noor, sam = (
        book(specialist, name, at(days, hour))
        for name, days, hour in (("Robin", 2, 10), ("Noor", 3, 12), ("Sam", 5, 10))
    )
    window: Visit = visit(java_script_enabled=scripts)
    window.log_in(session_of(specialist.user))
    page = window.page
    page.goto("/practice/")
    page.get_by_role("link", name="Hours", exact=True).click()
    set_the_week(page)
    assert windows_of(specialist) == {day: ["09:00–17:00", "18:00–19:00"] for day in (0, 2, 4)} | {
        day: ["09:00–17:00"] for day in (1, 3, 5, 6)
    }
    page.get_by_role("link", name="Add days away").click()
    page.get_by_label("First day away").fill(str(at(2, 0).date()))
    page.get_by_label("Last day away").fill(str(at(3, 0).date()))
    page.get_by_role("button", name="Save these days").click()
    expect(page.get_by_role("heading", name="2 half hours lie within these days")).to_be_visible()
    if scripts:
        assert window.axe() == []
    answer_for(page, robin, noor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your hours")
    assert Absence.objects.get().first_day == at(2, 0).date()
    for each in (robin, noor, sam):
        each.refresh_from_db()
    assert (robin.state, robin.cancel_reason) == (State.CANCELLED, "I am sorry, I am away.")
    assert noor.proposals.waiting().get().starts and noor.state == sam.state == State.CONFIRMED


def set_the_week(page: Page) -> None:
    """One more range, changed, then copied to two days; nothing is stored before Save."""
    page.get_by_role("button", name="Add hours on Monday").click()
    page.get_by_label("Monday, range 2 from").select_option("18:00")
    page.get_by_label("Monday, range 2 until").select_option("19:00")
    page.locator("#id_copy_0").click()
    page.locator("#day-0").get_by_label("Wednesday").check()
    page.locator("#day-0").get_by_label("Friday").check()
    page.get_by_role("button", name="Copy Monday to the ticked days").click()
    expect(page.get_by_text("The hours of Monday are on these days too: Wednesday, Friday.")).to_be_visible()
    expect(page.get_by_label("Friday, range 2 until")).to_have_value("19:00")
    page.locator("main .actions").get_by_role("button", name="Save my hours").click()
    expect(page.get_by_text("Your hours are saved.")).to_be_visible()


def answer_for(page: Page, robin: Consultation, noor: Consultation) -> None:
    """Robin is cancelled with a line; two times are proposed to Noor, after one try without any."""
    first = page.locator("li.booking-answer", has_text="Robin")
    first.get_by_label("Cancel it").check()
    first.get_by_label(re.compile("A line for them")).fill("I am sorry, I am away.")
    second = page.locator("li.booking-answer", has_text="Noor")
    second.get_by_label(re.compile("Propose other times")).check()
    page.get_by_role("button", name="Save these days").click()
    expect(page.get_by_role("alert")).to_contain_text("choose one to three times")
    expect(first.get_by_label(re.compile("A line for them"))).to_have_value("I am sorry, I am away.")
    for nth in (0, 1):
        second.locator("input[name$=starts]").nth(nth).check()
    page.get_by_role("button", name="Save these days").click()


def windows_of(specialist) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for each in specialist.schedule.windows.all():
        found.setdefault(each.weekday, []).append(f"{each.start:%H:%M}–{each.end:%H:%M}")
    return found


def test_by_keyboard_alone_hours_change_and_what_lies_outside_is_answered(visit) -> None:
    specialist = make_specialist()
    made = book(specialist, "Robin", at(2, 16))
    window: Visit = visit()
    window.log_in(session_of(specialist.user))
    page = window.page
    page.goto(HOURS)
    for day in range(7):
        page.locator(f"#id_end_{day}_1").focus()
        page.keyboard.type("16:00")
    page.locator("#id_add_6").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_start_6_2")).to_be_focused()
    page.locator("button[name=remove][value='6-1']").focus()
    page.keyboard.press("Space")
    expect(page.locator("#id_add_6")).to_be_focused()
    page.locator("#id_copy_6").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#id_copy_6_0")).to_be_focused()
    page.locator("main .actions button.btn-primary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 half hour lies outside your hours")
    assert window.axe() == []
    page.get_by_label("Decide later").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Keep it as it is")).to_be_checked()
    page.get_by_role("button", name="Do this").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 half hour is answered.")).to_be_visible()
    made.refresh_from_db()
    assert made.kept_outside and made.state == State.CONFIRMED


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_hours_are_sound_by_day_and_night(visit, scheme: str) -> None:
    specialist = make_specialist()
    specialist.schedule.holidays_country = "DE"
    specialist.schedule.save()
    book(specialist, "Robin", at(2, 16))
    specialist.schedule.exceptions.create(date=at(2, 0).date())
    window: Visit = visit(color_scheme=scheme)
    window.log_in(session_of(specialist.user))
    page = window.page
    for path in (HOURS, f"{HOURS}away/", f"{HOURS}date/", f"{HOURS}outside/"):
        page.goto(path)
        assert window.axe() == [], path
    page.goto(HOURS)
    page.locator("#id_copy_0").click()
    page.locator("#id_end_0_1").select_option("08:30")
    page.locator("main .actions button.btn-primary").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Monday 09:00–08:30 ends before it begins.")
    assert window.axe() == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#dates").evaluate("(each) => each.scrollIntoView({ behavior: 'instant', block: 'end' })")
    assert 0 <= page.locator("aside.stick").bounding_box()["y"] <= 40, "the preview stays in sight"
