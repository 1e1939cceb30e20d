"""Real connections race: nobody is in two places, and nobody waits for nothing (BOOKING 8, 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from consultations import booking, refusals
from consultations.models import Consultation, Occupancy
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 32


def at(hour: int, days: int = 2) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def race(runs: list[Callable[[], object]]) -> Counter[str]:
    """Start everything at once, each on a connection of its own; count what came of it."""
    gate = Barrier(len(runs))

    def one(run: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            run()
        except refusals.Refused as refused:
            return type(refused).__name__
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(len(runs)) as pool:
        return Counter(pool.map(one, runs))


def run(specialist, client, start: datetime) -> Callable[[], object]:
    now = timezone.now()
    return lambda: booking.book(specialist=specialist, client=client, start=start, now=now, location="PT")


def test_case_08_two_people_one_slot() -> None:
    specialist = make_specialist()
    ended = race([run(specialist, make_user(), at(10)) for _racer in range(RACERS)])
    assert ended == {"booked": 1, "SlotTaken": RACERS - 1}
    assert Consultation.objects.count() == 1 and Occupancy.objects.count() == 2


def test_slots_that_are_no_neighbours_are_all_booked() -> None:
    specialist = make_specialist()
    starts = [at(hour, days) for days in range(2, 6) for hour in range(9, 17)]
    assert race([run(specialist, make_user(), start) for start in starts]) == {"booked": RACERS}


def test_case_09_one_member_two_overlapping_specialists() -> None:
    member = make_user()
    ended = race([run(make_specialist(), member, at(10)) for _racer in range(2)])
    assert ended == {"booked": 1, "AlreadyElsewhere": 1}


def test_case_14_one_member_posting_many_times_has_one_booking() -> None:
    specialist, member = make_specialist(), make_user()
    assert race([run(specialist, member, at(10)) for _racer in range(8)]) == {"booked": 8}
    assert Consultation.objects.count() == 1
