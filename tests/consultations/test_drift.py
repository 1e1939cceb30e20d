"""The check of openings, and the horizon that moves on: what is drift, what is only time, what is mended."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import OperationalError

from consultations import drift, openings_sync, rolling, tasks
from consultations.management.commands import check_openings
from consultations.models import Schedule
from specialists import openings
from specialists.models import Opening, Specialist, State
from tests.factories import make_specialist
from web.local_time import local_day

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def fresh(zone: str = "UTC", now: datetime = NOW, **fields) -> Specialist:
    """Open from 9 to 17 every day for 14 days, an hour of notice, with true rows."""
    made = make_specialist(time_zone=zone, **fields)
    openings_sync.refresh(specialist_id=made.pk, now=now)
    return made


def of(specialist: Specialist, now: datetime = NOW) -> drift.Drift:
    return drift.of(Specialist.objects.get(pk=specialist.pk), now)


def rows(specialist: Specialist):
    return Opening.objects.filter(specialist=specialist).order_by("start")


def test_true_rows_have_not_drifted() -> None:
    assert not of(fresh())
    assert not of(make_specialist(hours=False))
    assert not of(fresh(state=State.PAUSED))


def test_a_row_that_lacks_and_one_too_many_are_found() -> None:
    specialist = fresh()
    lost = rows(specialist)[5].start
    rows(specialist).filter(start=lost).delete()
    night = datetime(2026, 11, 28, 3, tzinfo=UTC)
    Opening.objects.create(specialist=specialist, start=night, closes_at=night - HOUR)
    found = of(specialist)
    assert (found.missing, found.extra) == ((lost,), (night,))
    assert not found.next_free_wrong and not found.not_rolled


def test_a_row_that_closes_at_another_time_is_wrong() -> None:
    specialist = fresh()
    changed = rows(specialist)[5].start
    rows(specialist).filter(start=changed).update(closes_at=changed - 2 * HOUR)
    found = of(specialist)
    assert found.missing == found.extra == (changed,)


def test_rows_of_somebody_who_takes_nobody_are_too_many() -> None:
    specialist = fresh()
    Specialist.objects.filter(pk=specialist.pk).update(state=State.SUSPENDED)
    assert len(of(specialist).extra) == rows(specialist).count()


@pytest.mark.parametrize("wrong", [None, NOW + 5 * DAY, NOW - DAY])
def test_a_wrong_next_half_hour_is_found(wrong: datetime | None) -> None:
    specialist = fresh()
    Specialist.objects.filter(pk=specialist.pk).update(next_free=wrong)
    assert of(specialist).next_free_wrong


def test_what_time_alone_does_is_no_drift() -> None:
    specialist = fresh()
    first = rows(specialist).first()
    just_closed = first.closes_at
    assert not of(specialist, just_closed) and not of(specialist, just_closed + timedelta(minutes=1))
    assert of(specialist, just_closed + timedelta(minutes=3)).next_free_wrong
    openings.repair_next_free(just_closed + timedelta(minutes=3))
    assert not of(specialist, just_closed + timedelta(minutes=3))
    after_midnight = datetime(2026, 11, 26, 0, 1, tzinfo=UTC)
    openings.repair_next_free(after_midnight)
    assert not of(specialist, after_midnight)


def test_a_scheduler_that_stands_still_is_drift() -> None:
    specialist = fresh()
    later = NOW + 2 * DAY
    openings.repair_next_free(later)
    found = of(specialist, later)
    assert found.not_rolled and {each.date() for each in found.missing} == {date(2026, 12, 10), date(2026, 12, 11)}
    Schedule.objects.update(rolled_to=None)
    assert of(specialist).not_rolled
    Specialist.objects.filter(pk=specialist.pk).update(state=State.DRAFT)
    assert not of(specialist, later).not_rolled


def run(*args: str) -> tuple[int, str]:
    out, code = io.StringIO(), 0
    try:
        call_command("check_openings", *args, stdout=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue()


@pytest.fixture
def at_now(monkeypatch) -> None:
    monkeypatch.setattr(check_openings, "database_now", lambda: NOW)


def test_the_command_reports_and_mends(at_now) -> None:
    true, wrong = fresh(), fresh()
    assert run() == (0, "2 specialists checked, 0 drifted\n")
    lost = rows(wrong)[5].start
    rows(wrong).filter(start=lost).delete()
    code, said = run()
    assert code == 1 and said.startswith(f"{wrong.slug}: 1 missing ({lost:%Y-%m-%dT%H:%M:%SZ})\n")
    assert true.slug not in said and run()[0] == 1
    assert run("--repair") == (1, said.replace("1 drifted", "1 drifted, and mended"))
    assert run()[0] == 0 and rows(wrong).filter(start=lost).exists()


def test_the_command_names_a_few_of_many(at_now) -> None:
    specialist = fresh()
    rows(specialist).filter(start__gt=NOW + 3 * DAY).delete()
    Schedule.objects.update(rolled_to=None)
    assert ", …)" in run()[1] and "not rolled forward" in run()[1]


def test_half_of_a_change_is_looked_at_again_under_the_lock(monkeypatch) -> None:
    """The unlocked look came between two statements of a booking; the locked one sees it whole."""
    specialist = fresh()
    lost = rows(specialist)[5]
    rows(specialist).filter(pk=lost.pk).delete()

    def clock() -> datetime:
        return NOW

    def locked(specialist_id: int, clock: drift.Clock) -> drift.Drift:
        Opening.objects.bulk_create([lost])
        return real(specialist_id, clock)

    real = drift._locked
    monkeypatch.setattr(drift, "_locked", locked)
    assert list(drift.find(clock=clock)) == [None]


@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut"]
)
def test_a_new_local_day_brings_its_last_day_and_no_other(zone: str) -> None:
    clock = ZoneInfo(zone)
    evening = datetime(2026, 11, 25, 23, 59, 59, tzinfo=clock).astimezone(UTC)
    specialist = fresh(zone, evening)

    def last() -> date:
        return local_day(rows(specialist).last().start, zone)

    assert last() == date(2026, 12, 9) and rolling.behind(now=evening, after=0, most=9) == []
    midnight = evening + timedelta(seconds=1)
    assert rolling.behind(now=midnight, after=0, most=9) == [specialist.pk]
    assert rolling.roll(ids=[specialist.pk], now=midnight) == 0
    assert last() == date(2026, 12, 10) and rolling.behind(now=midnight, after=0, most=9) == []
    assert not of(specialist, midnight)


def test_missed_days_are_caught_up_at_once() -> None:
    specialist = fresh()
    later = NOW + 5 * DAY
    assert rolling.behind(now=later, after=0, most=9) == [specialist.pk]
    rolling.roll(ids=[specialist.pk], now=later)
    assert not of(specialist, later) and rows(specialist).first().closes_at > later
    assert rows(specialist).last().start.date() == date(2026, 12, 14)


def test_clocks_that_change_at_the_edge_of_the_horizon() -> None:
    """The last day of the horizon has 25 hours, with an hour that comes twice."""
    before = datetime(2026, 10, 10, 23, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    specialist = fresh("Europe/Berlin", before)
    specialist.schedule.windows.update(start="01:00", end="04:00")
    midnight = before + HOUR / 2
    rolling.roll(ids=[specialist.pk], now=midnight)
    new = rows(specialist).filter(start__gte=datetime(2026, 10, 24, 22, tzinfo=UTC))
    assert new.count() == 8 and not of(specialist, midnight)


def test_whoever_can_t_be_locked_is_left_to_the_next_round(monkeypatch) -> None:
    first, second, third = fresh(), fresh(), fresh()
    later, real = NOW + DAY, openings_sync.refresh

    def refresh(*, specialist_id: int, now: datetime) -> int:
        if specialist_id == second.pk:
            raise OperationalError
        return real(specialist_id=specialist_id, now=now)

    monkeypatch.setattr(openings_sync, "refresh", refresh)
    assert rolling.roll(ids=[first.pk, second.pk, third.pk], now=later) == 1
    assert rolling.behind(now=later, after=0, most=9) == [second.pk]


def test_the_task_goes_through_everybody_in_batches(monkeypatch, django_capture_on_commit_callbacks) -> None:
    people = [fresh() for _person in range(3)]
    fresh(state=State.DRAFT)
    monkeypatch.setattr(tasks, "BATCH", 2)
    monkeypatch.setattr(tasks, "database_now", lambda: NOW + DAY)
    asked: list[int] = []
    monkeypatch.setattr(tasks.roll_openings, "delay", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.roll_openings()
    assert asked == [people[1].pk]
    tasks.roll_openings(people[1].pk)
    assert rolling.behind(now=NOW + DAY, after=0, most=9) == [] and len(asked) == 1
