"""The one clock that decides between machines: PostgreSQL's (DECISIONS 16)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """The database's wall clock at this moment, aware, in UTC.

    `clock_timestamp()` rather than `now()`: the latter stands still for a whole transaction, which may have
    waited for a lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)
