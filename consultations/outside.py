"""Bookings that lie outside the hours, after these changed: they stand until the specialist says what becomes of each.

Kept, other times proposed, or called off with a line: nothing happens by itself (BOOKING 32, 33).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from consultations import cancelling, diary, history, proposals, refusals, requests
from consultations.availability import out_of_hours
from consultations.locking import lock, lock_with_people, patient
from consultations.models import Consultation, Proposal, State
from consultations.models.booked import ConsultationQuerySet
from consultations.moving import check_movable
from specialists.models import Specialist
from web.local_time import local_day

What = Literal["keep", "propose", "cancel"]


@dataclass(frozen=True)
class Answer:
    """What becomes of one booking; `seen` is its sequence as the page showed it, `words` a line for the other side."""

    what: What
    seen: int
    starts: tuple[datetime, ...] = ()
    words: str = ""


class NotAnswered(refusals.Refused):
    """One of several bookings could not be answered like that, so none was; says which and why."""

    def __init__(self, consultation: Consultation, why: refusals.Refused) -> None:
        super().__init__(str(why), nearest=why.nearest)
        self.consultation = consultation


class Unanswered(refusals.Refused):
    """Bookings that nothing was said about yet (BOOKING 33)."""

    def __init__(self, consultations: Iterable[Consultation]) -> None:
        super().__init__(_("Say what happens with each half hour that lies within these days. Nothing is saved yet."))
        self.consultations = list(consultations)


def to_come(specialist: Specialist, now: datetime) -> ConsultationQuerySet:
    """Bookings and open requests of a specialist that have not begun, each with `proposed`: the specialist has
    proposed other times and waits for an answer, and `asked`: it is the member who did."""
    waiting = Proposal.objects.filter(consultation=OuterRef("pk"), state=Proposal.State.OPEN)
    rows = Consultation.objects.holding().filter(specialist=specialist, start__gt=now)
    rows = rows.exclude(Q(expires_at__isnull=False) & Q(expires_at__lte=now))
    return (
        rows.with_people()
        .defer("note", "cancel_reason")
        .order_by("start")
        .annotate(
            proposed=Exists(waiting.filter(by=OuterRef("specialist__user"))),
            asked=Exists(waiting.filter(by=OuterRef("client"))),
        )
    )


def beside_hours(specialist: Specialist, consultations: Iterable[Consultation], now: datetime) -> list[Consultation]:
    """Those that do not lie whole inside the specialist's hours as they are stored."""
    found = list(consultations)
    schedule = diary.whole_schedule(specialist) if found else None
    if schedule is None:
        return found
    zone = specialist.time_zone
    furthest = local_day(max(each.end for each in found), zone) - local_day(now, zone)
    rules = diary.rules_of(schedule, zone, now, days=max(furthest.days, 0) + 1)
    starts = set(out_of_hours(rules=rules, starts=[each.start for each in found]))
    return [each for each in found if each.start in starts]


def outside(specialist: Specialist, now: datetime) -> list[Consultation]:
    """Bookings outside the hours that wait for an answer: neither kept, nor with other times proposed (BOOKING 32)."""
    return [each for each in listed(specialist, now) if not getattr(each, "proposed", False)]


def listed(specialist: Specialist, now: datetime) -> list[Consultation]:
    """Those, and the ones whose other side is asked about other times (`proposed`)."""
    return beside_hours(specialist, to_come(specialist, now).filter(kept_outside=False), now)


def forget_kept_inside(*, specialist: Specialist, now: datetime) -> None:
    """What was kept outside the hours and is inside them again is asked about anew when they change once more."""
    kept = to_come(specialist, now).filter(kept_outside=True)
    still = {each.pk for each in beside_hours(specialist, kept, now)}
    inside = [each.pk for each in kept if each.pk not in still]
    if inside:
        Consultation.objects.filter(pk__in=inside).update(kept_outside=False)


@patient
def keep(*, consultation: Consultation, actor: User, seen: int, now: datetime) -> Consultation:
    """The specialist keeps it where it is, outside the hours; a second time changes nothing.

    Raises NotYours, NotOpen, TooLateToMove, Changed.
    """
    locked, specialist, _people = lock_with_people(consultation)
    if specialist.user_id != actor.pk:
        raise refusals.NotYours
    check_movable(locked, now)
    if locked.sequence != seen:
        raise refusals.Changed
    if not locked.kept_outside:
        locked.kept_outside = True
        locked.save(update_fields=["kept_outside"])
        history.record(locked, "kept outside", actor.pk, now)
    return locked


@patient
def answer_all(*, specialist: Specialist, actor: User, answers: Mapping[int, Answer], now: datetime) -> int:
    """Do what is said about each booking, by its key: all of it or nothing. How many.

    What was called off meanwhile needs no answer any more. Raises NotYours, NotAnswered.
    """
    if specialist.user_id != actor.pk:
        raise refusals.NotYours
    found = list(to_come(specialist, now).filter(pk__in=answers))
    # Everybody at once, in order of their ids: taken booking by booking, two such rules could wait for each other.
    lock(specialist.pk, *(each.client_id for each in found))
    for each in found:
        try:
            _answer(each, actor, answers[each.pk], now)
        except refusals.Busy:
            raise
        except refusals.Refused as refused:
            raise NotAnswered(each, refused) from refused
    return len(found)


def _answer(consultation: Consultation, actor: User, said: Answer, now: datetime) -> None:
    if said.what == "keep":
        keep(consultation=consultation, actor=actor, seen=said.seen, now=now)
        return
    if said.what == "propose":
        proposals.propose(
            consultation=consultation, actor=actor, starts=said.starts, words=said.words, seen=said.seen, now=now
        )
        return
    # Everybody is locked, so this is the newest there is.
    current = Consultation.objects.get(pk=consultation.pk)
    if current.sequence != said.seen:
        raise refusals.Changed
    if current.state == State.REQUESTED:
        requests.decline(consultation=consultation, actor=actor, reason=said.words, now=now)
    else:
        cancelling.cancel(consultation=consultation, actor=actor, reason=said.words, now=now)
