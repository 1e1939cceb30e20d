"""Whether the site can serve, and how much is waiting: what operators watch."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count

from cases.models import Case
from consultations.models import Consultation
from notifications.models import Notification
from specialists.models import Opening

logger = logging.getLogger(__name__)

Value = tuple[str, float]
Measure = tuple[str, str, list[Value]]


def failures() -> list[str]:
    """Names of what does not work: `database`, `migrations`, `cache`; nothing when all is well."""
    checks: dict[str, Callable[[], bool]] = {
        "database": database_answers,
        "migrations": migrations_are_applied,
        "cache": cache_answers,
    }
    failed: list[str] = []
    for name, check in checks.items():
        if name == "migrations" and "database" in failed:
            continue
        try:
            good = check()
        except Exception:
            # Whatever the driver raises, the answer to the load balancer is the same.
            logger.exception("not ready: %s", name)
            good = False
        if not good:
            failed.append(name)
    return failed


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def cache_answers() -> bool:
    """Writes and reads one key: our cache forgives a server that is away, so only the round trip tells."""
    key, value = f"ready:{uuid.uuid4().hex}", "yes"
    cache.set(key, value, 10)
    return cache.get(key) == value


def measures(*, now: datetime) -> list[Measure]:
    """Name, help and labelled values of each measure; lateness in seconds."""
    try:
        return [*_waiting(now), *_offered(now)]
    except DatabaseError:
        logger.exception("no measures")
        return [("halfhour_up", "1 when the database answers.", [("", 0)])]


def _waiting(now: datetime) -> list[Measure]:
    due = Notification.objects.due(now)
    oldest = due.values_list("due_at", flat=True).first()
    late = (now - oldest).total_seconds() if oldest else 0.0
    cases = Case.objects.open().values_list("kind").annotate(count=Count("id")).order_by("kind")
    return [
        ("halfhour_up", "1 when the database answers.", [("", 1)]),
        ("halfhour_notifications_due", "Notifications that should have gone out.", [("", due.count())]),
        ("halfhour_notifications_late_seconds", "How late the oldest due one is.", [("", max(0.0, late))]),
        ("halfhour_cases_open", "Cases that wait for a curator.", [(f'{{kind="{k}"}}', n) for k, n in cases]),
    ]


def _offered(now: datetime) -> list[Measure]:
    openings = Opening.objects.listed(now).count()
    upcoming = Consultation.objects.upcoming(now).count()
    return [
        ("halfhour_openings", "Free half hours that can be booked now.", [("", openings)]),
        ("halfhour_consultations_upcoming", "Half hours that are agreed and not over.", [("", upcoming)]),
    ]
