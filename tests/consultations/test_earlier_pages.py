"""Pages and mail of the line: for the person, a stranger and a visitor; by the link of the mail and logged in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations import booking, earlier_links, earlier_offers, openings_sync, waiting_line
from consultations.models import Consultation, EarlierOffer, EarlierWish, Schedule
from notifications import delivery, outbox
from notifications.models import Notification
from specialists.models import ExcludedMember, Opening, Specialist
from tests.factories import PASSWORD, make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
SENTENCE = "You need to be logged in to be told about an earlier time."
State = EarlierOffer.State


def at(days: int, hour: int = 10) -> datetime:
    day = database_now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def offer(member=None, *, booked: bool = True, **known) -> EarlierOffer:
    """A running offer of a half hour three days from now, whatever the hour of the test's day."""
    specialist, now = make_specialist(name="Dr Ada Example", **known), database_now()
    member = member or make_user()
    Schedule.objects.filter(specialist=specialist).update(buffer_minutes=0)
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    if booked:
        booking.book(specialist=specialist, client=member, start=at(5), now=now, location="PT")
    waiting_line.join(specialist=specialist, member=member, now=now)
    wish = EarlierWish.objects.get(specialist=specialist, member=member)
    made = EarlierOffer.objects.create(
        wish=wish, specialist=specialist, start=at(3), offered_at=now, expires_at=now + timedelta(minutes=30)
    )
    return EarlierOffer.objects.select_related("specialist", "wish__member").get(pk=made.pk)


def path(made: EarlierOffer) -> str:
    return f"/consultations/earlier/offer/{made.public_id}/"


def link(made: EarlierOffer) -> str:
    parts = urlsplit(earlier_links.make(made))
    return f"{parts.path}?{parts.query}"


def line(specialist) -> str:
    return f"/consultations/earlier/{specialist.slug}/"


# A place in line


def test_a_member_joins_sees_their_place_and_leaves(client) -> None:
    specialist, member = make_specialist(), make_user()
    client.force_login(member)
    page = client.get(line(specialist))
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    assert b"Tell me when something earlier comes free" in page.content and not EarlierWish.objects.exists()
    for _twice in range(2):
        assert client.post(line(specialist), {"do": "join"})["Location"] == line(specialist)
    assert EarlierWish.objects.count() == 1 and b"in line for an earlier time" in client.get(line(specialist)).content
    assert specialist.name in client.get("/consultations/").content.decode()
    assert client.post(line(specialist), {"do": "leave"})["Location"] == "/consultations/"
    assert (
        EarlierWish.objects.get().ended_at
        and b"Waiting for an earlier time" not in client.get("/consultations/").content
    )


def test_a_visitor_meets_the_wall_and_comes_back_to_the_button(client) -> None:
    specialist, member = make_specialist(), make_user(email="visitor@example.org", password=PASSWORD)
    assert SENTENCE in client.get(line(specialist)).content.decode()
    walled = client.post(line(specialist), {"do": "join"})
    assert walled.status_code == 200 and SENTENCE in walled.content.decode() and not EarlierWish.objects.exists()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    back = client.get("/account/resume/", follow=True)
    assert back.redirect_chain[-1][0].startswith(line(specialist)) and not EarlierWish.objects.exists()
    assert client.post(line(specialist), {"do": "join", "act": back.context["act"]}).status_code == 303
    assert EarlierWish.objects.get().member == member


def test_a_refusal_is_a_page_with_the_sentence(client) -> None:
    specialist, member = make_specialist(), make_user()
    ExcludedMember.objects.create(specialist=specialist, member=member, since=database_now())
    client.force_login(member)
    refused = client.post(line(specialist), {"do": "join"})
    assert refused.status_code == 409 and b"There are no free half hours here at present" in refused.content
    client.force_login(specialist.user)
    assert b"your own half hours" in client.post(line(specialist), {"do": "join"}).content
    assert client.get(line(make_specialist(state="draft"))).status_code == 404
    assert client.head(line(specialist)).status_code == 200


