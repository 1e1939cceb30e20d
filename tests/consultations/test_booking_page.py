"""The page on which a half hour is booked: what it says, what it keeps, and how it acts once."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import booking, cancelling, refusals
from consultations.models import Consultation, Schedule, State
from notifications.models import Notification
from specialists.models import Opening
from tests.consultations.agreed import agree, at, iso
from tests.factories import make_licence, make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def posted(start=None, **known) -> dict[str, str]:
    """The fields of CONTRACT, and no other."""
    fields = {"start": iso(start or at()), "format": "video", "location": "PT", "note": "a quiet line"}
    return fields | {"consent": "on"} | known


def path(specialist) -> str:
    return f"/consultations/book/{specialist.slug}/"


def page_of(client, specialist, start=None, **known) -> str:
    return client.get(path(specialist), {"start": iso(start or at())} | known).content.decode()


def nonce_on(page: str) -> str:
    return re.search(r'name="nonce" value="([0-9a-f-]{36})"', page).group(1)


def test_what_to_expect_and_how_it_differs_stand_on_the_page(client) -> None:
    page = page_of(client, make_specialist())
    for words in ("What to expect", "How it differs from a session", "Nobody treats you in it", "/free-consultation/"):
        assert words in page
    assert "These words are those of " in page and 'datetime="2026-11-01"' in page


def test_what_was_agreed_to_is_stored_with_its_version(client) -> None:
    specialist, member = make_specialist(), make_user()
    client.force_login(member)
    old = client.post(path(specialist), posted(consent_version="2019-01"))
    assert old.status_code == 200 and "These words changed while the page was open" in old.content.decode()
    assert client.post(path(specialist), posted(consent_version=booking.CONSENT_VERSION)).status_code == 303
    assert Consultation.objects.get().consent_version == booking.CONSENT_VERSION
    assert member.consents.get().version == booking.CONSENT_VERSION


def test_the_licence_and_the_place_are_said_calmly_and_never_in_the_way(client) -> None:
    specialist = make_specialist(name="Dr Ada Example")
    client.force_login(make_user())
    assert "Ada is licensed in Portugal. What a licence allows" in page_of(client, specialist)
    kept = client.post(path(specialist), posted(location="ES", consent="")).content.decode()
    assert "Ada is licensed in Portugal. For Spain, ask what that allows. You can book all the same." in kept
    within = client.post(path(specialist), posted(location="PT-11", consent="")).content.decode()
    assert "ask what that allows" not in within and '<option value="PT-11" selected>Portugal (11)' in within
    made = client.post(path(specialist), posted(location="ES"))
    assert made.status_code == 303
    assert "For Spain, ask what that allows." in client.get(made["Location"]).content.decode()
    client.force_login(specialist.user)
    assert "They will be in Spain. Look what your licence allows" in client.get(made["Location"]).content.decode()


def test_a_licence_of_one_state_reaches_only_that_state(client) -> None:
    specialist = make_specialist(verified=False, name="Dr Ada Example")
    make_licence(specialist, country="US", region="US-CA")
    client.force_login(make_user())
    for place, said in (("US-CA", False), ("US-NY", True), ("US", True)):
        page = client.post(path(specialist), posted(location=place, consent="")).content.decode()
        assert ("is licensed in United States (CA). For United States" in page) is said


def test_nothing_is_said_of_a_licence_that_is_no_longer_valid(client) -> None:
    specialist = make_specialist()
    specialist.licences.update(valid_until=database_now().date() - timedelta(days=1))
    assert "is licensed in" not in page_of(client, specialist)


def test_an_unknown_place_or_way_of_talking_is_asked_about_with_the_rest_kept(client) -> None:
    client.force_login(make_user())
    answer = client.post(path(make_specialist()), posted(location="XX", format="pigeon"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "Choose the country you will be in." in page and "a quiet line" in page
    assert not Consultation.objects.exists()


def test_case_04_both_zones_are_named_and_the_dates_spelled_out(client) -> None:
    specialist = make_specialist(time_zone="Asia/Tokyo", name="Dr Ada Example")
    start = specialist.openings.first().start.replace(hour=16)
    Opening.objects.create(specialist=specialist, start=start, closes_at=start - timedelta(hours=1))
    client.force_login(make_user(time_zone="Europe/Lisbon"))
    page = page_of(client, specialist, start)
    assert "in Lisbon, your time" in page and "in Tokyo, where Ada is" in page
    assert ">01:00</time> to " in page, "the other's clock, on the next day there"


def test_case_05_another_zone_keeps_the_instant_and_the_act(client) -> None:
    specialist = make_specialist()
    client.force_login(make_user(time_zone="Europe/Lisbon"))
    page = page_of(client, specialist, tz="Asia/Kathmandu")
    assert "in Kathmandu, your time" in page and ">15:45</time>" in page
    chooser = page.split('class="zone"')[1].split("</form>")[0]
    assert f'<input type="hidden" name="start" value="{iso(at())}">' in chooser
    assert '<option value="Asia/Kathmandu" selected>' in chooser
    assert f'<input type="hidden" name="start" value="{iso(at())}">' in page.split('method="post"')[1]


def test_case_12_a_slot_that_aged_out_while_the_form_was_open(client) -> None:
    specialist = make_specialist()
    client.force_login(make_user())
    assert 'name="note"' in page_of(client, specialist)
    Schedule.objects.filter(specialist=specialist).update(notice_minutes=14 * 24 * 60 - 30)
    answer = client.post(path(specialist), posted())
    assert answer.status_code == 409 and b"This half hour begins too soon" in answer.content
    assert b"a quiet line" in answer.content and not Consultation.objects.exists()


def test_case_14_a_form_acts_once_in_two_tabs_and_after_a_cancellation(client) -> None:
    specialist, member = make_specialist(), make_user()
    client.force_login(member)
    nonce = nonce_on(page_of(client, specialist))
    answers = [client.post(path(specialist), posted(nonce=nonce)) for _twice in range(2)]
    assert {each.status_code for each in answers} == {303}
    made = Consultation.objects.get()
    assert {each["Location"] for each in answers} == {f"/consultations/{made.public_id}/"}
    assert Notification.objects.filter(kind="consultation_booked").count() == 2, "one for each of the two people"
    cancelling.cancel(consultation=made, actor=member, reason="", now=database_now())
    late = client.post(path(specialist), posted(nonce=nonce))
    assert late["Location"] == answers[0]["Location"] and Consultation.objects.count() == 1, "that form is used up"
    again = client.post(path(specialist), posted(nonce=nonce_on(page_of(client, specialist))))
    assert again["Location"] != late["Location"] and Consultation.objects.holding().count() == 1


def test_case_14_each_showing_of_the_page_is_a_form_of_its_own(client) -> None:
    specialist = make_specialist()
    assert nonce_on(page_of(client, specialist)) != nonce_on(page_of(client, specialist))
    client.force_login(make_user())
    nonce = str(uuid.uuid4())
    kept = client.post(path(specialist), posted(consent="", nonce=nonce)).content.decode()
    assert nonce_on(kept) == nonce, "a form that booked nothing goes on being itself"
    assert client.post(path(specialist), posted(nonce="no name")).status_code == 303


def test_case_15_going_back_shows_the_booking_and_nothing_is_stored(client) -> None:
    specialist = make_specialist()
    client.force_login(make_user())
    shown = client.get(path(specialist), {"start": iso(at())})
    assert "no-store" in shown["Cache-Control"] and "private" in shown["Cache-Control"]
    made = client.post(path(specialist), posted())
    back = client.get(path(specialist), {"start": iso(at())})
    assert back.status_code == 302 and back["Location"] == made["Location"]


def test_case_16_a_form_from_before_the_log_in_comes_back_and_its_time_is_looked_at_again(client) -> None:
    specialist, member = make_specialist(), make_user(password="a-quiet-evening-9")
    wall = client.post(path(specialist), posted()).content.decode()
    agree(specialist, start=at(9))
    Opening.objects.filter(specialist=specialist, start=at()).delete()
    client.login(username=member.email, password="a-quiet-evening-9")
    act = re.search(r"next=([^\"&]+)", wall).group(1).replace("%2F", "/")
    page = client.get(act, follow=True)
    text = page.content.decode()
    assert "a quiet line" in text and "This half hour is not free any more." in text
    assert 'type="radio" class="form-check-input" name="start"' in text and not member.consultations.exists()


def test_case_43_a_database_too_busy_to_say_is_told_as_not_booked(client, monkeypatch) -> None:
    def busy(**_known):
        raise refusals.Busy

    monkeypatch.setattr(booking, "book", busy)
    client.force_login(make_user())
    answer = client.post(path(make_specialist()), posted())
    assert answer.status_code == 503 and int(answer["Retry-After"]) > 0
    assert b"Nothing was booked" in answer.content and b"a quiet line" in answer.content


def test_where_requests_are_answered_the_page_says_that_it_asks(client) -> None:
    specialist = make_specialist(name="Dr Ada Example")
    Schedule.objects.filter(specialist=specialist).update(by_request=True)
    client.force_login(make_user())
    page = page_of(client, specialist)
    assert "Ada answers each request in person" in page and "Ask for " in page and "Book Fri" not in page
    made = client.post(path(specialist), posted())
    assert Consultation.objects.get().state == State.REQUESTED
    assert "You asked Dr Ada Example for this half hour." in client.get(made["Location"]).content.decode()


def test_a_full_limit_says_when_it_frees_and_leads_to_ones_own_times(client) -> None:
    member, specialist = make_user(), make_specialist()
    agree(specialist, member)
    client.force_login(member)
    answer = client.post(path(specialist), posted(at(14)))
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 3600
    assert b"Move it or cancel it first." in answer.content and b"/consultations/" in answer.content


def test_a_script_may_keep_the_time(client) -> None:
    specialist = make_specialist()
    form = re.search(r"<form[^>]+data-hold=[^>]+>", page_of(client, specialist)).group(0)
    assert f'data-hold="{specialist.slug}"' in form and f'data-hold-start="{iso(at())}"' in form


def test_without_a_time_the_way_leads_to_the_times_and_a_stranger_page_is_none(client) -> None:
    specialist = make_specialist()
    for wrong in ({}, {"start": "nonsense"}, {"start": "2026-11-30T09:30:00"}):
        assert client.get(path(specialist), wrong)["Location"].endswith(f"/specialists/{specialist.slug}/#times")
    specialist.state = "draft"
    specialist.save()
    assert client.get(path(specialist), {"start": iso(at())}).status_code == 404


def test_the_page_asks_the_database_five_times_however_much_there_is(client) -> None:
    """The session's user, the specialist with everything about the offer, one's own bookings, two of the header."""
    member, specialist = make_user(), make_specialist()
    client.force_login(member)
    page_of(client, specialist)
    counts = []
    for _three in range(3):
        agree(client=member, start=at(9 + len(counts) * 2, days=3))
        with CaptureQueriesContext(connection) as queries:
            page_of(client, specialist)
        counts.append(len(queries))
    assert set(counts) == {6}, "with the session's own row, which production keeps in its cache"
