"""What the scheduler asks of specialists."""

from __future__ import annotations

from celery import shared_task

from specialists import ending, vetting
from specialists.models import Licence, Specialist
from web.clock import database_now


@shared_task
def hide_lapsed() -> int:
    """Hide every public page without a valid licence, and warn those whose licence ends soon. Hourly.

    Says how many pages were hidden.
    """
    now = database_now()
    ending.warn(now=now)
    valid = Licence.objects.valid(now).values("specialist")
    lapsed = Specialist.objects.public().exclude(pk__in=valid).values_list("pk", flat=True)
    return sum(vetting.lapse(specialist_id=pk, now=now) for pk in list(lapsed))
