"""Half hours that are asked for first: the specialist accepts or declines, or the request lapses (DECISIONS 18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from consultations import history, openings_sync, refusals, slots, telling, waiting_line
from consultations.locking import lock, lock_with_people, patient
from consultations.models import Consultation, State
from specialists.models import Specialist

LASTS = timedelta(hours=72)
# Asked for in the last moments before the notice begins, a request still has a while to be answered.
AT_LEAST = timedelta(hours=1)


def lapses_at(start: datetime, notice_minutes: int, now: datetime) -> datetime:
    """72 hours from now, or when the notice begins, whichever is earlier; but an hour if the start is that far."""
    return max(min(now + LASTS, start - timedelta(minutes=notice_minutes)), min(now + AT_LEAST, start))


@patient
def accept(*, consultation: Consultation, actor: User, now: datetime) -> Consultation:
    """The specialist says yes; a second time changes nothing. Raises NotYours, NotOpen."""
    locked, specialist, _people = lock_with_people(consultation)
    _check_answer(specialist, actor)
    if locked.state == State.CONFIRMED:
        return locked
    _check_open(locked, now)
    locked.state, locked.sequence, locked.changed_at = State.CONFIRMED, locked.sequence + 1, now
    locked.expires_at = None
    locked.save(update_fields=["state", "sequence", "changed_at", "expires_at"])
    history.record(locked, "accepted", actor.pk, now)
    telling.tell_accepted(locked, now)
    return locked


@patient
def decline(*, consultation: Consultation, actor: User, reason: str, now: datetime) -> Consultation:
    """The specialist says no, with a line if they like; a second time changes nothing. Raises NotYours, NotOpen."""
    locked, specialist, people = lock_with_people(consultation)
    _check_answer(specialist, actor)
    if locked.state == State.DECLINED:
        return locked
    _check_open(locked, now)
    locked.cancel_reason = reason.strip() or None
    _close(locked, State.DECLINED, "declined", actor.pk, now)
    telling.tell_declined(locked, now)
    openings_sync.refresh_people(user_ids=people, now=now)
    waiting_line.offer_freed(specialist_id=specialist.pk, start=locked.start, now=now)
    return locked


def _check_answer(specialist: Specialist, actor: User) -> None:
    if specialist.user_id != actor.pk:
        raise refusals.NotYours


def _check_open(locked: Consultation, now: datetime) -> None:
    if locked.state != State.REQUESTED or locked.start <= now or (locked.expires_at and locked.expires_at <= now):
        raise refusals.NotOpen


def _close(locked: Consultation, state: State, what: str, actor_id: int | None, now: datetime) -> None:
    locked.state, locked.sequence, locked.changed_at = state, locked.sequence + 1, now
    locked.save(update_fields=["state", "sequence", "changed_at", "cancel_reason"])
    slots.vacate(locked)
    history.record(locked, what, actor_id, now)


def lapsed(now: datetime) -> Q:
    """Requests that nobody answered in time."""
    return Q(state=State.REQUESTED, expires_at__lte=now)


def lapse_locked(*, specialist: Specialist, now: datetime) -> int:
    """Close the lapsed requests of a specialist who is locked already; how many. Their rows follow by the caller."""
    rows = Consultation.objects.filter(lapsed(now), specialist=specialist).select_related("client")
    found = list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))
    for each in found:
        each.specialist = specialist
        _close(each, State.EXPIRED, "expired", None, now)
        telling.tell_expired(each, now)
    return len(found)


def lapse_of(*, people: Iterable[int | None], now: datetime) -> int:
    """Close what lapsed among these people's requests to others, each specialist under a lock of its own."""
    wanted = [each for each in people if each is not None]
    rows = Consultation.objects.filter(lapsed(now), client__in=wanted)
    found = rows.order_by("specialist").values_list("specialist", flat=True).distinct()
    return sum(_lapse(specialist_id=each, now=now) for each in list(found))


def lapse_all(*, now: datetime) -> int:
    """Close every request that nobody answered in time; part of the tick. How many."""
    found = Consultation.objects.filter(lapsed(now)).order_by("specialist").values_list("specialist", flat=True)
    return sum(_lapse(specialist_id=each, now=now) for each in list(found.distinct()))


@transaction.atomic
def _lapse(*, specialist_id: int, now: datetime) -> int:
    specialist, _people = lock(specialist_id)
    starts = list(
        Consultation.objects.filter(lapsed(now), specialist=specialist).values_list("start", "client").order_by("pk")
    )
    closed = lapse_locked(specialist=specialist, now=now)
    if closed:
        users = {client for _start, client in starts} | {specialist.user_id or 0}
        openings_sync.refresh_people(user_ids=users, now=now)
        for start, _client in starts:
            waiting_line.offer_freed(specialist_id=specialist_id, start=start, now=now)
    return closed
