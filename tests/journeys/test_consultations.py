"""The pages around one half hour, walked on a phone: book, move, cancel; propose and take; ask and answer."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from consultations import booking
from consultations.models import Consultation, Schedule, State
from notifications import delivery
from tests.browser.driving import Visit, session_of
from tests.factories import make_user
from tests.journeys.test_breaking import tab_to
from tests.journeys.world import body
from web.clock import database_now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOTE = "I lie awake over lists."
LINE = "A colleague is away then. Any of these would help me."
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def member(transactional_db: None, zone: str) -> User:
    return make_user(email="robin@example.org", display_name="Robin", time_zone=zone)


@pytest.fixture
def open_as(visit, zone):
    """A phone-sized window of somebody who is logged in."""

    def opened(person: User | None, **options) -> Visit:
        window = visit(timezone_id=zone, **options)
        if person is not None:
            window.log_in(session_of(person))
        return window

    return opened


def agreed(world, member, **known) -> Consultation:
    now = database_now()
    booking.book(specialist=world.specialist, client=member, start=world.start, now=now, location="PT", **known)
    return Consultation.objects.with_people().get()


def checked(window: Visit) -> None:
    """Nothing serious for a screen reader, and nothing wider than the phone."""
    assert window.axe() == []
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 390


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def book(page: Page, world) -> None:
    page.goto(f"/consultations/book/{world.specialist.slug}/?start={world.start:%Y-%m-%dT%H:%M:%SZ}")
    page.get_by_label(re.compile("Anything they should know")).fill(NOTE)
    page.get_by_label(re.compile("I understand")).check()
    page.get_by_role("button", name=re.compile("^Book ")).click()
    says(page, "It’s booked with Dr Ada Example.")


def the_link(mail, person: User, purpose: str) -> str:
    """Deliver what is due, and read the address in the newest mail to this person that has one."""
    delivery.deliver(clock=database_now, most=100, seconds=20)
    wanted = re.compile(rf"https?://[^\s/]+(/consultations/\S+/{purpose}/\?key=\S+)")
    found = [wanted.search(body(each)) for each in mail.all(person.email)]
    return [each.group(1) for each in found if each][-1]


@SCRIPTS
def test_book_move_and_cancel(open_as, world, member, scripts: bool) -> None:
    Schedule.objects.update(horizon_days=14)
    window = open_as(member, java_script_enabled=scripts)
    page = window.page
    book(page, world)
    page.get_by_role("link", name="Move", exact=True).click()
    says(page, "Move the half hour with Dr Ada Example")
    page.get_by_role("button", name=re.compile("^Later: from")).click()
    says(page, "Move the half hour with Dr Ada Example")
    choice = page.get_by_role("radio").nth(2)
    chosen = choice.get_attribute("value")
    choice.check()
    page.get_by_role("button", name="Earlier dates").click()
    expect(page.get_by_role("group", name="You chose").get_by_role("radio")).to_be_checked()
    if scripts:
        checked(window)
    page.get_by_role("button", name="Move it").click()
    says(page, "It’s booked with Dr Ada Example.")
    made = Consultation.objects.get()
    assert made.start == datetime.fromisoformat(chosen) and made.sequence == 1
    expect(page.get_by_text("You moved it")).to_be_visible()
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel this time").click()
    says(page, "This half hour is cancelled.")
    made.refresh_from_db()
    assert made.state == State.CANCELLED
    page.goto("/consultations/")
    expect(page.get_by_text("Cancelled by you")).to_be_visible()


def test_book_and_move_by_keyboard_alone(open_as, world, member) -> None:
    agreed(world, member)
    page = open_as(member).page
    page.goto("/consultations/")
    tab_to(page, "a[href$='/reschedule/']")
    page.keyboard.press("Enter")
    says(page, "Move the half hour with")
    tab_to(page, "input[name=start]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    says(page, "It’s booked with")
    assert Consultation.objects.get().sequence == 1


def test_the_specialist_proposes_and_the_member_takes_one_from_the_mail(open_as, world, member, mail) -> None:
    made = agreed(world, member, note=NOTE)
    window = open_as(world.specialist.user)
    page = window.page
    page.goto("/practice/consultations/")
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Other times")).first.click()
    says(page, "Propose other times to Robin")
    for nth in (3, 5):
        page.get_by_role("checkbox").nth(nth).check()
    page.get_by_label(re.compile("A line for the other person")).fill(LINE)
    page.get_by_role("button", name="Propose these times").click()
    expect(page.get_by_role("heading", name="You proposed other times")).to_be_visible()
    checked(window)
    theirs = open_as(None)
    theirs.page.goto(the_link(mail, member, "answer"))
    says(theirs.page, "Dr Ada Example proposes other times")
    expect(theirs.page.get_by_text(LINE)).to_have_count(0)
    checked(theirs)
    theirs.page.get_by_role("radio").nth(1).check()
    theirs.page.get_by_role("button", name="Take this time").click()
    says(theirs.page, "It’s booked with Dr Ada Example.")
    before, taken = made.start, Consultation.objects.get()
    assert taken.start == made.proposals.get().starts[1] != before and taken.moves_by_specialist == 1


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_request_and_its_answer(open_as, world, member, mail, answer: str) -> None:
    Schedule.objects.update(by_request=True)
    window = open_as(member)
    page = window.page
    page.goto(f"/consultations/book/{world.specialist.slug}/?start={world.start:%Y-%m-%dT%H:%M:%SZ}")
    says(page, "Ask for a half hour")
    checked(window)
    page.get_by_label(re.compile("I understand")).check()
    page.get_by_role("button", name=re.compile("^Ask for ")).click()
    says(page, "You asked Dr Ada Example for this half hour.")
    checked(window)
    theirs = open_as(None)
    theirs.page.goto(the_link(mail, world.specialist.user, "answer"))
    says(theirs.page, "Robin asks for this half hour.")
    checked(theirs)
    if answer == "yes":
        theirs.page.get_by_role("button", name="Yes, let’s talk then").click()
        says(theirs.page, "It’s booked with Robin.")
    else:
        theirs.page.get_by_label(re.compile("A line for the other person")).fill("I am away that day.")
        theirs.page.get_by_role("button", name="I can’t take it").click()
        says(theirs.page, "You said no to this half hour.")
    page.reload()
    says(page, "It’s booked with" if answer == "yes" else "can’t take this half hour.")
    assert Consultation.objects.get().state == (State.CONFIRMED if answer == "yes" else State.DECLINED)
    checked(window)


@SCRIPTS
def test_moving_and_cancelling_from_a_mail_without_logging_in(open_as, world, member, mail, scripts: bool) -> None:
    made = agreed(world, member, note=NOTE)
    window = open_as(None, java_script_enabled=scripts)
    page = window.page
    page.goto(the_link(mail, member, "reschedule"))
    page.get_by_role("radio").nth(4).check()
    page.get_by_role("button", name="Move it").click()
    says(page, "It’s booked with Dr Ada Example.")
    expect(page.get_by_text(NOTE)).to_have_count(0)
    made.refresh_from_db()
    assert made.sequence == 1
    page.goto(the_link(mail, member, "cancel"))
    page.get_by_label(re.compile("A line for the other person")).fill("I am ill.")
    page.get_by_role("button", name="Cancel this time").click()
    says(page, "This half hour is cancelled.")
    made.refresh_from_db()
    assert made.state == State.CANCELLED and made.cancelled_by == member and made.cancel_reason == "I am ill."


def test_the_pages_at_night(open_as, world, member) -> None:
    made = agreed(world, member)
    window = open_as(member, color_scheme="dark")
    for name in ("detail", "reschedule", "cancel"):
        window.page.goto(reverse(f"consultations:{name}", args=[made.public_id]))
        checked(window)
    theirs = open_as(world.specialist.user, color_scheme="dark")
    for path in (
        reverse("consultations:exclude", args=[made.public_id]),
        "/practice/consultations/",
        "/consultations/",
    ):
        theirs.page.goto(path)
        checked(theirs)
