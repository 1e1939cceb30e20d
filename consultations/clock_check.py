"""When rules of a time zone change after a booking: nothing moves silently, the specialist is asked (BOOKING 6)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from consultations import history, refusals, telling
from consultations.locking import lock_with_people
from consultations.models import Consultation
from consultations.slots import wall_time


def flag_all(*, now: datetime) -> int:
    """Look at every coming booking, nightly; how many read another wall time than was agreed, and were not known."""
    coming = Consultation.objects.upcoming(now).defer("note", "cancel_reason")
    moved = [each.pk for each in coming.iterator() if _reads(each) != (each.reads_now or each.agreed_local)]
    return sum(_flag(consultation_id=pk, now=now) for pk in moved)


def _reads(consultation: Consultation) -> str:
    return wall_time(consultation.start, consultation.specialist_zone)


@transaction.atomic
def _flag(*, consultation_id: int, now: datetime) -> bool:
    locked, _specialist, _people = lock_with_people(Consultation.objects.get(pk=consultation_id))
    reads = _reads(locked)
    changed = reads != (locked.reads_now or locked.agreed_local)
    if changed:
        # Should the rules go back to what they were, there is nothing to ask any more.
        locked.reads_now = "" if reads == locked.agreed_local else reads
        locked.save(update_fields=["reads_now"])
        if locked.reads_now:
            telling.tell_clock(locked, now)
    return changed


@transaction.atomic
def keep(*, consultation: Consultation, actor: User, now: datetime) -> Consultation:
    """The specialist keeps the instant with its new wall time. Raises NotYours."""
    locked, specialist, _people = lock_with_people(consultation)
    if specialist.user_id != actor.pk:
        raise refusals.NotYours
    if locked.reads_now:
        locked.agreed_local, locked.reads_now = locked.reads_now, ""
        locked.save(update_fields=["agreed_local", "reads_now"])
        history.record(locked, "clock kept", actor.pk, now)
    return locked
