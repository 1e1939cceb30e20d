"""Pages of half hours, as their owner, a stranger and a visitor see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations import booking
from consultations.models import Consultation, Hold, State
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
LOGIN_SENTENCE = "You need to be logged in to book your free consultation."


def at(days: int = 2, hour: int = 10) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def posted(start: datetime, **known) -> dict[str, str]:
    fields = {"start": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "format": "video", "location": "PT"}
    return fields | {"note": "a quiet line", "consent": "on"} | known


def path(specialist) -> str:
    return f"/consultations/book/{specialist.slug}/"


def made_by(client_user, specialist=None, start=None) -> Consultation:
    specialist = specialist or make_specialist()
    return booking.book(
        specialist=specialist, client=client_user, start=start or at(), now=timezone.now(), location="PT"
    )


def test_a_member_books_with_the_fields_of_the_contract(client) -> None:
    specialist, member = make_specialist(), make_user(time_zone="Europe/Lisbon")
    client.force_login(member)
    page = client.get(path(specialist), {"start": posted(at())["start"]})
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    answer = client.post(path(specialist), posted(at(), note="<script>alert(1)</script>", location="US-CA"))
    made = Consultation.objects.get()
    assert answer.status_code == 303 and answer["Location"] == f"/consultations/{made.public_id}/"
    shown = client.get(answer["Location"]).content.decode()
    assert "&lt;script&gt;alert(1)" in shown and "<script>alert" not in shown
    again = client.get(path(specialist), {"start": posted(at())["start"]})
    assert again.status_code == 302 and again["Location"] == answer["Location"]
    assert client.post(path(specialist), posted(at())).status_code == 303 and Consultation.objects.count() == 1


def test_a_lost_slot_keeps_the_text_and_offers_the_nearest(client) -> None:
    specialist = make_specialist()
    made_by(make_user(), specialist)
    client.force_login(make_user())
    answer = client.post(path(specialist), posted(at()))
    assert answer.status_code == 409
    assert (
        b"a quiet line" in answer.content
        and answer.content.count(b'type="radio" class="form-check-input" name="start"') == 3
    )
    assert client.post(path(specialist), posted(at()) | {"start": "nonsense"}).status_code == 409


def test_a_full_limit_answers_429_with_when_it_frees(client) -> None:
    member, specialist = make_user(), make_specialist()
    made_by(member, specialist)
    client.force_login(member)
    answer = client.post(path(specialist), posted(at(hour=14)))
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 3600


def test_consent_is_asked_for(client) -> None:
    specialist = make_specialist()
    client.force_login(make_user())
    answer = client.post(path(specialist), posted(at()) | {"consent": ""})
    assert b"Tick the box" in answer.content and not Consultation.objects.exists()


def test_a_visitor_fills_in_meets_the_wall_and_has_the_time_kept(client) -> None:
    specialist = make_specialist()
    page = client.get(path(specialist), {"start": posted(at())["start"]})
    assert page.status_code == 200 and LOGIN_SENTENCE in page.content.decode() and b'name="note"' in page.content
    answer = client.post(path(specialist), posted(at()))
    text = answer.content.decode()
    assert answer.status_code == 200 and LOGIN_SENTENCE in text and "a quiet line" in text
    assert "We keep this time for you until" in text and Hold.objects.get().start == at()
    assert not Consultation.objects.exists()


def test_private_pages_for_owner_stranger_and_visitor(client) -> None:
    member = make_user()
    made = made_by(member)
    pages = ["", "cancel/", "invite.ics"]
    for each in pages:
        answer = client.get(f"/consultations/{made.public_id}/{each}")
        assert answer.status_code == 200 and LOGIN_SENTENCE in answer.content.decode()
    client.force_login(make_user())
    assert {client.get(f"/consultations/{made.public_id}/{each}").status_code for each in pages} == {404}
    for person in (member, made.specialist.user):
        client.force_login(person)
        assert {client.get(f"/consultations/{made.public_id}/{each}").status_code for each in pages} == {200}


def test_case_39_a_get_cancels_nothing_and_a_post_does(client) -> None:
    member = make_user()
    made = made_by(member)
    client.force_login(member)
    client.get(f"/consultations/{made.public_id}/cancel/")
    client.head(f"/consultations/{made.public_id}/cancel/")
    made.refresh_from_db()
    assert made.state == State.CONFIRMED
    for _twice in range(2):
        assert client.post(f"/consultations/{made.public_id}/cancel/", {"reason": ""}).status_code == 303
    made.refresh_from_db()
    assert made.state == State.CANCELLED and made.sequence == 1


def test_my_list_has_an_empty_state_and_a_fixed_number_of_queries(client) -> None:
    member = make_user()
    client.force_login(member)
    assert b"No half hours yet" in client.get("/consultations/").content
    counts = []
    for hour in (10, 12, 14):
        made_by(member, start=at(hour=hour))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/consultations/").status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1 and counts[0] <= 12


def test_notes_are_for_the_specialist_alone(client) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    assert b"Nobody has booked yet" in client.get("/practice/consultations/").content
    booking.book(
        specialist=specialist, client=make_user(), start=at(), now=timezone.now(), location="PT", note="softly"
    )
    assert b"softly" in client.get("/practice/consultations/").content
    client.force_login(make_user())
    assert client.get("/practice/consultations/").status_code == 404


def test_case_04_a_time_is_called_yours_only_where_your_zone_is_known(client) -> None:
    specialist = make_specialist()
    start = specialist.openings.first().start
    path = f"/consultations/book/{specialist.slug}/?start={start:%Y-%m-%dT%H:%M:%SZ}"
    unknown = client.get(path).content.decode()
    assert "your time" not in unknown and "data-local" in unknown
    assert "in Lisbon, your time" in client.get(f"{path}&tz=Europe/Lisbon").content.decode()
    client.force_login(make_user(time_zone="Asia/Kathmandu"))
    assert "in Kathmandu, your time" in client.get(path).content.decode()
