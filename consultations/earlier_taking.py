"""Taking an offered half hour: one's booking moves there, or it is booked on the page for that."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from consultations import diary, earlier_offers, moving, proposals, refusals, slots
from consultations.locking import patient
from consultations.models import Consultation, EarlierOffer, Schedule, State
from specialists.models import Specialist


@patient
def accept(*, offer: EarlierOffer, actor: User, now: datetime) -> Consultation | None:
    """Move one's booking to the offered half hour; a second time gives back what was agreed.

    The site offered it, so it does not count as a move of the member. Where the specialist answers each request, the
    time is proposed to them and the booking stays until they agree. None: there is no booking to move, and the half
    hour, kept until the offer ends, is booked on its own page, where consent is asked for.

    Raises NotYours, OfferOver, NotOpen, TooLateToMove, AnswerFirst, AlreadyElsewhere, SlotTaken and its kinds.
    """
    specialist, current = earlier_offers.locked(offer, actor)
    booking = booking_of(specialist, actor, now)
    if current.state == EarlierOffer.State.TAKEN and booking is not None:
        return booking
    if current.state != EarlierOffer.State.OPEN or current.expires_at <= now:
        raise refusals.OfferOver
    if booking is None:
        return None
    if booking.start <= current.start:
        raise refusals.OfferOver(_("Your half hour is sooner than this one, so nothing was changed."))
    if asks_first(specialist, booking):
        return _propose(booking, current, actor, now)
    return _move(booking, current, now)


def booking_of(specialist: Specialist, member: User, now: datetime) -> Consultation | None:
    """The half hour that the two have agreed on or asked for, if it is still to come."""
    rows = Consultation.objects.holding().filter(specialist=specialist, client=member, start__gt=now)
    return rows.first()


def asks_first(specialist: Specialist, booking: Consultation | None) -> bool:
    """Whether the specialist, who answers each request, has to agree before this booking moves."""
    if booking is None or booking.state != State.CONFIRMED:
        return False
    return Schedule.objects.filter(specialist=specialist, by_request=True).exists()


def _propose(booking: Consultation, offer: EarlierOffer, actor: User, now: datetime) -> Consultation:
    """The place in line stays, in case they don't agree."""
    proposals.propose(consultation=booking, actor=actor, starts=[offer.start], words="", seen=booking.sequence, now=now)
    EarlierOffer.objects.filter(pk=offer.pk).update(state=EarlierOffer.State.TAKEN)
    return booking


def _move(booking: Consultation, offer: EarlierOffer, now: datetime) -> Consultation:
    """As `moving.move`, but for a time that the site offered. The specialist and the member are locked."""
    locked = Consultation.objects.select_for_update(no_key=True).get(pk=booking.pk)
    specialist, member = offer.specialist, offer.wish.member
    locked.specialist, locked.client = specialist, member
    moving.check_movable(locked, now)
    if locked.proposals.waiting().exclude(by=member).exists():
        raise refusals.AnswerFirst(specialist.name)
    slots.check_open(diary.read(specialist, now, without=locked), specialist, offer.start, client=member)
    schedule = Schedule.objects.get(specialist=specialist)
    moving.change_time(locked, specialist, schedule, offer.start, mover=None, now=now)
    people = {person.pk: person for person in (member, specialist.user) if person is not None}
    moving.after_move(locked, people, member, now)
    return locked
