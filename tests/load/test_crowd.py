"""200 people over 50 half hours for a minute, through the real web server: no overlap, no fault, no false page."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import time as clock_time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from consultations import openings_sync
from consultations.models import HOLDING, Consultation, Schedule, WeeklyWindow
from specialists.models import Opening
from tests.browser.driving import session_of
from tests.factories import make_specialist, make_user
from tests.first_data import bring_first_data
from tests.journeys.machinery import ROOT, environment
from tests.load.crowd import Person, let_loose

PEOPLE, SPECIALISTS, SECONDS = 200, 5, 60
OVERLAPS = """
    SELECT count(*) FROM consultations_consultation a JOIN consultations_consultation b ON a.id < b.id
    WHERE a.state IN ('requested', 'confirmed') AND b.state IN ('requested', 'confirmed')
      AND (a.specialist_id = b.specialist_id OR a.client_id = b.client_id)
      AND a.start < b."end" AND b.start < a."end"
"""


@contextlib.contextmanager
def web_server(folder: Path) -> Iterator[int]:
    """The site as it is served for real: granian with two processes of eight threads; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "warning"]
    log = folder / "web.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, "config.wsgi:application"],
            env=environment(folder / "mail", f"http://127.0.0.1:{port}"),
            cwd=ROOT,
            stdout=said,
            stderr=said,
        )
    try:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()[-4000:]


@pytest.fixture
def slugs(transactional_db: None) -> list[str]:
    """Five specialists with ten half hours each, tomorrow."""
    bring_first_data()
    made = []
    tomorrow = (timezone.now().weekday() + 1) % 7
    for _nth in range(SPECIALISTS):
        specialist = make_specialist(hours=False)
        schedule = Schedule.objects.create(specialist=specialist, notice_minutes=0, horizon_days=2, buffer_minutes=0)
        WeeklyWindow.objects.create(schedule=schedule, weekday=tomorrow, start=clock_time(9), end=clock_time(14))
        openings_sync.refresh(specialist_id=specialist.pk, now=timezone.now())
        made.append(specialist.slug)
    assert Opening.objects.count() == 50
    return made


@pytest.mark.slow
def test_a_crowd_over_fifty_half_hours(slugs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    members = [make_user() for _nth in range(PEOPLE)]
    name = settings.SESSION_COOKIE_NAME
    with web_server(tmp_path) as port:
        people = [Person(port, {name: session_of(each)}, slugs, nth) for nth, each in enumerate(members)]
        let_loose(people, SECONDS)
        said = sum((each.said for each in people), Counter())
        assert not [fault for each in people for fault in each.faults], said
        assert said["book 303"] > 50 and said["move 303"] and said["cancel 303"] and said["book 409"], said
        with connection.cursor() as cursor:
            cursor.execute(OVERLAPS)
            assert cursor.fetchone() == (0,)
        for person, member in zip(people, members, strict=True):
            holding = Consultation.objects.filter(client=member, state__in=HOLDING)
            expected = {f"/consultations/{each.public_id}/" for each in holding}
            assert expected == ({person.booked} if person.booked else set())
            shown = person.ask("GET", "/consultations/").soup()
            person.line.close()
            coming = {str(link["href"]) for link in shown.select('main a[href^="/consultations/"]')}
            assert expected <= coming
    with capsys.disabled():
        print(f"\n{PEOPLE} people over 50 half hours for {SECONDS} s: {dict(said.most_common())}")
    for slug in slugs:
        openings = Opening.objects.filter(specialist__slug=slug).count()
        assert openings + Consultation.objects.filter(specialist__slug=slug, state__in=HOLDING).count() == 10
