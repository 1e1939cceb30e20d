"""The check runs beside people who book and cancel, and calls nothing drift that is only under way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from consultations import booking, cancelling, drift, openings_sync
from specialists.models import Specialist
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, TIMES = 4, 6


def at(hour: int) -> datetime:
    day = database_now().astimezone(UTC) + timedelta(days=2)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def test_nothing_that_is_under_way_is_called_drift() -> None:
    specialist = make_specialist()
    openings_sync.refresh(specialist_id=specialist.pk, now=database_now())

    def book_and_cancel(number: int) -> None:
        try:
            member = make_user()
            for _time in range(TIMES):
                known = {"specialist": Specialist.objects.get(pk=specialist.pk), "client": member, "location": "PT"}
                made = booking.book(start=at(9 + number), now=database_now(), **known)
                cancelling.cancel(consultation=made, actor=member, reason="", now=database_now())
        finally:
            connection.close()

    looked = 0
    with ThreadPoolExecutor(PEOPLE) as pool:
        running = [pool.submit(book_and_cancel, number) for number in range(PEOPLE)]
        while not all(each.done() for each in running):
            assert list(drift.find(clock=database_now)) == [None]
            looked += 1
        for each in running:
            each.result()
    assert looked > 1 and list(drift.find(clock=database_now)) == [None]
