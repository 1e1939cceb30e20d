"""Work of the accounts that nobody waits for."""

from __future__ import annotations

from celery import shared_task

from accounts import pending
from web.clock import database_now


@shared_task
def forget_expired_acts() -> int:
    """Delete pending acts a day after they expired; running it twice is harmless."""
    return pending.forget_expired(now=database_now())
