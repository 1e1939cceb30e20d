"""One reading of a specialist's own calendar, from the claim to what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from consultations import busy_calendars
from consultations.busy_apart import read_apart
from consultations.busy_fetching import fetch
from consultations.busy_network import Reach, reach
from consultations.busy_reading import CalendarRefused

Clock = Callable[[], datetime]


def read(*, calendar_id: int, clock: Clock, within: Reach | None = None) -> bool:
    """Fetch one calendar if it is due and nobody else does, outside any transaction; whether it was our turn."""
    claim = busy_calendars.claim(calendar_id=calendar_id, now=clock())
    if claim is None:
        return False
    agent = f"{settings.SITE_NAME} busy times (+{settings.SITE_URL})"
    try:
        fetched = fetch(
            claim.url, agent=agent, reach=within or reach(), etag=claim.etag, last_modified=claim.last_modified
        )
        if fetched.content is None:
            busy_calendars.unchanged(claim=claim, now=clock())
            return True
        # Whole days, so that the same calendar gives the same ranges all day long.
        today = claim.at.replace(hour=0, minute=0, second=0, microsecond=0)
        since, until = today - busy_calendars.BEHIND, today + busy_calendars.AHEAD
        reading = read_apart(fetched.content, zone=claim.zone, since=since, until=until, own=claim.own)
    except CalendarRefused as refused:
        busy_calendars.failed(claim=claim, code=refused.code, now=clock())
        return True
    etag, modified = fetched.etag, fetched.last_modified
    busy_calendars.store(claim=claim, reading=reading, etag=etag, last_modified=modified, now=clock())
    return True
