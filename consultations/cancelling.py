"""Calling a half hour off: either side, without a reason if they like, once; and what upper events call off."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consultations import booking, openings_sync, reminders
from consultations.models import HOLDING, Consultation, Occupancy, State
from consultations.refusals import NotYours, TooLate
from specialists.changes import Change

if TYPE_CHECKING:
    from accounts.models import User
    from specialists.models import Specialist

REASON_LIMIT = 1000


def cancel(*, consultation: Consultation, actor: User, reason: str = "", now: datetime) -> Consultation:
    """Call it off for both. Done already: the same booking again, no second mail.

    Raises NotYours, TooLate once it has begun, and Busy when the database could not say in time.
    """

    def attempt() -> Consultation:
        specialist = booking.lock(
            specialist_id=consultation.specialist_id, people=(consultation.client_id, _user_of(consultation))
        )
        found = Consultation.objects.with_people().get(pk=consultation.pk)
        if actor.pk not in (found.client_id, specialist.user_id):
            raise NotYours(_("This is somebody else's half hour."))
        if found.state == State.CANCELLED:
            return found
        if found.state not in HOLDING or found.start <= now:
            raise TooLate(_("This half hour has begun or is over, so it can't be cancelled any more."))
        _call_off(found, actor=actor, reason=reason.strip()[:REASON_LIMIT], what="cancelled", now=now)
        return found

    return booking.in_one_piece(attempt)


def _user_of(consultation: Consultation) -> int | None:
    return consultation.specialist.user_id


def _call_off(found: Consultation, *, actor: User | None, reason: str, what: str, now: datetime) -> None:
    """The change itself; the caller holds the locks."""
    found.state, found.cancelled_by, found.cancelled_at = State.CANCELLED, actor, now
    found.cancel_reason = reason or None
    found.sequence += 1
    found.save(update_fields=["state", "cancelled_by", "cancelled_at", "cancel_reason", "sequence"])
    Occupancy.objects.filter(consultation=found).delete()
    booking.record(found, what, actor=actor, now=now)
    reminders.withdraw(found, now=now)
    reminders.tell_cancelled(found, now=now)
    openings_sync.refresh(specialist_id=found.specialist_id, now=now)


def after_change(*, specialist: Specialist, change: Change, now: datetime) -> None:
    """What a change of the specialist means here (BOOKING 7, 34, 37). Inside the transaction of the change.

    Suspended, licence lapsed, withdrawn: the half hours ahead are called off, neutrally. Whatever the change,
    the rows of open half hours are made true; a pause leaves what is booked standing.
    """
    if change in ("suspended", "lapsed", "withdrawn"):
        for found in Consultation.objects.with_people().holding().filter(specialist=specialist, start__gt=now):
            _call_off(found, actor=None, reason="", what="called_off", now=now)
    if change == "zone":
        for found in Consultation.objects.with_people().holding().filter(specialist=specialist, start__gt=now):
            reminders.tell_zone(found, now=now)
    openings_sync.refresh(specialist_id=specialist.pk, now=now)


def after_deactivation(*, user: User, actor: User | None, now: datetime) -> None:
    """An account was closed: its half hours ahead are called off on both hats, and the other side is told."""
    for found in Consultation.objects.with_people().holding().filter(start__gt=now).visible_to(user):
        _call_off(found, actor=user if found.client_id == user.pk else None, reason="", what="called_off", now=now)
