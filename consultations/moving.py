"""Moving a half hour to another time: one transaction, the new time or nothing (BOOKING 19 to 22).

The member chooses among the open half hours; where the specialist answers requests, and for the specialist, other
times are proposed and the other side chooses (`proposals`). Each side may move a half hour twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

from accounts.models import User
from consultations import diary, earlier_offers, ending, history, openings_sync, refusals, requests, slots, telling
from consultations.locking import check_side, lock_with_people, patient
from consultations.models import HOLDING, Consultation, Schedule, State
from specialists.models import Specialist
from web.local_time import in_zone

MOST_MOVES = 2


@patient
def move(
    *, consultation: Consultation, actor: User, start: datetime, seen: int, now: datetime, holder: str = ""
) -> Consultation:
    """The member moves their own booking to an open half hour; to the time it has already changes nothing.

    `seen` is the sequence of the booking that the page showed (BOOKING 20). Raises NotYours, AskFirst,
    AnswerFirst, Changed, NotOpen, TooLateToMove, MovedTwice, AlreadyElsewhere, SlotTaken and its kinds.
    """
    start = in_zone(start, UTC)
    locked, specialist, people = lock_with_people(consultation)
    check_side(locked, actor)
    check_movable(locked, now)
    schedule = Schedule.objects.get(specialist=specialist)
    if actor.pk != locked.client_id:
        raise refusals.AskFirst(locked.client.get_short_name())
    if locked.start == start:
        return locked
    if locked.sequence != seen:
        raise refusals.Changed
    if schedule.by_request and locked.state == State.CONFIRMED:
        raise refusals.AskFirst(specialist.name)
    if locked.proposals.waiting().exclude(by=actor).exists():
        raise refusals.AnswerFirst(specialist.name)
    check_moves(locked, actor)
    read = diary.read(specialist, now, without=locked)
    slots.check_open(read, specialist, start, holder=holder, client=locked.client)
    change_time(locked, specialist, schedule, start, mover=actor, now=now)
    after_move(locked, people, actor, now)
    return locked


def check_movable(locked: Consultation, now: datetime) -> None:
    """Raises NotOpen for what is off, TooLateToMove for what has begun."""
    if locked.state not in HOLDING or (locked.expires_at is not None and locked.expires_at <= now):
        raise refusals.NotOpen
    if locked.start <= now:
        raise refusals.TooLateToMove


def check_moves(locked: Consultation, mover: User) -> None:
    """Raises MovedTwice when this side has used its moves up."""
    moves = locked.moves_by_client if mover.pk == locked.client_id else locked.moves_by_specialist
    if moves >= MOST_MOVES:
        raise refusals.MovedTwice


def change_time(
    locked: Consultation,
    specialist: Specialist,
    schedule: Schedule,
    start: datetime,
    *,
    mover: User | None,
    now: datetime,
) -> None:
    """Occupy the new range in place of the old one; the constraint is asked after both changes.

    It counts as a move of `mover`; None: the site itself offered that time, and it counts for nobody.
    """
    slots.check_elsewhere(locked.client, start, without=locked)
    slots.vacate(locked)
    slots.set_time(locked, specialist, schedule, start)
    if mover is not None and mover.pk == locked.client_id:
        locked.moves_by_client += 1
    elif mover is not None:
        locked.moves_by_specialist += 1
    if locked.state == State.REQUESTED:
        locked.expires_at = requests.lapses_at(start, schedule.notice_minutes, now)
    locked.sequence, locked.changed_at = locked.sequence + 1, now
    locked.kept_outside, locked.reads_now = False, ""
    locked.save()
    slots.occupy(locked, specialist)
    ending.close_proposals(locked, now)


def after_move(locked: Consultation, people: dict[int, User], actor: User, now: datetime) -> None:
    """The record, the mails, the lists, and whoever waited for the new time or for the one that came free."""
    history.record(locked, "moved", actor.pk, now)
    telling.tell_moved(locked, now)
    earlier_offers.settle(specialist_id=locked.specialist_id, client_id=locked.client_id, start=locked.start, now=now)
    openings_sync.refresh_people(user_ids=people, now=now)
