"""BOOKING 26 on the page of a half hour: the other side can know that our mail may not have arrived."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import booking
from consultations.models import Consultation
from notifications import bounces, delivery, notices, outbox
from notifications.models import Notification
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
SAID = "may not have reached"


@pytest.fixture
def booked() -> Consultation:
    """Confirmed to both by mail."""
    now = database_now()
    start = (now + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    specialist = make_specialist(name="Dr Ada Example")
    client = make_user(display_name="Noor", email="noor@example.org", time_zone="UTC")
    made = booking.book(specialist=specialist, client=client, start=start, now=now, location="PT")
    delivery.deliver(clock=lambda: now)
    return made


def bounce(consultation: Consultation, person) -> None:
    row = Notification.objects.get(kind="consultation_booked", subject_id=consultation.pk, recipient=person)
    bounces.record(message_id=outbox.message_id(row), status="5.1.1", now=database_now())


def page(client, consultation: Consultation, person) -> str:
    client.force_login(person)
    return client.get(f"/consultations/{consultation.public_id}/").content.decode()


@pytest.mark.parametrize("side", ["client", "specialist"])
def test_case_26_the_other_side_sees_it_until_the_person_has_looked(booked: Consultation, client, side: str) -> None:
    member, specialist = booked.client, booked.specialist.user
    person, other = (member, specialist) if side == "client" else (specialist, member)
    assert SAID not in page(client, booked, other)
    bounce(booked, person)
    told = page(client, booked, other)
    assert SAID in told
    # What it says gives nothing away: neither the address nor what was wrong with it.
    assert person.email not in told and "5.1.1" not in told
    own = page(client, booked, person)
    assert SAID not in own and "came back" in own
    notices.mark_read(recipient=person, now=database_now())
    assert SAID not in page(client, booked, other)


def test_a_mail_about_another_half_hour_says_nothing_about_this_one(booked: Consultation, client) -> None:
    now = database_now()
    start = (now + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)
    second = booking.book(
        specialist=make_specialist(), client=booked.client, start=start, now=now, location="PT"
    )  # fmt: skip
    delivery.deliver(clock=lambda: now)
    bounce(second, booked.client)
    assert SAID not in page(client, booked, booked.specialist.user)
    assert SAID in page(client, second, second.specialist.user)


def test_the_page_costs_the_same_when_something_came_back(booked: Consultation, client) -> None:
    client.force_login(booked.specialist.user)
    counts = []
    for _before_and_after in range(2):
        client.get(f"/consultations/{booked.public_id}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/consultations/{booked.public_id}/")
        counts.append(len(queries))
        bounce(booked, booked.client)
    assert counts[0] == counts[1]
