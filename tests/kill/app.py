"""The site's Celery application for the fleet: a kind to send, switches to die by, and a clock that may be wrong.

Named by the environment: KILL_SWITCHES, a folder in which a file named as a step kills the one process that comes
to this step next; SKEW_SECONDS, how far this process's clock is ahead of all others.
"""

from __future__ import annotations

import os

from tests.kill import wrong_clock

wrong_clock.put_ahead(float(os.environ.get("SKEW_SECONDS", "0")))

import django  # noqa: E402  everything must meet the wrong clock

from config.celery_app import app  # noqa: E402

django.setup()

from notifications.kinds import kinds  # noqa: E402  the apps must be ready before their kinds can be added to
from tests.kill import switches  # noqa: E402
from tests.notifications.kinds import CODE, KIND  # noqa: E402

kinds[CODE] = KIND
switches.install()
# The fleet is about the outbox alone.
app.conf.beat_schedule = {"deliver due notifications": app.conf.beat_schedule["deliver due notifications"]}
__all__ = ["app"]
