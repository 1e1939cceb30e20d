"""Members who wait for an earlier half hour, and what they are offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from consultations import booking, cancelling, earlier_taking, openings_sync, waiting_line
from consultations.models import Consultation, EarlierOffer, EarlierWish, Schedule
from tests.factories import make_specialist, make_user

# A Wednesday in winter; everybody here lives by UTC unless a test says otherwise.
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    return (NOW + timedelta(days=days)).replace(hour=hour, minute=minute)


def make_open(buffer: int = 0, **known):
    """Without a pause after each half hour, so that giving one back frees that one alone."""
    specialist = make_specialist(**known)
    Schedule.objects.filter(specialist=specialist).update(buffer_minutes=buffer)
    openings_sync.refresh(specialist_id=specialist.pk, now=NOW)
    return specialist


def book(specialist, member, start, now=NOW) -> Consultation:
    return booking.book(specialist=specialist, client=member, start=start, now=now, location="PT")


def join(specialist, member, now=NOW) -> EarlierWish:
    return waiting_line.join(specialist=specialist, member=member, now=now)


def waits(specialist, start, now=NOW, **known):
    """A member with a booking who waits for something before it."""
    member = make_user(**known)
    book(specialist, member, start)
    join(specialist, member, now)
    return member


def cancel(made: Consultation, actor=None, now=NOW) -> None:
    cancelling.cancel(consultation=made, actor=actor or made.client, reason="", now=now)


def offered() -> list[tuple[int, datetime, str]]:
    rows = EarlierOffer.objects.order_by("pk")
    return list(rows.values_list("wish__member", "start", "state"))


def only() -> EarlierOffer:
    return EarlierOffer.objects.get()


def accept(offer, actor, now=NOW):
    return earlier_taking.accept(offer=offer, actor=actor, now=now)
