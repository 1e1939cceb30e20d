"""One fleet for all tests here: its processes take seconds to start."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from notifications.kinds import kinds
from tests.kill.fleet import Fleet, Sink
from tests.notifications.kinds import CODE, KIND

logging.getLogger("mail.log").setLevel(logging.WARNING)


@pytest.fixture(scope="module")
def post_office() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture(scope="module")
def whole_fleet(post_office, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Fleet]:
    found = Fleet(tmp_path_factory.mktemp("fleet"), post_office[1])
    found.start()
    yield found
    found.stop()


@pytest.fixture
def sink(post_office: tuple[Sink, int]) -> Sink:
    post_office[0].seen.clear()
    return post_office[0]


@pytest.fixture
def fleet(transactional_db: None, whole_fleet: Fleet, sink: Sink, settings: Any, monkeypatch: Any) -> Iterator[Fleet]:
    """The fleet at work; what the test writes down wakes it. It is idle again before the tables are emptied."""
    monkeypatch.setitem(kinds, CODE, KIND)
    settings.CELERY_BROKER_URL = whole_fleet.broker_url.replace("unix://", "redis+socket://")
    whole_fleet.resume()
    yield whole_fleet
    for step in Path(whole_fleet.switches).iterdir():
        step.unlink(missing_ok=True)
    whole_fleet.pause()
