"""Booking a free half hour (BOOKING.md; DECISIONS 14 to 18): at once, or as a request that the specialist answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from accounts.models import Consent, User
from consultations import ending, fair_use, history, holds, openings_sync, refusals, requests, slots, telling
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
    # What lapsed elsewhere must stand in nobody's way; under locks of its own, so that none are taken out of order.
    requests.lapse_of(people=[client.pk, specialist.user_id], now=now)
    return _book(specialist.pk, client.pk, wish, now)


@patient
def _book(specialist_id: int, client_id: int, wish: Wish, now: datetime) -> Consultation:
    specialist, people = lock(specialist_id, client_id)
    client = people[client_id]
    ending.end_past(now=now, specialist_id=specialist_id, client_id=client_id)
    requests.lapse_locked(specialist=specialist, now=now)
    if there := _already(specialist, client, wish):
        return there
    _check(specialist, client, wish, now)
    schedule = Schedule.objects.get(specialist=specialist)
    consultation = _made(specialist, client, schedule, wish, now)
    slots.occupy(consultation, specialist)
    Consent.objects.create(user=client, document="free_consultation", version=wish.consent_version, at=now)
    holds.drop(holder=wish.holder)
    requested = consultation.state == State.REQUESTED
    history.record(consultation, "requested" if requested else "booked", client.pk, now)
    (telling.tell_requested if requested else telling.tell_booked)(consultation, now)
    openings_sync.refresh_people(user_ids=people, now=now)
    return consultation


def _already(specialist: Specialist, client: User, wish: Wish) -> Consultation | None:
    """The booking that this very form made, or one that is open for the same half hour."""
    same = Q(state__in=HOLDING, specialist=specialist, start=wish.start)
    if wish.nonce is not None:
        same |= Q(nonce=wish.nonce)
    return Consultation.objects.filter(same, client=client).order_by("pk").first()


def _check(specialist: Specialist, client: User, wish: Wish, now: datetime) -> None:
    """Whether these two may meet, whether it is fair, whether the time is free for both. Raises."""
    fair_use.check_pair(specialist, client)
    own = Consultation.objects.filter(client=client).filter(Q(state__in=HOLDING) | Q(specialist=specialist))
    found = list(own.select_related("specialist").defer("note", "cancel_reason"))
    fair_use.check_pair_open(found, specialist, now)
    slots.check_elsewhere(client, wish.start)
    fair_use.check_limits(found, specialist, wish.start, now)
    slots.check_open(specialist, wish.start, now, holder=wish.holder)


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
