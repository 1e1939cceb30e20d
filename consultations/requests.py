"""Half hours that are asked for first: the specialist accepts or declines, or the request lapses (DECISIONS 18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import User
from consultations import ending, history, openings_sync, refusals, slots, telling
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
    ending.close_proposals(locked, now)
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
    ending.close_proposals(locked, now)
    history.record(locked, what, actor_id, now)


def lapsed(now: datetime) -> Q:
    """Requests that nobody answered in time."""
    return Q(state=State.REQUESTED, expires_at__lte=now)


def lapse_of(*, specialist: Specialist, people: Iterable[int | None], now: datetime) -> int:
    """Close what lapsed among the requests to this specialist and those of these people; how many."""
    wanted = [each for each in people if each is not None]
    return _lapse_found(Q(specialist=specialist) | Q(client__in=wanted), now)


def lapse_all(*, now: datetime) -> int:
    """Close every request that nobody answered in time; part of the tick. How many."""
    return _lapse_found(Q(), now)


def _lapse_found(among: Q, now: datetime) -> int:
    """Each specialist's under their own lock."""
    rows = Consultation.objects.filter(among, lapsed(now)).order_by("specialist")
    return sum(_lapse(specialist_id=each, now=now) for each in rows.values_list("specialist", flat=True).distinct())


@patient
def _lapse(*, specialist_id: int, now: datetime) -> int:
    rows = Consultation.objects.filter(lapsed(now), specialist=specialist_id).select_related("client")
    specialist, _people = lock(specialist_id, *rows.values_list("client", flat=True))
    found = list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))
    for each in found:
        each.specialist = specialist
        _close(each, State.EXPIRED, "expired", None, now)
        telling.tell_expired(each, now)
    openings_sync.refresh_people(user_ids={each.client_id for each in found}, now=now, but=specialist_id)
    openings_sync.refresh(specialist_id=specialist_id, now=now)
    return len(found)
