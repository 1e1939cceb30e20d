"""Zones worth testing with, and the moments their clocks change, found without the code under test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",  # winter time during Ramadan only
    "Africa/El_Aaiun",
    "Africa/Lagos",
    "America/Asuncion",
    "America/Caracas",
    "America/Havana",  # changes at midnight
    "America/New_York",
    "America/Nuuk",  # changes over midnight
    "America/Santiago",  # skips midnight
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",
    "Antarctica/Troll",  # a change of two hours
    "Asia/Almaty",
    "Asia/Beirut",  # skips midnight
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Australia/Lord_Howe",  # a change of half an hour
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Chisinau",
    "Europe/Dublin",  # summer time is standard, winter time is the exception
    "Europe/Lisbon",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
    "UTC",
)

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 7 * 365 + 2  # to the end of 2030


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The UTC minutes from 2024 to 2030 at which the zone's clock is put forward or back."""
    clock, found = ZoneInfo(zone), []
    for day in range(DAYS):
        begins = FIRST + timedelta(days=day)
        minute, ends = begins, begins + timedelta(days=1)
        if minute.astimezone(clock).utcoffset() == ends.astimezone(clock).utcoffset():
            continue
        while minute.astimezone(clock).utcoffset() == begins.astimezone(clock).utcoffset():
            minute += timedelta(minutes=1)
        found.append(minute)
    return tuple(found)
