"""One reading from claim to openings, over a real web server; several workers; and the tasks that ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from consultations import busy_calendars, busy_reads, openings_sync, tasks
from consultations.models import BusyBlock, BusyCalendar
from specialists.models import Opening, Specialist
from tests.consultations.calendar_server import ETAG, Served, serving
from tests.consultations.calendars import calendar, event
from tests.factories import make_specialist
from web.clock import database_now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("woken")]


@pytest.fixture
def served(settings) -> Iterator[Served]:
    settings.BUSY_CALENDARS_ON_LOOPBACK = True
    with serving() as server:
        yield server


@pytest.fixture
def specialist() -> Specialist:
    made = make_specialist(time_zone="Europe/Lisbon")
    openings_sync.refresh(specialist_id=made.pk, now=database_now())
    return made


def connected(specialist: Specialist, served: Served, path: str = "calendar.ics") -> BusyCalendar:
    url = f"{served.origin}/{path}"
    return busy_calendars.connect(specialist=specialist, url=url, now=database_now())


def test_from_the_address_to_closed_half_hours(specialist, served) -> None:
    taken, later = Opening.objects.filter(specialist=specialist).order_by("start").values_list("start", flat=True)[3:5]
    lines = (f"DTSTART:{taken:%Y%m%dT%H%M%SZ}", "DURATION:PT5M")
    served.content = calendar(event(*lines))
    known = connected(specialist, served)
    assert busy_reads.read(calendar_id=known.pk, clock=database_now)
    known.refresh_from_db()
    assert known.failure == "" and known.fetched_at is not None and known.etag == ETAG
    left = set(Opening.objects.filter(specialist=specialist).values_list("start", flat=True))
    assert taken not in left and later in left
    # A second reading: the server says that nothing changed.
    BusyCalendar.objects.update(next_try_at=database_now())
    first = known.fetched_at
    assert busy_reads.read(calendar_id=known.pk, clock=database_now)
    known.refresh_from_db()
    assert len(served.asked) == 2 and "if-none-match" in served.asked[1][1]
    assert known.fetched_at > first and known.failure == "" and known.blocks.count() == 1


def test_nothing_but_ranges_is_kept(specialist, served) -> None:
    now = database_now()
    served.content = calendar(event(f"DTSTART:{now:%Y%m%dT%H%M%SZ}", "DURATION:PT1H", "LOCATION:Secret supper"))
    busy_reads.read(calendar_id=connected(specialist, served).pk, clock=database_now)
    assert BusyBlock.objects.count() == 1
    assert {field.name for field in BusyBlock._meta.get_fields()} == {"id", "calendar", "start", "end"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text || b::text FROM consultations_busycalendar c, consultations_busyblock b")
        assert "supper" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("path", "code"), [("status/404", "not_found"), ("page", "not_calendar"), ("calendar.ics", "malformed")]
)
def test_a_failure_is_kept_as_its_code(specialist, served, path: str, code: str) -> None:
    served.content = b"BEGIN:VCALENDAR\r\nHELLO\r\n"
    known = connected(specialist, served, path)
    assert busy_reads.read(calendar_id=known.pk, clock=database_now)
    known.refresh_from_db()
    assert (known.failure, known.failures, known.fetched_at) == (code, 1, None)


def test_without_leave_this_machine_is_not_read(specialist, served, settings) -> None:
    known = connected(specialist, served)
    settings.BUSY_CALENDARS_ON_LOOPBACK = False
    busy_reads.read(calendar_id=known.pk, clock=database_now)
    known.refresh_from_db()
    assert known.failure == "not_https" and served.asked == []


def test_nothing_is_locked_while_we_wait_for_the_server(specialist, served) -> None:
    known = connected(specialist, served)
    seen = []

    def look() -> None:
        with transaction.atomic():
            list(Specialist.objects.select_for_update(nowait=True).filter(pk=specialist.pk))
            seen.append(len(BusyCalendar.objects.select_for_update(nowait=True).filter(pk=known.pk)))
        connection.close()

    served.meanwhile = look
    assert busy_reads.read(calendar_id=known.pk, clock=database_now)
    assert seen == [1]


def test_many_workers_read_one_calendar_once(specialist, served) -> None:
    known = connected(specialist, served)
    gate = Barrier(6)

    def work(_number: int) -> bool:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return busy_reads.read(calendar_id=known.pk, clock=database_now)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(work, range(6))) == [False] * 5 + [True]
    assert len(served.asked) == 1


def test_an_address_changed_while_it_was_read_is_not_overwritten(specialist, served) -> None:
    known = connected(specialist, served)

    def replace() -> None:
        busy_calendars.connect(specialist=specialist, url="https://other.example/a.ics", now=database_now())
        connection.close()

    served.meanwhile = replace
    busy_reads.read(calendar_id=known.pk, clock=database_now)
    known.refresh_from_db()
    assert known.fetched_at is None and known.failure == "" and not known.blocks.exists()


def test_the_scheduler_asks_for_each_that_is_due(specialist, served, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(tasks.read_busy_calendar, "apply_async", lambda args, expires: asked.append((args, expires)))
    known = connected(specialist, served)
    tasks.refresh_busy_calendars()
    assert asked == [([known.pk], busy_calendars.WAKE_LASTS_SECONDS)]
    tasks.read_busy_calendar(known.pk)
    tasks.refresh_busy_calendars()
    assert len(asked) == 1 and len(served.asked) == 1


def test_with_the_broker_away_connecting_works_and_the_row_waits(specialist, served, settings, monkeypatch) -> None:
    monkeypatch.undo()
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    settings.BUSY_CALENDARS_ON_LOOPBACK = True
    known = connected(specialist, served)
    assert busy_calendars.due(now=database_now(), most=9) == [known.pk]


def test_asking_ends_before_it_is_asked_again(settings) -> None:
    for name, task in {
        "read busy calendars": tasks.refresh_busy_calendars,
        "roll openings forward": tasks.roll_openings,
    }.items():
        planned = settings.CELERY_BEAT_SCHEDULE[name]
        assert planned["task"] == task.name
        assert task._get_exec_options()["expires"] < planned["schedule"].total_seconds()
