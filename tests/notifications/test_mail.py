"""What a mail says, to whom, and what a discreet one keeps to itself."""

from __future__ import annotations

import pytest
from django.core import mail
from django.template import Context, Template

from notifications import delivery
from notifications.kinds import Attachment, Telling
from notifications.mail import compose
from notifications.outbox import message_id
from tests.factories import make_user
from tests.notifications.conftest import NOON, Tell

pytestmark = pytest.mark.django_db
TEMPLATE = "emails/messaging/arrived.html"


def sent_to(tell: Tell, **person):
    row = tell(recipient=make_user(**person))
    delivery.deliver(clock=lambda: NOON)
    return row, mail.outbox[0]


def test_both_versions_say_the_same(tell: Tell) -> None:
    _row, message = sent_to(tell, email="noor@example.org")
    html, kind = message.alternatives[0]
    assert (message.to, kind) == (["noor@example.org"], "text/html")
    assert message.subject == "Ada <quiet-evenings> has written to you"
    assert "letter from Ada <quiet-evenings> for you" in message.body
    assert "Ada &lt;quiet-evenings&gt;" in html
    assert "http://127.0.0.1:8000/topics/quiet-evenings/" in message.body
    for absent in ("<script", "src=", "http-equiv"):
        assert absent not in html


def test_headers_of_an_automatic_mail(tell: Tell) -> None:
    row, message = sent_to(tell)
    raw = message.message()
    assert raw["Message-ID"] == message_id(row)
    assert raw["Message-ID"].endswith("@127.0.0.1>")
    assert raw["Auto-Submitted"] == "auto-generated"


def test_message_id_differs_by_occasion_and_person(tell: Tell) -> None:
    someone, other = make_user(), make_user()
    rows = [tell(recipient=someone), tell(recipient=someone, occasion="2"), tell(recipient=other)]
    assert len({message_id(row) for row in rows}) == 3


def test_discreet_mail_names_nobody_and_nothing(tell: Tell, settings) -> None:
    _row, message = sent_to(tell, discreet=True)
    whole = message.message().as_string()
    for absent in ("Ada", "quiet-evenings", "/topics/", settings.SITE_NAME):
        assert absent not in whole
    assert message.from_email == "hello@example.org"
    assert message.alternatives == []
    assert "/account/notifications/" in message.body


def test_an_invitation_keeps_its_method(tell: Tell) -> None:
    files = (
        Attachment("half-hour.ics", "BEGIN:VCALENDAR\r\nÉ\r\n".encode(), "text/calendar; method=REQUEST"),
        Attachment("leaf.pdf", b"%PDF", "application/pdf"),
    )
    telling = Telling(context={"writer": "Ada"}, path="/", attachments=files)
    message, _title = compose(tell(), telling, TEMPLATE)
    _body, calendar, leaf = message.message().get_payload()
    assert calendar.get_content_type() == "text/calendar"
    assert (calendar.get_param("method"), calendar.get_filename()) == ("REQUEST", "half-hour.ics")
    assert "É" in calendar.get_payload(decode=True).decode()
    assert (leaf.get_content_type(), leaf.get_filename()) == ("application/pdf", "leaf.pdf")


def test_a_name_cannot_break_the_headers(tell: Tell) -> None:
    telling = Telling(context={"writer": "Ada\r\nBcc: everybody@example.org"}, path="/")
    message, title = compose(tell(), telling, TEMPLATE)
    assert title == "Ada Bcc: everybody@example.org has written to you"
    assert message.message()["Bcc"] is None


def test_times_in_mails_are_plain_words() -> None:
    said = Template("{% load mail_times %}{{ at|when_in:zone }}|{{ at|day_in:zone }}|{{ zone|place_of }}")
    assert said.render(Context({"at": NOON, "zone": "Europe/Berlin"})) == (
        "Tuesday 24 November, 13:00 (Berlin)|Tuesday 24 November|Berlin"
    )
