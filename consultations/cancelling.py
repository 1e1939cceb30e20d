"""Calling half hours off: by one of the two, or by the site when somebody leaves it (BOOKING 18, 34, 35)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from consultations import ending, erasing, history, openings_sync, refusals, slots, telling, waiting_line
from consultations.locking import check_side, lock_with_people, patient
from consultations.models import HOLDING, Consultation, State
from specialists.models import Specialist


@patient
def cancel(*, consultation: Consultation, actor: User | None, reason: str, now: datetime) -> Consultation:
    """Call it off; a second time changes nothing. `actor` None is the site itself, in neutral words.

    Raises TooLateToCancel, NotYours, NotOpen (a request that was declined or ran out).
    """
    locked, _specialist, people = lock_with_people(consultation)
    if actor is not None:
        check_side(locked, actor)
    if locked.state == State.CANCELLED:
        return locked
    if locked.state in {State.DECLINED, State.EXPIRED}:
        raise refusals.NotOpen
    if locked.state not in HOLDING or locked.start <= now:
        raise refusals.TooLateToCancel
    locked.state, locked.sequence = State.CANCELLED, locked.sequence + 1
    locked.cancelled_by, locked.cancelled_at, locked.changed_at = actor, now, now
    locked.cancel_reason = reason.strip() or None
    locked.save(update_fields=["state", "sequence", "cancelled_by", "cancelled_at", "changed_at", "cancel_reason"])
    slots.vacate(locked)
    ending.close_proposals(locked, now)
    history.record(locked, "cancelled", actor.pk if actor else None, now)
    telling.tell_cancelled(locked, now)
    openings_sync.refresh_people(user_ids=people, now=now)
    return locked


@transaction.atomic
def call_off(*, specialist_id: int | None, client_id: int | None, actor: User | None, now: datetime) -> int:
    """Cancel every coming half hour of a specialist or of a member; how many there were."""
    coming = Consultation.objects.holding().filter(start__gt=now)
    if specialist_id is not None:
        coming = coming.filter(specialist=specialist_id)
    if client_id is not None:
        coming = coming.filter(client=client_id)
    found = list(coming.order_by("specialist", "pk"))
    for each in found:
        cancel(consultation=each, actor=actor, reason="", now=now)
    return len(found)


@transaction.atomic
def on_deactivate(*, user: User, actor: User, now: datetime) -> None:
    """An account closes: its coming half hours are called off, on whichever side.

    Who closes their own account has cancelled them, and what they wrote goes with it; when a curator closes it, the
    site has cancelled them, and words are kept until they are looked at (BOOKING 35).
    """
    by = user if actor.pk == user.pk else None
    call_off(specialist_id=None, client_id=user.pk, actor=by, now=now)
    for pk in Specialist.objects.filter(user=user).values_list("pk", flat=True):
        call_off(specialist_id=pk, client_id=None, actor=None, now=now)
    waiting_line.leave_all(member=user, now=now)
    if by is not None:
        erasing.erase(user=user)
