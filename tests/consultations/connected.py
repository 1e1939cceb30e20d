"""A connected calendar as its rules leave it, for their tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from consultations import busy_calendars
from consultations.busy_calendars import Claim
from consultations.busy_reading import Reading
from consultations.models import BusyCalendar
from specialists.models import Opening

URL = "https://calendar.example/ada/secret-token.ics"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


def connected(specialist, now: datetime = NOW) -> BusyCalendar:
    return busy_calendars.connect(specialist=specialist, url=URL, now=now)


def claimed(calendar: BusyCalendar, now: datetime) -> Claim:
    claim = busy_calendars.claim(calendar_id=calendar.pk, now=now)
    assert claim is not None
    return claim


def hours(day: int, first: int, last: int) -> tuple[datetime, datetime]:
    start = NOW.replace(hour=first) + day * DAY
    return start, start.replace(hour=last)


def stored(calendar: BusyCalendar, *busy: tuple[datetime, datetime], now: datetime = NOW, unread: int = 0) -> bool:
    reading = Reading(busy, unread)
    return busy_calendars.store(claim=claimed(calendar, now), reading=reading, etag='"v1"', last_modified="", now=now)


def free(specialist, day: int) -> list[int]:
    """Hours of a day with an opening at :00."""
    begins = NOW.replace(hour=0) + day * DAY
    rows = Opening.objects.filter(specialist=specialist, start__gte=begins, start__lt=begins + DAY)
    return [each.start.hour for each in rows.order_by("start") if each.start.minute == 0]
