"""An earlier half hour, and a half hour that is kept while its form is open, as people meet them on a phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from consultations import booking, cancelling
from consultations.models import Consultation, EarlierWish, Hold
from notifications import delivery
from specialists.models import Opening
from tests.browser.driving import session_of
from tests.factories import make_user
from tests.journeys.world import body
from web.clock import database_now

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WAITING, OTHER = "waiting@example.org", "other@example.org"


def starts(world, count: int) -> list:
    """Half hours from tomorrow on, two hours apart."""
    now = database_now()
    rows = Opening.objects.listed(now).filter(specialist=world.specialist, start__gt=now + timedelta(hours=20))
    return list(rows.order_by("start").values_list("start", flat=True)[: count * 4 : 4])


def book(world, member, start) -> Consultation:
    return booking.book(specialist=world.specialist, client=member, start=start, now=database_now(), location="PT")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_booking_to_an_earlier_one_by_the_link_of_the_mail(visit, world, mail, zone, scripts: bool) -> None:
    early, late = starts(world, 2)
    member = make_user(email=WAITING)
    mine, theirs = book(world, member, late), book(world, make_user(email=OTHER), early)
    home = visit(java_script_enabled=scripts, timezone_id=zone)
    home.log_in(session_of(member))
    home.page.goto(f"/consultations/{mine.public_id}/")
    home.page.get_by_role("link", name="Tell me when something earlier comes free").click()
    home.page.get_by_role("button", name="Tell me when something earlier comes free").click()
    expect(home.page.get_by_role("heading", level=1)).to_have_text(
        "You’re in line for an earlier time with Dr Ada Example"
    )
    assert not scripts or home.axe() == []

    cancelling.cancel(consultation=theirs, actor=theirs.client, reason="", now=database_now())
    delivery.deliver(clock=database_now, most=100, seconds=20)
    told = mail.wait(WAITING, lambda each: "/earlier/offer/" in body(each))
    link = re.search(r"https?://\S+/earlier/offer/\S+", body(told)).group()  # type: ignore[union-attr]

    phone = visit(java_script_enabled=scripts, timezone_id=zone)
    phone.page.goto(link)
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("An earlier time with Dr Ada Example has come free")
    assert not scripts or phone.axe() == []
    assert Consultation.objects.get(pk=mine.pk).start == late, "looking takes nothing"
    phone.page.get_by_role("button", name="Take this half hour").click()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("It’s yours")
    mine.refresh_from_db()
    assert (mine.start, mine.moves_by_client) == (early, 0) and not EarlierWish.objects.standing().exists()
    home.page.goto("/consultations/")
    expect(home.page.get_by_text("Waiting for an earlier time")).to_have_count(0)


def test_case_13_the_form_keeps_its_half_hour_until_the_page_is_left(visit, world, zone) -> None:
    [start] = starts(world, 1)
    member, other = make_user(email=WAITING), make_user(email=OTHER)
    address = f"/consultations/book/ada-example/?start={start:%Y-%m-%dT%H:%M:%SZ}"
    window = visit(timezone_id=zone)
    window.log_in(session_of(member))
    window.page.goto(address)
    expect(window.page.get_by_text(re.compile("We keep this time for you until"))).to_be_visible()
    assert Hold.objects.get().start == start

    rival = visit(java_script_enabled=False, timezone_id=zone)
    rival.pardon("status of 409")
    rival.log_in(session_of(other))
    rival.page.goto(address)
    rival.page.get_by_label(re.compile("I understand")).check()
    rival.page.locator("form button.btn-lamp").click()
    expect(rival.page.get_by_role("heading", name="Not booked")).to_be_visible()

    # Leaving gives it back, and coming back by the browser's own button keeps it again.
    window.page.get_by_role("link", name="Choose another time").click()
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("Dr Ada Example")
    gone(window)
    window.page.go_back()
    expect(window.page.get_by_text(re.compile("We keep this time for you until"))).to_be_visible()

    # The same person on another device is not stopped by it.
    tablet = visit(timezone_id=zone)
    tablet.log_in(session_of(member))
    tablet.page.goto(address)
    tablet.page.get_by_label(re.compile("I understand")).check()
    tablet.page.locator("form button.btn-lamp").click()
    expect(tablet.page.get_by_role("heading", level=1)).to_have_text("It’s booked with Dr Ada Example.")
    assert Consultation.objects.get().client == member and not Hold.objects.exists()


def gone(window) -> None:
    """The half hour is given back a moment after its page is left."""
    for _nth in range(100):
        if not Hold.objects.exists():
            return
        window.page.wait_for_timeout(100)
    raise AssertionError("It is still kept.")
