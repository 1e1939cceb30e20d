"""From hours and bookings to rows of openings: the diary has the truth, lists read the rows (DECISIONS 17)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from consultations import diary, earlier_offers
from consultations.diary import Diary
from consultations.models import Consultation, Schedule
from specialists import openings as rows
from specialists.models import Specialist
from web.local_time import local_day


def true_openings(specialist: Specialist, now: datetime, *, without: Consultation | None = None) -> list[datetime]:
    """What can be booked, from hours and bookings themselves; nothing for somebody who takes no bookings."""
    read = diary.read(specialist, now, without=without) if specialist.is_bookable else None
    return read.free() if read else []


@transaction.atomic
def refresh(*, specialist_id: int, now: datetime) -> int:
    """Make the rows of one specialist true; how many differed. Locks the specialist."""
    specialist = Specialist.objects.select_for_update(no_key=True).get(pk=specialist_id)
    return write(specialist, diary.read(specialist, now), now)


def write(specialist: Specialist, read: Diary | None, now: datetime) -> int:
    """The rows as this diary has them; how many differed. What came free is offered to those who wait for it.

    The specialist is locked, and the diary was read since.
    """
    if read is None:
        return rows.replace(specialist_id=specialist.pk, starts=[], notice=timedelta(), now=now).rows
    today = local_day(now, specialist.time_zone)
    if read.schedule.rolled_to != today:
        Schedule.objects.filter(pk=read.schedule.pk).update(rolled_to=today)
    starts = read.free() if specialist.is_bookable else []
    changed = rows.replace(specialist_id=specialist.pk, starts=starts, notice=read.rules.notice, now=now)
    if changed.came:
        earlier_offers.came_free(specialist=specialist, starts=changed.came, now=now)
    return changed.rows


def refresh_people(*, user_ids: Iterable[int], now: datetime, but: int | None = None) -> None:
    """Refresh those of these people who are specialists: their own booked time closes their half hours.

    `but` is a specialist whose rows are true already.
    """
    found = Specialist.objects.filter(user__in=list(user_ids)).exclude(pk=but or 0).order_by("pk")
    for pk in found.values_list("pk", flat=True):
        refresh(specialist_id=pk, now=now)
