"""What the scheduler and `outbox.wake` ask a worker for."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications import delivery, outbox
from web.clock import database_now

log = logging.getLogger(__name__)

MOST_SKEW = timedelta(seconds=5)


@shared_task(name=outbox.DELIVER)
def deliver_due() -> None:
    """One pass; asks for another when it stopped at its bound. Says so when this machine's clock is off."""
    if (skew := abs(timezone.now() - database_now())) > MOST_SKEW:
        log.error("This machine's clock and the database's differ by %.0f seconds.", skew.total_seconds())
    if delivery.deliver(clock=database_now).more:
        outbox.wake()
