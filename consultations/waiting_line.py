"""Places in the line for an earlier half hour with a specialist: taking one, leaving it, and when it ends.

A place ends when its person leaves it, takes a half hour that was offered to them, has met the specialist, or closes
their account, and when the specialist leaves the site. It stays while the specialist takes nobody for a time, and when
its person books or moves something by themselves. Who is offered what stands in `earlier_offers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from accounts.models import User
from audit import trail
from consultations import earlier_offers, fair_use, refusals
from consultations.locking import lock, patient
from consultations.models import Consultation, EarlierOffer, EarlierWish, State
from consultations.models.after import EarlierWishQuerySet
from specialists.models import Specialist

MOST_LINES = 5


@dataclass(frozen=True)
class Place:
    """One's own place in a line, and the half hour that is offered at this moment, if one is."""

    specialist: Specialist
    since: datetime
    offer: EarlierOffer | None


@patient
def join(*, specialist: Specialist, member: User, now: datetime) -> EarlierWish:
    """Take a place in line; somebody who has one keeps it.

    Raises OwnTime, NotBookable (also for a member whom the specialist doesn't wish to meet, in the same words),
    OneAYear, TooManyLines.
    """
    locked, people = lock(specialist.pk, member.pk)
    there = EarlierWish.objects.standing().filter(specialist=locked, member=member).first()
    if there:
        return there
    fair_use.check_pair(locked, people[member.pk])
    held = Consultation.objects.filter(client=member, specialist=locked, state=State.ENDED)
    fair_use.check_year(held.defer("note", "cancel_reason"), locked, now)
    if EarlierWish.objects.standing().filter(member=member).count() >= MOST_LINES:
        raise refusals.TooManyLines
    made = EarlierWish.objects.create(specialist=locked, member=member, since=now)
    _record("line joined", locked, member, now)
    return made


@patient
def leave(*, specialist: Specialist, member: User, now: datetime) -> None:
    """Give one's place up, and with it what is offered at this moment; a second time changes nothing."""
    locked, _people = lock(specialist.pk, member.pk)
    if end(EarlierWish.objects.filter(specialist=locked, member=member), now):
        _record("line left", locked, member, now)
        earlier_offers.go_on(specialist=locked, now=now)


def leave_all(*, member: User, now: datetime) -> int:
    """Leave every line, because the account closes; how many there were. The next in each are asked by the tick."""
    return end(EarlierWish.objects.filter(member=member), now)


def end_met(*, now: datetime) -> int:
    """End the places of those who have had their half hour meanwhile; how many. Part of the tick."""
    met = Consultation.objects.filter(specialist=OuterRef("specialist"), client=OuterRef("member"))
    met = met.filter(state=State.ENDED, end__gt=OuterRef("since"))
    return end(EarlierWish.objects.filter(Exists(met)), now)


def close(*, specialist: Specialist, now: datetime) -> None:
    """The specialist has left the site: nobody waits for them any more."""
    end(EarlierWish.objects.filter(specialist=specialist), now)


def end(places: EarlierWishQuerySet, now: datetime) -> int:
    """End those of these places that are not ended; their offers run out at this moment. How many."""
    found = list(places.standing().values_list("pk", flat=True))
    if found:
        earlier_offers.cut_short(wishes=found, now=now)
    return EarlierWish.objects.filter(pk__in=found).update(ended_at=now)


def places_of(*, member: User, now: datetime) -> list[Place]:
    """One's own places, the newest first, each with what is offered at this moment."""
    offers = EarlierOffer.objects.running(now).filter(wish__member=member)
    by_wish = {offer.wish_id: offer for offer in offers}
    rows = EarlierWish.objects.standing().filter(member=member).select_related("specialist")
    return [Place(each.specialist, each.since, by_wish.get(each.pk)) for each in rows.order_by(F("since").desc())]


def _record(verb: str, specialist: Specialist, member: User, now: datetime) -> None:
    trail.record(verb=verb, subject_kind="specialist", subject_id=specialist.pk, actor_id=member.pk, now=now)
