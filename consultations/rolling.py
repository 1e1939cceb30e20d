"""The horizon moves on with the days: a new local day brings a new last day that can be booked.

`Schedule.rolled_to` is the local day for which a specialist's rows were last written, so whatever was missed (a
worker that was away, one specialist who could not be locked) is found again at the next round.
"""

from __future__ import annotations

import logging
from datetime import date, datetime

from django.db import OperationalError
from django.db.models import Q

from consultations import openings_sync
from consultations.models import Schedule
from specialists.models import PUBLIC_STATES, Specialist
from web.local_time import local_day

log = logging.getLogger(__name__)


def behind(*, now: datetime, after: int, most: int) -> list[int]:
    """Ids above `after`, in order, of specialists whose rows were last written on an earlier day of theirs."""
    days: dict[date, list[str]] = {}
    for zone in Specialist.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct():
        days.setdefault(local_day(now, zone), []).append(zone)
    late = Q(rolled_to=None)
    for today, zones in days.items():
        late |= Q(rolled_to__lt=today, specialist__time_zone__in=zones)
    rows = Schedule.objects.filter(late, specialist__state__in=PUBLIC_STATES, specialist__gt=after)
    return list(rows.order_by("specialist").values_list("specialist", flat=True)[:most])


def roll(*, ids: list[int], now: datetime) -> int:
    """Write the rows of these specialists for today; how many it could not lock and left to the next round."""
    left = 0
    for pk in ids:
        try:
            openings_sync.refresh(specialist_id=pk, now=now)
        except OperationalError as error:
            left += 1
            log.warning("Specialist %s is rolled forward in the next round (%s).", pk, type(error.__cause__).__name__)
    return left
