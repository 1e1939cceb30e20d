"""What the scheduler asks of consultations."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.db import transaction

from consultations import (
    busy_calendars,
    busy_reads,
    clock_check,
    earlier_offers,
    ending,
    holds,
    requests,
    rolling,
    room,
    waiting_line,
)
from specialists import openings
from web.clock import database_now

BATCH = 100
BUSY_BATCH = 500
# `expires`, in seconds: less than their period, so that a stopped worker finds no pile of old ones (DECISIONS 19).


@shared_task
def tick() -> None:
    """End what is over, close requests and offers that ran out, forget old holds and signals, keep openings true."""
    now = database_now()
    ending.end_past(now=now)
    requests.lapse_all(now=now)
    waiting_line.end_met(now=now)
    earlier_offers.go_on_all(now=now)
    holds.drop_expired(now=now)
    room.sweep(now=now)
    openings.repair_next_free(now)


@shared_task(expires=800)
def roll_openings(after: int = 0) -> None:
    """Move on the openings of whom a new local day has begun for, a batch at a time; each asks for the next."""
    now = database_now()
    ids = rolling.behind(now=now, after=after, most=BATCH)
    rolling.roll(ids=ids, now=now)
    if len(ids) == BATCH:
        transaction.on_commit(lambda: roll_openings.delay(ids[-1]))


@shared_task
def check_clocks() -> int:
    """Find bookings whose wall time changed with the rules of their zone. Nightly; says how many were new."""
    return clock_check.flag_all(now=database_now())


@shared_task(expires=100)
def refresh_busy_calendars() -> None:
    """Ask for each of the specialists' own calendars that is due. Asked twice, the second finds it claimed."""
    for pk in busy_calendars.due(now=database_now(), most=BUSY_BATCH):
        ask = partial(read_busy_calendar.apply_async, [pk], expires=busy_calendars.WAKE_LASTS_SECONDS)
        transaction.on_commit(ask)


@shared_task(name=busy_calendars.READ)
def read_busy_calendar(calendar_id: int) -> None:
    """Read one of them, if it is due and nobody else does."""
    busy_reads.read(calendar_id=calendar_id, clock=database_now)
