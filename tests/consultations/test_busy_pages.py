"""The page of a specialist's own calendar, as its owner, a stranger and a visitor see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import booking, busy_calendars, busy_views
from consultations.busy_reading import Reading
from consultations.models import BusyCalendar
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]
PAGE = "/practice/availability/calendar/"
URL = "https://calendar.example/ada/secret-token.ics"
HOUR = timedelta(hours=1)


@pytest.fixture
def specialist(client):
    made = make_specialist()
    client.force_login(made.user)
    return made


def read(specialist, *hours_ahead: int, code: str = "") -> BusyCalendar:
    """Connected, and read once: busy for an hour at each of these hours from now."""
    now = database_now()
    known = busy_calendars.of(specialist) or busy_calendars.connect(specialist=specialist, url=URL, now=now)
    BusyCalendar.objects.filter(pk=known.pk).update(next_try_at=now)
    claim = busy_calendars.claim(calendar_id=known.pk, now=now)
    assert claim is not None
    if code:
        busy_calendars.failed(claim=claim, code=code, now=now)
    else:
        busy = tuple((now + each * HOUR, now + (each + 1) * HOUR) for each in hours_ahead)
        busy_calendars.store(claim=claim, reading=Reading(busy), etag="", last_modified="", now=now)
    return known


def body(answer) -> str:
    return answer.content.decode()


def test_a_visitor_meets_the_wall_and_who_is_no_specialist_finds_nothing(client) -> None:
    assert "You need to be logged in" in body(client.get(PAGE))
    client.force_login(make_user())
    assert client.get(PAGE).status_code == 404 and client.post(PAGE, {"do": "read"}).status_code == 404


def test_connecting_shows_the_server_and_never_the_address(client, specialist) -> None:
    assert "Connect a calendar" in body(client.get(PAGE))
    answer = client.post(PAGE, {"do": "connect", "url": URL}, follow=True)
    assert answer.redirect_chain == [(PAGE, 303)] and "no-store" in answer["Cache-Control"]
    assert "Connected: calendar.example" in body(answer) and "secret-token" not in body(answer)
    assert "not yet. Open this page again in a minute." in body(answer)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "Fill in"),
        ("my calendar", "This isn’t an address we can read."),
        ("http://calendar.example/a.ics", "Use the address that begins with https or webcal."),
        ("https://calendar.example:22/", "Use an address without a port."),
    ],
)
def test_what_can_be_no_address_is_said_beside_the_field(client, specialist, url: str, said: str) -> None:
    answer = client.post(PAGE, {"do": "connect", "url": url})
    assert answer.status_code == 200 and said in body(answer) and not BusyCalendar.objects.exists()


def test_many_addresses_within_an_hour_are_too_many(client, specialist, settings, monkeypatch) -> None:
    monkeypatch.setattr(busy_views, "CONNECTING_LIMIT", {"busy_calendar": "2/h/user"})
    answers = [client.post(PAGE, {"do": "connect", "url": URL}) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[2]["Retry-After"] == "3600" and URL in body(answers[2])


def test_how_it_stands_is_said(client, specialist) -> None:
    read(specialist, 30, 40)
    BusyCalendar.objects.update(fetched_at=database_now() - timedelta(minutes=4, seconds=5))
    page = body(client.get(PAGE)).replace("\xa0", " ")
    assert "4 minutes ago" in page and "2 busy times" in page
    read(specialist)
    page = body(client.get(PAGE))
    assert "just now" in page and "0 busy times" in page


def test_what_went_wrong_is_said_with_what_to_do(client, specialist) -> None:
    read(specialist, 30)
    read(specialist, code="not_found")
    page = body(client.get(PAGE))
    assert "There is no calendar at this address any more." in page and "Copy it from there" in page
    assert "Until then the busy times we know still count." in page and "1 busy time<" in page


def test_reading_now_is_asked_for_once_a_minute(client, specialist) -> None:
    known = read(specialist)
    answer = client.post(PAGE, {"do": "read"})
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 61 and "a moment ago" in body(answer)
    BusyCalendar.objects.update(tried_at=database_now() - timedelta(minutes=2))
    assert client.post(PAGE, {"do": "read"}).status_code == 303
    assert busy_calendars.due(now=database_now(), most=9) == [known.pk]


def test_disconnecting_forgets_it(client, specialist) -> None:
    read(specialist, 30)
    answer = client.post(PAGE, {"do": "disconnect"}, follow=True)
    assert "We have forgotten your calendar" in body(answer) and not BusyCalendar.objects.exists()
    assert client.post(PAGE, {"do": "disconnect"}).status_code == 303
    assert client.post(PAGE, {"do": "read"}).status_code == 303


def test_booked_half_hours_in_busy_time_are_listed_at_one_cost(client, specialist) -> None:
    now = database_now()
    days = [(now + timedelta(days=day)).replace(hour=10, minute=0, second=0, microsecond=0) for day in (2, 3, 4)]
    counts = []
    client.get(PAGE)
    for number, start in enumerate(days, 1):
        member = make_user(display_name=f"Robin {number}")
        BusyCalendar.objects.all().delete()
        booking.book(specialist=specialist, client=member, start=start, now=now, location="PT")
        known = busy_calendars.connect(specialist=specialist, url=URL, now=now)
        claim = busy_calendars.claim(calendar_id=known.pk, now=now)
        reading = Reading(tuple((each, each + HOUR) for each in days))
        busy_calendars.store(claim=claim, reading=reading, etag="", last_modified="", now=now)
        with CaptureQueriesContext(connection) as queries:
            page = body(client.get(PAGE))
        counts.append(len(queries))
        assert page.count("Robin") >= number and "They stand as agreed." in page
    assert len(set(counts)) == 1 and counts[0] <= 15
