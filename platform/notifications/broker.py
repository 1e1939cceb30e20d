"""The broker as it is met in passing: asked once, with patience of a second, and never needed."""

from __future__ import annotations

import logging

from django.conf import settings
from kombu.connection import Connection
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

HURRIED = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
QUEUE = "celery"  # Celery's own name for its queue


def hurried() -> Connection:
    """A connection that gives up at once: Celery's own tries for minutes, and people wait in front of us."""
    return Connection(settings.CELERY_BROKER_URL, transport_options=HURRIED)


def waiting_tasks() -> int | None:
    """How many tasks wait in the broker; None when it does not answer."""
    try:
        with hurried() as connection:
            return int(connection.default_channel.client.llen(QUEUE))
    except (OperationalError, OSError, *Connection(settings.CELERY_BROKER_URL).connection_errors) as error:
        log.warning("The broker is away (%s).", error)
        return None
