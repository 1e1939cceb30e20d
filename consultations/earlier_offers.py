"""Offers of a half hour that came free: made to the first in line, answered, run out, and on to the next.

A half hour comes free when a booking moves away or is called off, when a request is declined or lapses, and when
hours, dates or a calendar open it: all of that reaches `came_free` with the rows of openings, in the same
transaction. Everything here runs under the specialist's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from consultations import earlier_line, refusals
from consultations.locking import lock, patient
from consultations.models import EarlierOffer, EarlierWish
from notifications import outbox
from specialists.models import Specialist

OFFERED = "consultation_earlier"
State = EarlierOffer.State


def came_free(*, specialist: Specialist, starts: Iterable[datetime], now: datetime) -> list[EarlierOffer]:
    """Offer these half hours, and those whose offer has run out, to whoever is next for each."""
    wanted = {*starts, *_run_out(specialist, now)}
    line = earlier_line.read(specialist, wanted, now) if wanted else None
    if line is None:
        return []
    return [_offer(turn, specialist, now) for turn in line.turns()]


def _run_out(specialist: Specialist, now: datetime) -> list[datetime]:
    """Close the offers that nobody answered in time; their starts."""
    rows = EarlierOffer.objects.open().filter(specialist=specialist, expires_at__lte=now)
    starts = list(rows.values_list("start", flat=True))
    if starts:
        rows.update(state=State.OVER)
    return starts


def _offer(turn: earlier_line.Turn, specialist: Specialist, now: datetime) -> EarlierOffer:
    offer = EarlierOffer.objects.create(
        wish=turn.wish,
        specialist=specialist,
        start=turn.start,
        offered_at=turn.offered_at,
        expires_at=turn.expires_at,
    )
    outbox.notify(
        kind=OFFERED,
        subject_id=offer.pk,
        recipient=turn.wish.member,
        occasion="offer",
        due_at=turn.offered_at,
        now=now,
        speaks_of=turn.start,
        useless_after=turn.expires_at,
    )
    return offer


def go_on(*, specialist: Specialist, now: datetime) -> None:
    """Ask the next in line about what was given back. The specialist is locked."""
    came_free(specialist=specialist, starts=(), now=now)


def go_on_all(*, now: datetime) -> int:
    """Close offers that ran out and ask the next in line, each specialist under a lock of its own; part of the tick.

    How many specialists had any.
    """
    rows = EarlierOffer.objects.open().filter(expires_at__lte=now).order_by("specialist")
    found = list(rows.values_list("specialist", flat=True).distinct())
    for specialist_id in found:
        with transaction.atomic():
            specialist, _people = lock(specialist_id)
            go_on(specialist=specialist, now=now)
    return len(found)


@patient
def pass_on(*, offer: EarlierOffer, actor: User, now: datetime) -> EarlierOffer:
    """The person lets it go, and keeps their place; a second time changes nothing. Raises NotYours, OfferOver."""
    specialist, current = locked(offer, actor)
    if current.state == State.PASSED:
        return current
    if current.state != State.OPEN or current.expires_at <= now:
        raise refusals.OfferOver
    current.state = State.PASSED
    current.save(update_fields=["state"])
    came_free(specialist=specialist, starts=[current.start], now=now)
    return current


def locked(offer: EarlierOffer, actor: User) -> tuple[Specialist, EarlierOffer]:
    """The offer as it is now, after its specialist and its person. Raises NotYours."""
    specialist, people = lock(offer.specialist_id, actor.pk)
    current = EarlierOffer.objects.select_related("wish").get(pk=offer.pk)
    if current.wish.member_id != actor.pk:
        raise refusals.NotYours
    current.specialist, current.wish.member = specialist, people[actor.pk]
    return specialist, current


def settle(*, specialist_id: int, client_id: int, start: datetime, now: datetime) -> None:
    """This half hour is agreed: whoever was offered it has taken it, and with it their place ends, or it is over."""
    offer = EarlierOffer.objects.open().filter(specialist=specialist_id, start=start).select_related("wish").first()
    if offer is None:
        return
    taken = offer.wish.member_id == client_id and offer.expires_at > now
    EarlierOffer.objects.filter(pk=offer.pk).update(state=State.TAKEN if taken else State.OVER)
    if taken:
        EarlierWish.objects.filter(pk=offer.wish_id).update(ended_at=now)


def stop(*, specialist: Specialist) -> None:
    """Nobody is offered anything here any more, because the specialist takes nobody; places stay."""
    EarlierOffer.objects.open().filter(specialist=specialist).update(state=State.OVER)


def cut_short(*, wishes: Iterable[int], now: datetime) -> None:
    """These people are offered nothing any more; the next in line are asked by the tick."""
    EarlierOffer.objects.open().filter(wish__in=list(wishes)).update(expires_at=now)
