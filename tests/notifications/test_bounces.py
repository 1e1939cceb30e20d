"""BOOKING 26: a mail was accepted and comes back; the outbox, the person and the other side learn of it."""

from __future__ import annotations

import io
import mailbox
import smtplib
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import bounces, delivery, outbox, reports
from notifications.bounces import Result
from notifications.models import Notification, State
from notifications.post import Fate, judged
from tests.factories import make_user
from tests.notifications.conftest import NOON, Tell
from tests.notifications.kinds import CODE
from tests.notifications.returned import HOLIDAY, report

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.notifications.urls")]
LATER = NOON + timedelta(minutes=3)
URL = "/account/notifications/"
STRIP, SECTION = "came back, so you may have missed something", "Our email doesn’t reach you"


@pytest.fixture
def sent(tell: Tell) -> Notification:
    """A notification that the mail server has accepted."""
    row = tell(recipient=make_user(display_name="Noor", email="noor@example.org"))
    delivery.deliver(clock=lambda: NOON)
    row.refresh_from_db()
    return row


def back(row: Notification, status: str = "5.1.1", **values) -> Result:
    return bounces.record(message_id=outbox.message_id(row), status=status, now=LATER, **values)


def test_case_26_accepted_then_bounced(sent: Notification) -> None:
    assert sent.state == State.ACCEPTED
    assert back(sent) == Result.RECORDED
    sent.refresh_from_db()
    assert (sent.state, sent.cause, sent.settled_at) == (State.BOUNCED, "bounced 5.1.1", LATER)
    assert back(sent) == Result.KNOWN
    assert delivery.deliver(clock=lambda: LATER + timedelta(days=1)).counts == {}


@pytest.mark.parametrize("message_id", ["", "<>", "<unknown@example.org>", f"<{'0' * 32}@localhost>", "0" * 32])
def test_a_mail_that_is_none_of_ours(sent: Notification, message_id: str) -> None:
    assert bounces.record(message_id=message_id, status="5.1.1", now=LATER) == Result.NOT_OURS
    sent.refresh_from_db()
    assert sent.state == State.ACCEPTED


@pytest.mark.parametrize("status", ["2.1.5", "", "550", "5.1", "6.1.1", "5.1.1 bad"])
def test_a_status_that_says_nothing_of_the_kind_is_refused(sent: Notification, status: str) -> None:
    with pytest.raises(bounces.WrongStatus):
        back(sent, status)


def test_a_withdrawn_mail_keeps_its_ending(sent: Notification) -> None:
    Notification.objects.update(state=State.WITHDRAWN)
    assert back(sent) == Result.CLOSED
    sent.refresh_from_db()
    assert sent.state == State.WITHDRAWN


def test_a_report_quicker_than_our_own_note_stands(tell: Tell, caplog) -> None:
    row = tell()
    claimed = delivery.claim(now=NOON)
    assert claimed and claimed.mail
    assert back(row) == Result.RECORDED
    delivery.settle(row=claimed.row, outcome=delivery.Outcome(Fate.ACCEPTED), now=LATER)
    row.refresh_from_db()
    assert row.state == State.BOUNCED
    assert not caplog.records


def test_case_26_the_person_sees_it_at_their_next_login_until_they_answer(sent: Notification, client) -> None:
    client.force_login(sent.recipient)
    assert STRIP not in client.get("/account/").content.decode()
    back(sent)
    for path in ("/account/", "/consultations/", "/"):
        assert STRIP in client.get(path).content.decode()
    page = client.get(URL).content.decode()
    assert STRIP not in page and SECTION in page and "noor@example.org" in page
    assert "The email was sent and came back. Is your address still right?" in page
    assert client.get(URL + "address/").status_code == 302
    assert SECTION in client.get(URL).content.decode()  # a GET answered nothing
    assert SECTION not in client.post(URL + "address/", follow=True).content.decode()
    assert STRIP not in client.get("/account/").content.decode()
    row = outbox.notify(
        kind=CODE, subject_id=sent.subject_id, recipient=sent.recipient, occasion="2", due_at=NOON, now=NOON
    )
    delivery.deliver(clock=lambda: NOON)
    back(row)
    assert STRIP in client.get("/account/").content.decode()  # it came back again


def test_a_new_address_is_not_blamed(sent: Notification, client) -> None:
    back(sent, address="noor@example.org")
    client.force_login(sent.recipient)
    assert STRIP in client.get("/account/").content.decode()
    sent.recipient.email = "noor@new.example.org"
    sent.recipient.save()
    assert STRIP not in client.get("/account/").content.decode()
    assert SECTION not in client.get(URL).content.decode()


def test_a_report_about_an_address_left_behind_is_not_held_against_the_new_one(sent: Notification) -> None:
    assert back(sent, address="NOOR@old.example.org") == Result.RECORDED
    assert bounces.returned_to(sent.recipient) is None


@pytest.mark.parametrize(("status", "asked"), [("5.1.1", True), ("5.2.1", True), ("4.4.7", False), ("5.7.1", False)])
def test_only_what_is_about_the_address_for_good_asks_the_person(sent, client, status: str, asked: bool) -> None:
    back(sent, status)
    assert (bounces.returned_to(sent.recipient) is not None) == asked
    client.force_login(sent.recipient)
    words = "Is your address still right?" if asked else "your mail provider did not take it"
    assert words in client.get(URL).content.decode()


