"""The site's Celery application with the kind that the kill test sends, for a worker in a process of its own."""

import django

from config.celery_app import app

django.setup()

from notifications.kinds import kinds  # noqa: E402  the apps must be ready before their kinds can be added to
from tests.notifications.kinds import CODE, KIND  # noqa: E402

kinds[CODE] = KIND
__all__ = ["app"]
