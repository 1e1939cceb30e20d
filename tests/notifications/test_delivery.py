"""Sending what is due: once, what is still true, and what becomes of each."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import delivery, outbox
from notifications.kinds import Kind, kinds
from notifications.models import Notification, State
from notifications.post import Fate, Post, judged
from tests.factories import make_user
from tests.notifications.conftest import NOON, Tell
from tests.notifications.kinds import CODE, read
from topics.models import Topic

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=120)
LATER = NOON + timedelta(minutes=1)


def deliver(at=NOON, **bounds):
    return delivery.deliver(clock=lambda: at, **bounds)


@pytest.fixture
def broken_server(monkeypatch):
    """A mail server that answers the next mails with these errors, in turn; then it accepts."""
    from django.core.mail.backends.locmem import EmailBackend

    errors: list[Exception] = []
    accept = EmailBackend.send_messages

    def send(self, messages):
        if errors:
            raise errors.pop(0)
        return accept(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    return errors


def test_due_is_sent_once(tell: Tell) -> None:
    row = tell()
    assert deliver().counts == {"accepted": 1}
    assert deliver().counts == {}
    row.refresh_from_db()
    assert (row.state, row.attempts, row.settled_at) == (State.ACCEPTED, 1, NOON)
    assert len(mail.outbox) == 1


def test_not_due_yet_waits(tell: Tell) -> None:
    tell(due_at=LATER)
    assert deliver().counts == {}
    assert deliver(LATER).counts == {"accepted": 1}


def test_written_twice_is_one_row(tell: Tell) -> None:
    someone = make_user()
    assert tell(recipient=someone).pk == tell(recipient=someone).pk
    assert tell(recipient=someone, occasion="2").pk != tell(recipient=someone).pk


def test_case_24_subject_gone_after_it_was_queued(tell: Tell) -> None:
    row = tell()
    Topic.objects.filter(pk=row.subject_id).delete()
    assert deliver().counts == {"skipped": 1}
    row.refresh_from_db()
    assert (row.state, row.cause, mail.outbox) == (State.SKIPPED, "gone", [])


def test_withdrawn_is_not_sent(tell: Tell) -> None:
    row = tell()
    assert outbox.withdraw(kinds=[CODE], subject_id=row.subject_id, now=NOON, cause="moved") == 1
    assert outbox.withdraw(kinds=[CODE], subject_id=row.subject_id, now=NOON, cause="moved") == 0
    assert deliver().counts == {}


def test_case_30_too_late_is_missed_and_said(tell: Tell, caplog) -> None:
    row = tell(useless_after=LATER)
    assert deliver(LATER).counts == {"missed": 1}
    row.refresh_from_db()
    assert row.state == State.MISSED
    assert "too late to be useful" in caplog.text


def test_closed_account_is_told_nothing(tell: Tell) -> None:
    tell(recipient=make_user(is_active=False))
    assert deliver().counts == {"skipped": 1}


def test_case_25_dead_sender_is_resent_once_with_the_same_message_id(tell: Tell) -> None:
    row = tell()
    first = delivery.claim(now=NOON)
    assert first and first.mail
    assert deliver(NOON + LEASE - timedelta(seconds=1)).counts == {}
    second = delivery.claim(now=NOON + LEASE)
    assert second and second.mail and second.row.resent
    assert second.mail.extra_headers["Message-ID"] == first.mail.extra_headers["Message-ID"]
    assert deliver(NOON + 2 * LEASE).counts == {"unknown": 1}
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.UNKNOWN, 2)
    assert deliver(NOON + 5 * LEASE).counts == {}


def test_settling_after_the_lease_changes_nothing(tell: Tell, caplog) -> None:
    row = tell()
    first = delivery.claim(now=NOON)
    second = delivery.claim(now=NOON + LEASE)
    assert first and second and first.mail
    delivery.settle(row=first.row, outcome=Post().send(first.mail), now=NOON + LEASE)
    row.refresh_from_db()
    assert row.state == State.SENDING
    assert "lease had run out" in caplog.text


def test_permanent_refusal_fails(tell: Tell, broken_server) -> None:
    row = tell()
    broken_server.append(smtplib.SMTPRecipientsRefused({"noor@example.org": (550, b"no such user")}))
    assert deliver().counts == {"failed": 1}
    row.refresh_from_db()
    assert (row.state, row.cause) == (State.FAILED, "recipient refused 550")


def test_temporary_refusal_backs_off_until_it_gives_up(tell: Tell, broken_server) -> None:
    row, now = tell(), NOON
    waits = []
    for _nth in range(delivery.MOST_ATTEMPTS):
        broken_server.append(smtplib.SMTPDataError(451, b"try again"))
        deliver(now)
        row.refresh_from_db()
        waits.append(int((row.next_try_at - now).total_seconds() // 60))
        now = row.next_try_at
    assert waits[:-1] == [1, 5, 30, 120, 360, 360, 360]
    assert (row.state, row.attempts) == (State.FAILED, delivery.MOST_ATTEMPTS)


def test_broken_connection_is_tried_once_more(tell: Tell, broken_server) -> None:
    row = tell()
    broken_server += [smtplib.SMTPServerDisconnected("gone"), smtplib.SMTPServerDisconnected("gone")]
    assert deliver().counts == {"later": 1}
    assert deliver(LATER).counts == {"unknown": 1}
    row.refresh_from_db()
    assert row.resent and row.state == State.UNKNOWN


def test_mail_server_away_costs_no_attempt_and_is_asked_once_a_pass(tell: Tell, monkeypatch) -> None:
    from django.core.mail.backends.locmem import EmailBackend

    knocks = []

    def refuse(self):
        knocks.append(1)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(EmailBackend, "open", refuse)
    rows = [tell(occasion=str(nth)) for nth in range(3)]
    assert deliver().counts == {"later": 3}
    assert len(knocks) == 1
    rows[0].refresh_from_db()
    assert (rows[0].attempts, rows[0].next_try_at) == (0, LATER)
    assert rows[0].told is not None  # the list on the site does not wait for the mail server
    monkeypatch.undo()
    assert deliver(LATER).counts == {"accepted": 3}


def test_a_fault_in_one_kind_does_not_stop_the_others(tell: Tell, caplog) -> None:
    kinds["faulty"] = Kind(code="faulty", template="emails/none.html", read=read)
    try:
        faulty, sound = tell(kind="faulty"), tell()
        assert deliver().counts == {"later": 1, "accepted": 1}
    finally:
        del kinds["faulty"]
    faulty.refresh_from_db()
    sound.refresh_from_db()
    assert (faulty.state, sound.state) == (State.PENDING, State.ACCEPTED)
    assert "could not be prepared" in caplog.text


def test_a_faulty_row_that_another_worker_took_meanwhile_is_left_to_it(tell: Tell, monkeypatch) -> None:
    row = tell()

    def fails(*_args):
        monkeypatch.setattr(delivery, "_free", lambda now: Notification.objects.none())
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(kinds, CODE, Kind(code=CODE, template="", read=fails))
    assert deliver(most=1).counts == {"later": 1}
    row.refresh_from_db()
    assert (row.state, row.attempts, row.cause) == (State.PENDING, 0, "")


@pytest.mark.django_db(transaction=True)
def test_a_mail_costs_six_statements(tell: Tell) -> None:
    def statements(how_many: int) -> int:
        for nth in range(how_many):
            tell(occasion=f"{how_many}-{nth}")
        with CaptureQueriesContext(connection) as queries:
            deliver()
        return len(queries)

    statements(1)
    # BEGIN, claim, subject, update, COMMIT; and one update when it has gone. The clock of tests costs nothing.
    assert statements(4) - statements(2) == 2 * 6


def test_a_pass_has_a_bound(tell: Tell) -> None:
    for nth in range(3):
        tell(occasion=str(nth))
    assert deliver(most=2).more
    last = deliver(most=2)
    assert (last.counts["accepted"], last.more) == (1, False)


def test_case_31_late_reminder_waits_for_the_morning(tell: Tell) -> None:
    written, due = NOON - timedelta(days=1), NOON + timedelta(hours=8)
    row = tell(now=written, due_at=due, speaks_of=NOON + timedelta(days=1), recipient=make_user())
    night = NOON.replace(hour=23)
    assert deliver(night).counts == {"later": 1}
    row.refresh_from_db()
    assert row.next_try_at == NOON.replace(day=25, hour=8)
    assert deliver(row.next_try_at).counts == {"accepted": 1}


def test_an_answer_is_sent_at_night(tell: Tell) -> None:
    night = NOON.replace(hour=23)
    tell(now=night, due_at=night)
    assert deliver(night).counts == {"accepted": 1}


def test_command_says_what_it_did(tell: Tell, capsys) -> None:
    tell(due_at=NOON - timedelta(days=365))
    call_command("deliver_due")
    call_command("deliver_due")
    assert capsys.readouterr().out == "1 sent\nNothing is due.\n"


def test_errors_of_our_own_account_are_not_the_recipients_fault() -> None:
    assert judged(smtplib.SMTPAuthenticationError(535, b"no")).fate == Fate.LATER
    assert judged(smtplib.SMTPSenderRefused(550, b"no", "us@example.org")).fate == Fate.LATER
    assert judged(TimeoutError()).fate == Fate.UNSURE
    assert judged(ValueError("header")).fate == Fate.REFUSED


def test_many_that_are_due_at_one_instant_are_not_sorted_for_each(tell: Tell) -> None:
    tell()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = Notification.objects.due(NOON)[:1].explain()
    assert "notification_due" in plan and "Sort" not in plan
