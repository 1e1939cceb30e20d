"""Other times that one side proposes for a half hour; it stands as it is until the other side takes one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from accounts.models import User
from consultations import diary, ending, history, moving, refusals, slots, telling
from consultations.locking import check_side, lock_with_people, patient
from consultations.models import Consultation, Proposal, Schedule, State
from web.local_time import in_zone

MOST_TIMES = 3


@patient
def propose(
    *,
    consultation: Consultation,
    actor: User,
    starts: Sequence[datetime],
    words: str,
    seen: int,
    now: datetime,
) -> Proposal:
    """Propose one to three open half hours. Proposing again takes the place of one's own earlier proposal.

    Proposed times are kept for nobody. Raises NotYours, NotOpen, TooLateToMove, Changed, AnswerFirst, MovedTwice,
    ChooseTimes, SlotTaken and its kinds.
    """
    wanted = sorted({in_zone(each, UTC) for each in starts})
    locked, specialist, _people = lock_with_people(consultation)
    check_side(locked, actor)
    moving.check_movable(locked, now)
    if locked.sequence != seen:
        raise refusals.Changed
    if locked.proposals.waiting().exclude(by=actor).exists():
        raise refusals.AnswerFirst(other_name(locked, actor))
    moving.check_moves(locked, actor)
    if not 1 <= len(wanted) <= MOST_TIMES or locked.start in wanted:
        raise refusals.ChooseTimes
    by_specialist = actor.pk == specialist.user_id
    read = diary.read(specialist, now, without=locked)
    for start in wanted:
        slots.check_open(read, specialist, start, agreed=by_specialist, client=locked.client)
    ending.close_proposals(locked, now)
    made = Proposal.objects.create(
        consultation=locked, by=actor, starts=wanted, words=words.strip() or None, made_at=now
    )
    history.record(locked, "proposed", actor.pk, now)
    telling.tell_proposed(locked, made, now)
    return made


@patient
def take(*, proposal: Proposal, actor: User, start: datetime, now: datetime) -> Consultation:
    """Take one of the proposed times. It counts as a move of who proposed.

    What was only asked for is agreed with it, since both have said yes to that time. Raises NotYours, NotOpen,
    TooLateToMove, ChooseTimes (none of the proposed times), AlreadyElsewhere (to the member), NoLongerSuits (to
    the specialist), SlotTaken and its kinds.
    """
    start = in_zone(start, UTC)
    locked, specialist, people = lock_with_people(proposal.consultation)
    check_side(locked, actor)
    current = _locked(proposal)
    if current.by_id == actor.pk:
        raise refusals.OthersTurn(other_name(locked, actor))
    if current.state == Proposal.State.TAKEN and locked.start == start:
        return locked
    if current.state != Proposal.State.OPEN:
        raise refusals.NotOpen
    moving.check_movable(locked, now)
    if start not in current.starts:
        raise refusals.ChooseTimes
    read = diary.read(specialist, now, without=locked)
    slots.check_open(read, specialist, start, agreed=True, client=locked.client)
    schedule = Schedule.objects.get(specialist=specialist)
    current.state, current.answered_at = Proposal.State.TAKEN, now
    current.save(update_fields=["state", "answered_at"])
    locked.state, locked.expires_at = State.CONFIRMED, None
    try:
        moving.change_time(locked, specialist, schedule, start, mover=current.by, now=now)
    except refusals.AlreadyElsewhere as elsewhere:
        # Whom the member meets otherwise is none of the specialist's business.
        if actor.pk == locked.client_id:
            raise
        raise refusals.NoLongerSuits(other_name(locked, actor)) from elsewhere
    moving.after_move(locked, people, actor, now)
    return locked


@patient
def keep(*, proposal: Proposal, actor: User, now: datetime) -> Proposal:
    """Keep the time as it is: said by the side that was asked, or by who asked, taking it back.

    Raises NotYours, NotOpen.
    """
    consultation, _specialist, _people = lock_with_people(proposal.consultation)
    check_side(consultation, actor)
    current = _locked(proposal)
    if current.state == Proposal.State.KEPT:
        return current
    if current.state != Proposal.State.OPEN:
        raise refusals.NotOpen
    current.state, current.answered_at = Proposal.State.KEPT, now
    current.save(update_fields=["state", "answered_at"])
    history.record(consultation, "kept", actor.pk, now)
    telling.tell_kept(consultation, current, actor, now)
    return current


def _locked(proposal: Proposal) -> Proposal:
    """The proposal as it is now; its booking is locked already."""
    return Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related("by").get(pk=proposal.pk)


def other_name(consultation: Consultation, person: User) -> str:
    """What this person calls the other one."""
    if person.pk == consultation.client_id:
        return consultation.specialist.name
    return consultation.client.get_short_name()
