"""The outbox: woken after commit, indifferent to the broker, sealed subjects, races between real connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from celery import current_app
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from redis import Redis

from notifications import delivery, outbox
from notifications.models import Notification, State
from notifications.tasks import deliver_due
from notifications.waking import PAUSE_SECONDS
from tests.factories import make_topic, make_user
from tests.notifications.conftest import NOON, Tell
from tests.notifications.kinds import CODE


def in_thread(work) -> threading.Thread:
    """Run `work` on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def queued(settings) -> int:
    with Redis.from_url(settings.REDIS_URL) as redis:
        return redis.llen("celery")


def until(true: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for what another thread does."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_after_commit_and_not_before(tell: Tell, settings) -> None:
    time.sleep(2 * PAUSE_SECONDS)  # what another test asked for is out by then
    before = queued(settings)
    with transaction.atomic():
        tell()
        time.sleep(2 * PAUSE_SECONDS)
        assert queued(settings) == before
    until(lambda: queued(settings) == before + 1)
    tell(occasion="later", due_at=NOON + timedelta(days=1))
    time.sleep(2 * PAUSE_SECONDS)
    assert queued(settings) == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_rush_of_changes_asks_few_times_and_the_last_one_is_heard(tell: Tell, settings) -> None:
    time.sleep(2 * PAUSE_SECONDS)  # what another test asked for is out by then
    before = queued(settings)
    for nth in range(30):
        tell(occasion=str(nth))
    until(lambda: queued(settings) > before)
    time.sleep(2 * PAUSE_SECONDS)
    asked = queued(settings) - before
    assert 1 <= asked < 15
    tell(occasion="last")
    until(lambda: queued(settings) == before + asked + 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/broker.sock"])
def test_case_28_broker_away_costs_nothing(tell: Tell, settings, caplog, url: str) -> None:
    settings.CELERY_BROKER_URL = url
    begun = time.monotonic()
    row = tell()
    assert time.monotonic() - begun < 2
    until(lambda: "The broker is away" in caplog.text)
    assert delivery.deliver(clock=lambda: NOON).counts == {"accepted": 1}
    row.refresh_from_db()
    assert row.state == State.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_emptied_broker_loses_nothing(tell: Tell, settings) -> None:
    tell(due_at=timezone.now() - timedelta(days=1), now=NOON - timedelta(days=9))
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.flushall()
    deliver_due()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_case_27_two_beats_send_one_mail(tell: Tell) -> None:
    tell()
    workers = [in_thread(lambda: delivery.deliver(clock=lambda: NOON)) for _nth in range(2)]
    for worker in workers:
        worker.join()
    assert len(mail.outbox) == 1
    assert Notification.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_locked_row_is_skipped_not_waited_for(tell: Tell) -> None:
    first, second = tell(occasion="1"), tell(occasion="2")
    taken = []
    with transaction.atomic():
        Notification.objects.select_for_update(no_key=True).get(pk=first.pk)
        worker = in_thread(lambda: taken.append(delivery.claim(now=NOON)))
        worker.join(timeout=5)
        assert not worker.is_alive()
        # Withdrawing does not wait for a sender either.
        withdrawn = []
        other = in_thread(
            lambda: withdrawn.append(
                outbox.withdraw(kinds=[CODE], subject_id=first.subject_id, now=NOON, cause="moved")
            )
        )
        other.join(timeout=5)
    assert [claimed.row.pk for claimed in taken] == [second.pk]
    assert withdrawn == [0]


@pytest.mark.django_db
def test_a_pass_that_stopped_at_its_bound_asks_for_another(monkeypatch) -> None:
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.append(name))
    monkeypatch.setattr(delivery, "deliver", lambda clock: delivery.Pass(more=True))
    deliver_due()
    monkeypatch.setattr(delivery, "deliver", lambda clock: delivery.Pass(more=False))
    deliver_due()
    assert sent == [outbox.DELIVER]


@pytest.mark.django_db
def test_case_29_a_wrong_clock_is_said(monkeypatch, caplog) -> None:
    off = timezone.now() - timedelta(seconds=30)
    monkeypatch.setattr("notifications.tasks.database_now", lambda: off)
    deliver_due()
    assert "differ by 30 seconds" in caplog.text


@pytest.mark.django_db
def test_sealed_subject_is_found_again_and_written_nowhere() -> None:
    asker = make_user()
    values = {"kind": CODE, "subject_id": None, "recipient": asker, "occasion": "1", "due_at": NOON, "now": NOON}
    row = outbox.notify(**values, sealed_subject="4711")
    assert outbox.notify(**values, sealed_subject="4711").pk == row.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(n)::text FROM notifications_notification n")
        assert "4711" not in cursor.fetchone()[0]
    row.refresh_from_db()
    assert row.sealed_subject == "4711"
    assert outbox.withdraw(kinds=[CODE], subject_id=None, sealed_subject="4711", now=NOON, cause="gone") == 1


@pytest.mark.django_db
def test_a_subject_is_either_plain_or_sealed() -> None:
    with pytest.raises(ValueError, match="either"):
        outbox.key_of(kind=CODE, subject_id=1, sealed_subject="1")
    with pytest.raises(ValueError, match="either"):
        outbox.key_of(kind=CODE, subject_id=None)


@pytest.mark.django_db
def test_unknown_kind_is_refused_when_written() -> None:
    with pytest.raises(KeyError):
        outbox.notify(
            kind="nonsense",
            subject_id=1,
            recipient=make_user(),
            occasion="1",
            due_at=NOON,
            now=NOON,
        )


@pytest.mark.django_db
def test_history_is_closed_without_a_mail(tell: Tell) -> None:
    tell()
    make_topic("another-topic", name="Another")
    assert outbox.close_history(now=NOON) == 1
    assert delivery.deliver(clock=lambda: NOON).counts == {}
    assert Notification.objects.get().state == State.ACCEPTED
