"""Keeping a half hour for somebody who is logging in: soft, 15 minutes, never against its own holder (DECISIONS 13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from consultations import openings_sync, refusals
from consultations.models import Hold
from specialists.models import Specialist

HOLD_TIME = timedelta(minutes=15)
ADDRESS_LIMIT, ADDRESS_WINDOW = 3, timedelta(hours=1)


@transaction.atomic
def hold(*, specialist: Specialist, start: datetime, holder: str, address: str, now: datetime) -> Hold:
    """Keep an open half hour for a browser; its earlier hold is given back. Raises SlotTaken, TooManyHolds.

    `holder` and `address` are digests, never the cookie or the address themselves.
    """
    locked = Specialist.objects.select_for_update(no_key=True).get(pk=specialist.pk)
    if start not in openings_sync.true_openings(locked, now):
        raise refusals.SlotTaken
    if start in starts_of_others(specialist_id=locked.pk, holder=holder, now=now):
        raise refusals.SlotTaken
    own = Hold.objects.filter(holder=holder).first()
    if own and own.specialist_id == locked.pk and own.start == start and own.expires_at > now:
        return own
    recent = Hold.objects.filter(address=address, made_at__gt=now - ADDRESS_WINDOW).exclude(holder=holder)
    made = list(recent.order_by("made_at").values_list("made_at", flat=True))
    if len(made) >= ADDRESS_LIMIT:
        raise refusals.TooManyHolds(made[0] + ADDRESS_WINDOW)
    row, _made = Hold.objects.update_or_create(
        holder=holder,
        defaults={
            "specialist": locked,
            "start": start,
            "address": address,
            "made_at": now,
            "expires_at": now + HOLD_TIME,
            "extended": False,
        },
    )
    return row


def starts_of_others(*, specialist_id: int, holder: str, now: datetime) -> set[datetime]:
    """Half hours of a specialist that are kept for other browsers."""
    alive = Hold.objects.filter(specialist=specialist_id, expires_at__gt=now)
    return set((alive.exclude(holder=holder) if holder else alive).values_list("start", flat=True))


def drop(*, holder: str) -> None:
    """Give back what a browser has kept."""
    if holder:
        Hold.objects.filter(holder=holder).delete()


def drop_expired(*, now: datetime) -> int:
    """Forget holds that ran out and no longer count for their address; how many."""
    return Hold.objects.filter(expires_at__lte=now, made_at__lte=now - ADDRESS_WINDOW).delete()[0]
