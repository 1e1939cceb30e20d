"""BOOKING 25 with real processes: a worker is killed with SIGKILL while it sends, and another one carries on."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications import outbox
from notifications.kinds import kinds
from notifications.models import Notification, State
from tests.factories import make_topic, make_user
from tests.notifications.kinds import CODE, KIND

HOW_MANY = 500
logging.getLogger("mail.log").setLevel(logging.WARNING)
LEASE_SECONDS = 4
PATIENCE = 60  # seconds a busy machine may take for half of them
ROOT = Path(__file__).resolve().parents[2]
WORKER = [sys.executable, "-m", "celery", "-A", "tests.kill.app", "worker"]
OPTIONS = ["--concurrency=1", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]


class Sink:
    """A mail server that counts Message-IDs, and at one mail runs `at_that` before it says yes."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.pause_at = 0
        self.at_that: Callable[[], None] = lambda: None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        header = next(line for line in envelope.content.splitlines() if line.lower().startswith(b"message-id:"))
        self.seen[header.split(b":", 1)[1].strip().decode()] += 1
        if self.seen.total() == self.pause_at:
            self.at_that()
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


@pytest.fixture
def start_worker(sink: tuple[Sink, int], tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers on this test's database and mail server, each the head of its own process group."""
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database['NAME']}").geturl(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink[1]}",
        "SENDING_LEASE_SECONDS": str(LEASE_SECONDS),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
    }
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / f"worker-{len(running)}.log").open("wb") as log:
            worker = subprocess.Popen(
                WORKER + OPTIONS, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        running.append(worker)
        return worker

    yield start
    for worker in running:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the worker and its pool at one moment."""
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    worker.wait(timeout=10)


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_case_25_killed_worker_loses_nothing(sink, start_worker, monkeypatch, capsys) -> None:
    monkeypatch.setitem(kinds, CODE, KIND)
    handler, _port = sink
    topic, recipient, now = make_topic("night-walks", name="Night walks"), make_user(), timezone.now()
    with monkeypatch.context() as asleep:
        asleep.setattr(outbox, "wake", lambda: None)
        for nth in range(HOW_MANY):
            outbox.notify(kind=CODE, subject_id=topic.pk, recipient=recipient, occasion=str(nth), due_at=now, now=now)
    outbox.wake()
    first = start_worker()
    handler.pause_at = HOW_MANY // 2
    # The server has the whole mail and dies with its sender before the answer is out.
    handler.at_that = lambda: kill(first)
    wait_for(lambda: handler.seen.total() >= HOW_MANY // 2, PATIENCE)
    first.wait(timeout=5)
    held = Notification.objects.get(state=State.SENDING)
    wait_for(lambda: timezone.now() > held.next_try_at + timedelta(seconds=0.2), LEASE_SECONDS + 2)

    start_worker()
    outbox.wake()
    rows = Notification.objects.filter(kind=CODE)
    wait_for(lambda: not rows.exclude(state=State.ACCEPTED).exists(), PATIENCE)

    twice = [key for key, times in handler.seen.items() if times > 1]
    with capsys.disabled():
        print(f"\n{len(handler.seen)} of {HOW_MANY} notifications arrived, {len(twice)} of them twice")
    held.refresh_from_db()
    assert len(handler.seen) == HOW_MANY
    assert twice == [outbox.message_id(held)]
    assert (held.resent, held.attempts) == (True, 2)
