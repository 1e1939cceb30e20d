"""Booking a free half hour (BOOKING.md; DECISIONS 14 to 18): at once, or as a request that the specialist answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from accounts.models import Consent, User
from consultations import (
    diary,
    earlier_offers,
    ending,
    fair_use,
    history,
    holds,
    openings_sync,
    refusals,
    requests,
    slots,
    telling,
)
from consultations.locking import lock, patient
from consultations.models import HOLDING, Consultation, Schedule, State
from specialists.models import Specialist
from web.local_time import in_zone

CONSENT_VERSION = "2026-11"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a member asks for. `nonce` names the form, `holder` the browser whose own hold does not count."""

    start: datetime
    format: str = ""
    location: str = ""
    note: str = ""
    consent_version: str = CONSENT_VERSION
    holder: str = ""
    nonce: uuid.UUID | None = None


def book(
    *,
    specialist: Specialist,
    client: User,
    start: datetime,
    now: datetime,
    format: str = "",
    location: str = "",
    note: str = "",
    consent_version: str = CONSENT_VERSION,
    holder: str = "",
    nonce: uuid.UUID | None = None,
) -> Consultation:
    """Book one half hour, or give back the booking that the same person already has for it (BOOKING 14).

    Where the specialist answers requests, it is one, and holds the time until it is answered or lapses. Raises a
    `refusals.Refused`.
    """
    wish = Wish(
        start=in_zone(start, UTC),
        format=format,
        location=location,
        note=note,
        consent_version=consent_version,
        holder=holder,
        nonce=nonce,
    )
    # What lapsed must stand in nobody's way; each under a lock of its own, so that none are taken out of order.
    requests.lapse_of(specialist=specialist, people=[client.pk, specialist.user_id], now=now)
    return _book(specialist.pk, client.pk, wish, now)


@patient
def _book(specialist_id: int, client_id: int, wish: Wish, now: datetime) -> Consultation:
    specialist, people = lock(specialist_id, client_id)
    client = people[client_id]
    own = _own(client, specialist, wish)
    if any(each.state == State.CONFIRMED and each.end <= now for each in own):
        ending.end_past(now=now, client_id=client_id)
        own = _own(client, specialist, wish)
    if there := next((each for each in own if _is_same(each, specialist, wish)), None):
        return there
    fair_use.check_pair(specialist, client)
    fair_use.check_pair_open(own, specialist, now)
    slots.check_elsewhere(client, wish.start)
    fair_use.check_limits(own, specialist, wish.start, now)
    read = diary.read(specialist, now)
    slots.check_open(read, specialist, wish.start, holder=wish.holder, client=client)
    assert read is not None, "a diary that is not there has no open half hour"
    consultation = _made(specialist, client, read.schedule, wish, now)
    slots.occupy(consultation, specialist)
    _booked(consultation, wish, now)
    read.take(consultation)
    openings_sync.write(specialist, read, now)
    openings_sync.refresh_people(user_ids=people, now=now, but=specialist_id)
    return consultation


def _own(client: User, specialist: Specialist, wish: Wish) -> list[Consultation]:
    """The member's bookings that hold time, all with this specialist, and the one this very form made, if it did."""
    wanted = Q(state__in=HOLDING) | Q(specialist=specialist)
    if wish.nonce is not None:
        wanted |= Q(nonce=wish.nonce)
    rows = Consultation.objects.filter(wanted, client=client).select_related("specialist")
    return list(rows.defer("note", "cancel_reason").order_by("pk"))


def _is_same(each: Consultation, specialist: Specialist, wish: Wish) -> bool:
    """Whether it is what is asked for, done already (BOOKING 14)."""
    if wish.nonce is not None and each.nonce == wish.nonce:
        return True
    return each.specialist_id == specialist.pk and each.state in HOLDING and each.start == wish.start


def _booked(consultation: Consultation, wish: Wish, now: datetime) -> None:
    """What goes with a new booking: the agreement, the record, the mails; a hold is given back."""
    client, requested = consultation.client, consultation.state == State.REQUESTED
    Consent.objects.create(user=client, document="free_consultation", version=wish.consent_version, at=now)
    holds.drop(holder=wish.holder, member=client)
    earlier_offers.settle(
        specialist_id=consultation.specialist_id, client_id=client.pk, start=consultation.start, now=now
    )
    history.record(consultation, "requested" if requested else "booked", client.pk, now)
    (telling.tell_requested if requested else telling.tell_booked)(consultation, now)


def _made(specialist: Specialist, client: User, schedule: Schedule, wish: Wish, now: datetime) -> Consultation:
    consultation = Consultation(
        specialist=specialist,
        client=client,
        state=State.REQUESTED if schedule.by_request else State.CONFIRMED,
        format=format_of(specialist, wish.format),
        location=wish.location,
        note=wish.note.strip() or None,
        consent_version=wish.consent_version,
        booked_at=now,
        changed_at=now,
        nonce=wish.nonce,
    )
    slots.set_time(consultation, specialist, schedule, wish.start)
    if schedule.by_request:
        consultation.expires_at = requests.lapses_at(wish.start, schedule.notice_minutes, now)
    consultation.save(force_insert=True)
    return consultation


def format_of(specialist: Specialist, wished: str) -> str:
    """The wished way of talking, or the first one offered. Raises FormatNotOffered."""
    chosen = wished or next(iter(specialist.formats), "")
    if chosen not in specialist.formats:
        raise refusals.FormatNotOffered
    return chosen
