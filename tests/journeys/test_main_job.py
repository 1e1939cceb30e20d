"""The main job, once through, as a person walks it on a phone: with scripts and without."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Page, expect

from consultations.models import Consultation
from messaging.models import Message
from tests.journeys import machinery
from tests.journeys.world import body

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NEWCOMER = "newcomer@example.org"
PASSWORD = "a-quiet-evening-9"
NOTE = "I lie awake over lists.\nPhone is easier than video."
LETTER = "Thank you for the half hour to come. Is it all right if I sit in the car?"
REMINDER_COMES_AFTER = timedelta(seconds=6)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_an_article_to_a_reminder(visit, world, mail, zone, settings, tmp_path: Path, scripts: bool) -> None:
    page = visit(java_script_enabled=scripts, timezone_id=zone).page
    with machinery.running(tmp_path, mail.folder, settings.SITE_URL):
        choose_a_half_hour(page, world)
        fill_in_and_meet_the_wall(page)
        sign_up(page, mail)
        booked = confirm_the_booking(page, world, settings)
        told = mail.wait(NEWCOMER, lambda each: any(part.get_content_type() == "text/calendar" for part in each.walk()))
        check_invite(told, booked)
        write_to_the_specialist(page, world)
        reminder = mail.wait(NEWCOMER, lambda each: each["Message-ID"] != told["Message-ID"] and is_reminder(each))
        assert f"{settings.SITE_URL}/consultations/{booked.public_id}/" in body(reminder)
        assert len([each for each in mail.all(NEWCOMER) if is_reminder(each)]) == 1
    assert NOTE.splitlines()[0] not in "".join(path.read_text() for path in mail.folder.glob("*.eml"))


def choose_a_half_hour(page: Page, world) -> None:
    """Reading, then the writer's own half hours beside the article."""
    page.goto("/articles/")
    page.get_by_role("link", name="Quiet evenings").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quiet evenings")
    page.get_by_role("link", name="More about").click()
    stamp = f"{world.start:%Y-%m-%dT%H}"
    page.locator(f'a.slot[href*="{stamp.replace(":", "%3A")}"][href*="%3A{world.start:%M}"]').first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Book your half hour")


def fill_in_and_meet_the_wall(page: Page) -> None:
    """Everything can be written before anybody asks who you are."""
    page.get_by_label(re.compile("Anything they should know")).fill(NOTE)
    page.get_by_label("Phone").check()
    page.get_by_label(re.compile("I understand")).check()
    page.locator("form button.btn-lamp").click()
    expect(page.get_by_text("You need to be logged in to book your free consultation.")).to_be_visible()
    expect(page.get_by_text("I lie awake over lists.")).to_be_visible()
    expect(page.get_by_text(re.compile("We keep this time for you until"))).to_be_visible()


def sign_up(page: Page, mail) -> None:
    """An account, and the code from the mail by its link, which fills it in."""
    page.locator("#wall").get_by_role("link", name="Sign up").click()
    page.get_by_label("Email").fill(NEWCOMER)
    page.get_by_label(re.compile("What should we call you")).fill("Robin")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this address yours?")
    letter = mail.wait(NEWCOMER, lambda each: "/account/code/" in body(each))
    link = next(line.strip() for line in body(letter).splitlines() if "/account/code/" in line)
    page.goto(link)
    expect(page.locator("input[name=code]")).not_to_have_value("")
    page.get_by_role("button", name="Confirm").click()


def confirm_the_booking(page: Page, world, settings) -> Consultation:
    """Back at the very form with every word in it; one press books."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Book your half hour")
    expect(page.get_by_label(re.compile("Anything they should know"))).to_have_value(NOTE)
    expect(page.get_by_label("Phone")).to_be_checked()
    assert not Consultation.objects.exists()
    lead = world.start - timezone.now() - REMINDER_COMES_AFTER
    settings.REMINDER_LEADS_MINUTES = [lead / timedelta(minutes=1)]
    page.locator("form button.btn-lamp").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It’s booked with Dr Ada Example.")
    expect(page.get_by_text("I lie awake over lists.")).to_be_visible()
    booked = Consultation.objects.get()
    assert (booked.start, booked.note.splitlines(), booked.format) == (world.start, NOTE.splitlines(), "phone")
    assert booked.client.email == NEWCOMER
    return booked


def check_invite(told, booked: Consultation) -> None:
    part = next(part for part in told.walk() if part.get_content_type() == "text/calendar")
    [event] = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert event["DTSTART"].dt == booked.start
    assert str(event["UID"]) == booked.uid


def write_to_the_specialist(page: Page, world) -> None:
    page.goto(f"/specialists/{world.specialist.slug}/")
    page.get_by_role("link", name=re.compile("^Message ")).first.click()
    page.locator("textarea[name=body]").fill(LETTER)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#letters")).to_contain_text("sit in the car?")
    assert [each.body for each in Message.objects.all()] == [LETTER]


def is_reminder(message) -> bool:
    calendar = any(part.get_content_type() == "text/calendar" for part in message.walk())
    return "/consultations/" in body(message) and not calendar


def test_the_worker_may_not_be_missing() -> None:
    """The schedule that the journey stands on names tasks that exist."""
    from config.celery_app import app

    app.loader.import_default_modules()
    assert {each["task"] for each in django_settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
