"""The join page as one person meets it: before it opens, without what it needs, and when it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from consultations.models import Consultation, State
from tests.browser.driving import session_of
from tests.browser.walking import OVERFLOW
from tests.journeys.room_world import Side, side

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("answered"),
]


def test_the_room_without_permission_and_without_scripts(visit, half_hour) -> None:
    member = side(visit, half_hour, as_client=True)
    refuse = "async () => { throw new DOMException('no', 'NotAllowedError'); }"
    member.page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = {refuse}; }}")
    member.button("Turn on camera and microphone").click()
    member.notes("Your browser doesn’t let us use them. Allow camera and microphone beside the address, then again.")
    expect(member.button("Join without camera and microphone")).to_be_visible()
    plain = side(visit, half_hour, as_client=True, java_script_enabled=False)
    expect(plain.page.get_by_text("The video room needs JavaScript")).to_be_visible()
    expect(plain.page.get_by_role("link", name="Write to Dr Ada Example")).to_be_visible()
    expect(plain.page.locator("[data-room]")).to_be_hidden()


def test_the_room_by_keyboard_alone_at_night_on_the_smallest_phone(visit, half_hour) -> None:
    small = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
    member = side(visit, half_hour, as_client=True, **small)
    member.button("Turn on camera and microphone").focus()
    member.page.keyboard.press("Enter")
    expect(member.button("Join")).to_be_focused()
    assert member.page.evaluate(OVERFLOW) == "" and member.visit.axe() == []
    member.page.keyboard.press("Enter")
    member.says("Waiting for Dr Ada Example. You don’t need to do anything.")
    expect(member.button("Mute")).to_be_focused()
    member.page.keyboard.press("Space")
    expect(member.button("Mute")).to_have_attribute("aria-pressed", "true")
    member.notes("You are muted.")
    for _next in ("Camera off", "Captions"):
        member.page.keyboard.press("Tab")
    member.page.keyboard.press("Space")
    expect(member.page.get_by_label("Your line")).to_be_focused()
    member.page.keyboard.type("Is anybody there?")
    member.page.keyboard.press("Enter")
    member.notes("Dr Ada Example isn’t connected, so the line was not sent.")
    expect(member.page.get_by_label("Your line")).to_have_value("Is anybody there?")
    assert member.page.evaluate(OVERFLOW) == "" and member.visit.axe() == []
    member.button("Leave").focus()
    member.page.keyboard.press("Enter")
    expect(member.button("Join again")).to_be_focused()


def test_no_other_page_may_use_the_camera(visit, half_hour) -> None:
    window = visit()
    window.pardon("Permissions policy violation")
    window.page.goto("/")
    asked = "navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', (error) => error.name)"
    assert window.page.evaluate(asked) == "NotAllowedError"


def at(visit, half_hour: Consultation, *, minutes: float) -> Side:
    """The member's page so many minutes after the start, with a clock that the test can put forward."""
    move(half_hour, minutes)
    window = visit()
    window.page.clock.install()
    window.log_in(session_of(half_hour.client))
    window.page.goto(f"/consultations/{half_hour.public_id}/join/")
    return Side(window, window.page, "Dr Ada Example")


def move(half_hour: Consultation, minutes: float) -> None:
    start = timezone.now() - timedelta(minutes=minutes)
    Consultation.objects.filter(pk=half_hour.pk).update(start=start, end=start + timedelta(minutes=30))


def test_the_page_opens_by_itself(visit, half_hour) -> None:
    member = at(visit, half_hour, minutes=-30)
    expect(member.page.get_by_role("timer")).to_have_text(re.compile(r"^Opens in (20:00|19:\d\d)$"))
    assert member.visit.axe() == []
    move(half_hour, -9)
    member.page.clock.fast_forward("20:00")
    expect(member.button("Turn on camera and microphone")).to_be_visible()
    expect(member.page.get_by_role("timer")).to_have_text(re.compile(r"^Starts in \d+:\d\d$"))


def test_five_minutes_left_and_the_end_are_said_and_the_room_closes(visit, half_hour) -> None:
    member = at(visit, half_hour, minutes=20)
    member.visit.pardon("status of 409")
    member.enter("bare")
    member.says("Waiting for Dr Ada Example. You don’t need to do anything.")
    said, timer = member.page.locator("[data-said]"), member.page.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^(10:00|9:\d\d) left$"))
    expect(said).to_have_text("")
    member.page.clock.fast_forward("05:00")
    expect(said).to_have_text("5 minutes left.")
    member.page.clock.fast_forward("05:00")
    expect(said).to_have_text("The half hour is over. You can finish what you were saying.")
    expect(timer).to_have_text("The half hour is over")
    member.page.clock.fast_forward("10:00")
    member.says("The room has closed. Thank you for the half hour.")
    move(half_hour, 41)
    member.button("Join again").click()
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Your half hour with Dr Ada Example is over.")


def test_what_is_called_off_while_somebody_waits_is_said_to_them(visit, half_hour) -> None:
    member = at(visit, half_hour, minutes=-5)
    member.visit.pardon("status of 409")
    member.enter("bare")
    member.says("Waiting for Dr Ada Example. You don’t need to do anything.")
    Consultation.objects.filter(pk=half_hour.pk).update(state=State.CANCELLED)
    member.says("This half hour isn’t on any more.")


def test_somebody_logged_out_meanwhile_is_told(visit, half_hour) -> None:
    member = at(visit, half_hour, minutes=5)
    member.visit.pardon("status of 401")
    member.enter("bare")
    member.says("Waiting for Dr Ada Example. You don’t need to do anything.")
    member.visit.context.clear_cookies()
    member.says("You were logged out meanwhile. Log in again to come back.")
    member.button("Join again").click()
    expect(member.page.get_by_text("You need to be logged in")).to_be_visible()