def test_the_picker_leads_there_when_nothing_is_near(client) -> None:
    specialist = make_specialist()
    words, page = b"Tell me when something earlier comes free", f"/specialists/{specialist.slug}/"
    assert words not in client.get(page).content
    near = client.get(f"{page}openings/")["ETag"]
    Opening.objects.exclude(pk=Opening.objects.latest("start").pk).delete()
    Opening.objects.update(start=at(9), closes_at=at(8))
    far = client.get(f"{page}openings/")
    assert words in far.content and line(specialist).encode() in far.content and far["ETag"] != near
    Opening.objects.all().delete()
    none = client.get(page)
    assert words in none.content and not none.cookies
    Specialist.objects.update(accepting=False)
    assert words not in client.get(page).content


def test_my_places_take_one_number_of_queries(client) -> None:
    member, counts = make_user(), []
    client.force_login(member)
    client.get("/consultations/")
    for _nth in range(3):
        offer(member, booked=False)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/consultations/")
        counts.append(len(queries))
        assert page.content.count(b"One has come free") == len(counts)
    assert len(set(counts)) == 1 and counts[0] <= 14


# An offer


def test_an_offer_for_its_person_a_stranger_and_a_visitor(client) -> None:
    made = offer()
    assert SENTENCE in client.get(path(made)).content.decode()
    for stranger in (make_user(), made.specialist.user):
        client.force_login(stranger)
        assert client.get(path(made)).status_code == client.post(path(made), {"do": "accept"}).status_code == 404
    client.force_login(made.wish.member)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path(made))
    assert page.status_code == 200 and b"Take this half hour" in page.content and "no-store" in page["Cache-Control"]
    assert len(queries) <= 10


def test_case_39_a_get_and_a_head_change_nothing_a_post_takes_it(client) -> None:
    made = offer()
    for address in (path(made), link(made)):
        client.get(address)
        client.head(address)
    client.force_login(made.wish.member)
    client.get(path(made), {"do": "accept"})
    made.refresh_from_db()
    assert made.state == State.OPEN and Consultation.objects.get().start == at(5)
    taken = client.post(path(made), {"do": "accept"})
    moved = Consultation.objects.get()
    assert taken.status_code == 303 and taken["Location"] == f"/consultations/{moved.public_id}/"
    assert moved.start == at(3) and moved.moves_by_client == 0
    assert client.post(path(made), {"do": "accept"})["Location"] == taken["Location"]
    assert b"yours" in client.get(path(made)).content


def test_case_39_the_link_of_the_mail_takes_it_without_logging_in_and_shows_no_more(client) -> None:
    made = offer()
    page = client.get(link(made))
    assert page.status_code == 200 and b"Take this half hour" in page.content and b"wall-h" not in page.content
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link(made), {"do": "accept"}).status_code == 403
    taken = client.post(link(made), {"do": "accept"})
    assert taken.status_code == 303 and taken["Location"] == link(made)
    assert b"your half hour with Dr Ada Example has moved" in client.get(link(made)).content
    assert Consultation.objects.get().start == at(3)
    assert b"Log in" in client.get(f"/consultations/{Consultation.objects.get().public_id}/").content


def test_case_39_the_link_is_for_this_offer_this_person_and_its_half_hour_alone(client) -> None:
    made, other = offer(), offer()
    key = link(other).partition("?")[2]
    why = b"This link doesn\xe2\x80\x99t work any more"
    wrong = [
        f"{path(made)}?{key}",
        f"{path(made)}?key=",
        f"{path(made)}?key=x",
        link(made).replace(str(made.public_id), str(other.public_id)),
    ]
    for address in wrong:
        assert why in client.get(address).content
    member = made.wish.member
    kept, member.email = link(made), "elsewhere@example.org"
    member.save()
    assert why in client.get(kept).content
    made.refresh_from_db()
    EarlierOffer.objects.filter(pk=other.pk).update(expires_at=database_now())
    assert why in client.get(link(other)).content
    client.force_login(make_user())
    assert b"This link is for another account" in client.get(link(offer())).content
    assert client.get(link(other)).status_code == 404


