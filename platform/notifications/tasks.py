"""What the scheduler and `outbox.wake` ask a worker for."""

from __future__ import annotations

import logging
import socket
from typing import Any

from celery import shared_task
from django.utils import timezone

from notifications import delivery, figures, outbox
from web.clock import database_now

log = logging.getLogger(__name__)


@shared_task(name=outbox.DELIVER, bind=True)
def deliver_due(self: Any, ticked: bool = False) -> None:
    """One pass; asks for another when it stopped at its bound. Says so when this machine's clock is off.

    `ticked`: the scheduler asks, and operators can see that it lives.
    """
    now = database_now()
    skew = timezone.now() - now
    if abs(skew) > figures.MOST_SKEW:
        log.error("This machine's clock and the database's differ by %.0f seconds.", abs(skew).total_seconds())
    worker = self.request.hostname or socket.gethostname()
    figures.note_life(worker=worker, ticked=ticked, skew=skew, now=now)
    if delivery.deliver(clock=database_now).more:
        outbox.wake()