def test_strangers_are_told_nothing(sent: Notification, client) -> None:
    back(sent)
    client.force_login(make_user())
    assert STRIP not in client.get("/account/").content.decode()
    assert STRIP not in client.get("/").content.decode()
    assert client.post(URL + "address/", follow=True).status_code == 200
    assert bounces.returned_to(sent.recipient) is not None
    client.logout()
    assert "/accounts/login/?next=" in client.post(URL + "address/").content.decode()
    assert bounces.returned_to(sent.recipient) is not None


def test_a_refusal_at_the_door_asks_the_person_too(tell: Tell, monkeypatch) -> None:
    said = {"noor@example.org": (550, b"5.1.1 no such user")}
    refusal = judged(smtplib.SMTPRecipientsRefused(said))
    monkeypatch.setattr("notifications.post.Post.send", lambda self, mail: refusal)
    row = tell()
    delivery.deliver(clock=lambda: NOON)
    row.refresh_from_db()
    assert row.state == State.FAILED
    found = bounces.returned_to(row.recipient)
    assert found and found.status == "5.1.1"


def test_a_refusal_that_is_not_about_the_address_asks_nobody() -> None:
    assert judged(smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"5.7.1 blocked")})).address_refused == ""
    assert judged(smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"4.2.1 later")})).address_refused == ""
    assert judged(smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no such user")})).address_refused == "550"


def test_case_26_the_other_side_can_know(sent: Notification) -> None:
    asked = {"kinds": (CODE, "test_other"), "subject_id": sent.subject_id}
    ids = [sent.recipient_id, make_user().pk]
    assert bounces.unreached(**asked, recipients=ids) == set()
    back(sent)
    with CaptureQueriesContext(connection) as queries:
        assert bounces.unreached(**asked, recipients=ids) == {sent.recipient_id}
    assert len(queries) == 1
    assert bounces.unreached(**asked, recipients=ids[1:]) == set()
    assert bounces.unreached(kinds=(CODE,), subject_id=sent.subject_id + 1, recipients=ids) == set()
    Notification.objects.update(read_at=LATER)  # they have seen on the site what it said
    assert bounces.unreached(**asked, recipients=ids) == set()


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers", "message/global-headers"])
@pytest.mark.parametrize("fields", ["delivery-status", "global-delivery-status"])
def test_reports_of_several_shapes(original: str, fields: str) -> None:
    raw = report("<abc@localhost>", original=original, fields=fields, final="forwarded@elsewhere.example")
    assert reports.read(raw) == reports.Report("<abc@localhost>", "noor@example.org", "5.1.1", True)


def test_what_is_under_way_has_not_failed() -> None:
    for action, status in (("delayed", "4.4.1"), ("delivered", "2.1.5"), ("relayed", "2.1.9")):
        found = reports.read(report("<abc@localhost>", action=action, status=status))
        assert found and not found.failed
    gave_up = reports.read(report("<abc@localhost>", status="4.4.7 (delivery time expired)"))
    assert gave_up and gave_up.failed and gave_up.status == "4.4.7"


@pytest.mark.parametrize(
    "raw", [b"", HOLIDAY, b"\xff\xfe\x00", report("<a@b>").replace(b"Status: 5.1.1", b"Status: ?"),
            report("<a@b>").split(b"Content-Type: message/rfc822")[0]],
)  # fmt: skip
def test_other_mail_is_no_report(raw: bytes) -> None:
    assert reports.read(raw) is None


def test_the_command_reads_a_maildir_once(sent: Notification, tmp_path, capsys) -> None:
    box = mailbox.Maildir(tmp_path / "bounces", create=True)
    for raw in (
        report(outbox.message_id(sent)), report(outbox.message_id(sent)), HOLIDAY,
        report("<unknown@localhost>"), report(outbox.message_id(sent), action="delayed", status="4.4.1"),
    ):  # fmt: skip
        box.add(raw)
    call_command("read_bounces", str(tmp_path / "bounces"))
    said = "1 came back\n1 known already\n1 of no mail of ours\n1 still under way, or arrived\n1 no delivery report\n"
    assert capsys.readouterr().out == said
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED
    call_command("read_bounces", str(tmp_path / "bounces"))
    assert capsys.readouterr().out == "No mail to read.\n"
    assert len(mailbox.Maildir(tmp_path / "bounces", create=False)) == 5  # nothing is thrown away


def test_the_command_reads_files_and_standard_input(sent: Notification, tmp_path, capsys, monkeypatch) -> None:
    (tmp_path / "one.eml").write_bytes(report(outbox.message_id(sent)))
    call_command("read_bounces", str(tmp_path / "one.eml"))
    assert capsys.readouterr().out == "1 came back\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(report(outbox.message_id(sent)))))
    call_command("read_bounces")
    assert capsys.readouterr().out == "1 known already\n"
    with pytest.raises(CommandError, match="neither a file nor a Maildir"):
        call_command("read_bounces", str(tmp_path))
