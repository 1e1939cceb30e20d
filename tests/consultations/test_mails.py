"""The mails about half hours as they leave: words in both zones, an invitation that parses, nothing when it is off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from django.core import mail
from icalendar import Calendar

from consultations import booking, cancelling, openings_sync
from consultations.models import Consultation
from notifications import delivery
from notifications.models import Notification
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db(transaction=True)


def book_one(**people) -> Consultation:
    specialist = make_specialist(time_zone="Europe/Brussels", name="Dr Ada Example")
    client = make_user(display_name="Inês", time_zone="Europe/Lisbon", **people)
    now = database_now()
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    start = openings_sync.true_openings(specialist, now)[-1]
    return booking.book(
        specialist=specialist, client=client, start=start, now=now, format="video", location="PT", note="My secret"
    )


def deliver(at: datetime | None = None) -> list[mail.EmailMessage]:
    mail.outbox.clear()
    delivery.deliver(clock=(lambda: at) if at else database_now, most=100, seconds=20)
    return list(mail.outbox)


def to(messages: list[mail.EmailMessage], address: str) -> mail.EmailMessage:
    return next(each for each in messages if each.to == [address])


def calendar_of(message: mail.EmailMessage) -> tuple[Calendar, Message]:
    parsed = message.message()
    part = next(each for each in parsed.walk() if each.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_payload(decode=True)), part


def test_case_40_the_confirmation_carries_an_invitation_with_one_uid_in_utc() -> None:
    made = book_one()
    sent = deliver()
    assert {each.to[0] for each in sent} == {made.client.email, made.specialist.user.email}
    message = to(sent, made.client.email)
    calendar, part = calendar_of(message)
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST" and part.get_param("method") == "REQUEST"
    assert event["UID"] == made.uid and int(event["SEQUENCE"]) == made.sequence
    assert event.decoded("DTSTART") == made.start and event.decoded("DTSTART").tzinfo is not None
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=30)


def test_case_04_the_confirmation_names_both_zones_and_never_the_note() -> None:
    made = book_one()
    body = to(deliver(), made.client.email).body
    assert "Lisbon" in body and "Brussels" in body and "Dr Ada Example" in body
    assert f"/consultations/{made.public_id}/" in body
    assert all("My secret" not in str(each.message()) for each in mail.outbox)


def test_a_discreet_mail_and_its_invitation_say_nothing() -> None:
    made = book_one(discreet=True)
    message = to(deliver(), made.client.email)
    event = calendar_of(message)[0].walk("VEVENT")[0]
    for words in (message.subject, message.body, str(event["SUMMARY"])):
        assert "Ada" not in words and "half hour" not in words.lower() and "therap" not in words.lower()


def test_case_18_cancelling_twice_sends_one_mail_with_a_cancel() -> None:
    made = book_one()
    deliver()
    for _twice in range(2):
        cancelling.cancel(consultation=made, actor=made.client, reason="", now=database_now())
    sent = deliver()
    assert len(sent) == 2
    calendar, _part = calendar_of(to(sent, made.specialist.user.email))
    event = calendar.walk("VEVENT")[0]
    assert (calendar["METHOD"], event["STATUS"], event["UID"]) == ("CANCEL", "CANCELLED", made.uid)
    assert int(event["SEQUENCE"]) == 1
    assert deliver() == []


def test_case_24_no_reminder_after_a_cancellation() -> None:
    made = book_one()
    deliver()
    cancelling.cancel(consultation=made, actor=made.client, reason="", now=database_now())
    deliver()
    assert deliver(made.start - timedelta(minutes=30)) == []
    rows = Notification.objects.filter(kind="consultation_reminder")
    assert rows and {row.state for row in rows} <= {"withdrawn", "skipped"}


def test_a_reminder_goes_to_both_when_its_time_comes_and_says_when_and_where() -> None:
    made = book_one()
    deliver()
    due = Notification.objects.filter(kind="consultation_reminder").earliest("due_at").due_at
    sent = deliver(due + timedelta(seconds=1))
    assert made.client.email in {each.to[0] for each in sent}
    message = to(sent, made.client.email)
    assert "Lisbon" in message.body and "Brussels" in message.body
    assert message.message()["Message-ID"] and deliver(due + timedelta(seconds=2)) == []


def test_times_in_an_invitation_are_written_in_utc() -> None:
    made = book_one()
    calendar, _part = calendar_of(to(deliver(), made.client.email))
    text = calendar.to_ical().decode()
    assert f"DTSTART:{made.start.astimezone(UTC):%Y%m%dT%H%M%SZ}" in text
