"""Quiet hours: nothing we planned ahead wakes anybody (BOOKING 31).

Quiet is from 22:00 to 08:00 on the recipient's clock. Wall clocks become instants in `web.local_time`, which
knows about nights with an hour too many or too few.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from web.local_time import first_instant
from web.times import zone_info

NIGHT, MORNING = time(22), time(8)
EVENING = time(21, 30)  # when something that cannot wait for the morning is sent instead
MORNING_MARGIN = timedelta(hours=2)


def night_ends(at: datetime, zone: str) -> date | None:
    """The local day on whose morning the night around `at` ends; None outside quiet hours."""
    local = at.astimezone(zone_info(zone))
    if local.time() >= NIGHT:
        return local.date() + timedelta(days=1)
    return local.date() if local.time() < MORNING else None


def send_at(due: datetime, zone: str, start: datetime | None = None, *, not_before: datetime | None = None) -> datetime:
    """When to send what is due at `due`: then, or at 08:00, or at 21:30 the evening before.

    08:00 is chosen where `start`, the instant it speaks of, is still at least two hours ahead then. Where
    even that evening is past (`not_before`), somebody chose a start within the night and is told at `due`.
    """
    day = night_ends(due, zone)
    if day is None:
        return due
    morning = first_instant(datetime.combine(day, MORNING), zone).astimezone(UTC)
    if start is None or start - morning >= MORNING_MARGIN:
        return morning
    evening = first_instant(datetime.combine(day - timedelta(days=1), EVENING), zone).astimezone(UTC)
    return evening if not_before is None or evening > not_before else due


def wait_until(now: datetime, zone: str, start: datetime | None) -> datetime | None:
    """The morning to wait for when something planned has run into the night late; None: send it now."""
    waited = send_at(now, zone, start)
    return waited if waited > now else None