def test_passing_it_on_by_the_link_keeps_the_place(client) -> None:
    made = offer()
    assert client.post(link(made), {"do": "pass"}).status_code == 303
    assert b"Passed on. You keep your place." in client.get(link(made)).content
    assert Consultation.objects.get().start == at(5) and EarlierWish.objects.get().ended_at is None


def test_what_ran_out_says_so_and_changes_nothing(client) -> None:
    made = offer()
    EarlierOffer.objects.update(expires_at=database_now())
    client.force_login(made.wish.member)
    assert b"This offer is over" in client.get(path(made)).content
    refused = client.post(path(made), {"do": "accept"})
    assert refused.status_code == 409 and b"nothing was changed" in refused.content
    assert Consultation.objects.get().start == at(5)


def test_without_a_booking_it_leads_to_the_page_that_asks_for_consent(client) -> None:
    made = offer(booked=False)
    client.force_login(made.wish.member)
    assert b"Go on to book it" in client.get(path(made)).content
    sent = client.post(path(made), {"do": "accept"})
    assert sent.status_code == 303 and sent["Location"].startswith(
        f"/consultations/book/{made.specialist.slug}/?start="
    )
    assert client.get(sent["Location"]).status_code == 200
    fields = {"start": made.start.isoformat(), "format": "video", "location": "PT", "consent": "on"}
    assert client.post(sent["Location"].partition("?")[0], fields).status_code == 303
    made.refresh_from_db()
    assert made.state == State.TAKEN and EarlierWish.objects.get().ended_at


# The mail


def told(made: EarlierOffer) -> mail.EmailMessage | None:
    now = database_now()
    turn = {"due_at": now, "next_try_at": now, "created_at": now, "speaks_of": made.start}
    row = Notification.objects.create(
        kind=earlier_offers.OFFERED, subject_id=made.pk, subject_key=str(made.pk), recipient=made.wish.member,
        occasion="offer", useless_after=made.expires_at + timedelta(hours=1), **turn,
    )  # fmt: skip
    mail.outbox.clear()
    delivery.deliver(clock=database_now, most=100, seconds=20)
    return next((each for each in mail.outbox if each.extra_headers["Message-ID"] == outbox.message_id(row)), None)


@pytest.mark.django_db(transaction=True)
def test_the_mail_says_when_until_when_and_what_happens_in_both_zones() -> None:
    made = offer(make_user(time_zone="Europe/Lisbon"), time_zone="Europe/Brussels")
    message = told(made)
    assert message.subject.startswith("Earlier time with Dr Ada Example: ")
    assert link(made) in message.body and "Lisbon" in message.body and "Brussels" in message.body
    assert "we keep it for you until" in message.body and "moves your half hour of" in message.body
    assert not message.attachments


@pytest.mark.django_db(transaction=True)
def test_a_discreet_mail_says_neither_who_nor_what() -> None:
    made = offer(make_user(discreet=True))
    message = told(made)
    whole = str(message.message())
    assert "Ada" not in whole and "half hour" not in whole.lower() and str(made.public_id) not in whole


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ended", ["passed", "taken", "run out", "not free"])
def test_case_24_nothing_is_mailed_about_what_is_over(ended: str) -> None:
    made = offer()
    if ended == "run out":
        EarlierOffer.objects.update(expires_at=database_now())
    elif ended == "not free":
        Opening.objects.all().delete()
    else:
        EarlierOffer.objects.update(state=ended)
    assert told(made) is None
    assert Notification.objects.get(kind=earlier_offers.OFFERED).state == "skipped"
