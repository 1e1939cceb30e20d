"""Booking and cancelling a free half hour (BOOKING.md; DECISIONS 14 to 18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F

from accounts.models import Consent, User
from audit import trail
from consultations import holds, openings_sync, refusals, reminders
from consultations.availability import SLOT
from consultations.models import Consultation, ConsultationEvent, Occupancy, Schedule, State
from specialists.models import ExcludedMember, Specialist
from web.local_time import in_zone
from web.times import zone_info

CONSENT_VERSION = "2026-11"
UPCOMING_LIMIT = 3
YEAR = timedelta(days=365)
NEAREST = 3
DEADLOCK, LOCK_TIMEOUT = "40P01", "55P03"
# Each try waits 3 seconds at most; a crowd at one specialist is served one after the other.
ATTEMPTS = 4


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
) -> Consultation:
    """Book one half hour, or give back the booking that the same person already has for it.

    `start` is an instant; `holder` the browser whose own hold does not count. Raises a `refusals.Refused`.
    """
    start = in_zone(start, UTC)
    wish: dict[str, Any] = {"start": start, "now": now, "format": format, "location": location, "note": note}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _book(specialist.pk, client.pk, holder=holder, consent_version=consent_version, **wish)
        except OperationalError as error:
            code = getattr(error.__cause__, "pgcode", "")
            if code not in {DEADLOCK, LOCK_TIMEOUT}:
                raise
            if attempt == ATTEMPTS:
                raise refusals.Busy from error
        except IntegrityError as error:
            if "nobody_is_in_two_places" not in str(error):
                raise
            raise refusals.SlotTaken from error
    raise refusals.Busy


@transaction.atomic
def _book(
    specialist_id: int,
    client_id: int,
    *,
    start: datetime,
    now: datetime,
    format: str,
    location: str,
    note: str,
    consent_version: str,
    holder: str,
) -> Consultation:
    specialist, people = _lock(specialist_id, client_id)
    client = people[client_id]
    end_past(now=now, specialist_id=specialist_id, client_id=client_id)
    mine = Consultation.objects.holding().filter(specialist=specialist, client=client, start=start).first()
    if mine:
        return mine
    _check_person(specialist, client, start, now)
    _check_slot(specialist, start, now, holder)
    chosen = _format(specialist, format)
    schedule = Schedule.objects.get(specialist=specialist)
    consultation = Consultation.objects.create(
        specialist=specialist,
        client=client,
        start=start,
        end=start + SLOT,
        specialist_zone=specialist.time_zone,
        agreed_local=f"{start.astimezone(zone_info(specialist.time_zone)):%Y-%m-%dT%H:%M%z}",
        buffer_minutes=schedule.buffer_minutes,
        format=chosen,
        location=location,
        note=note.strip() or None,
        consent_version=consent_version,
        booked_at=now,
    )
    _occupy(consultation, specialist)
    _booked(consultation, now, holder)
    openings_sync.refresh_people(user_ids=people, now=now)
    return consultation


def _booked(consultation: Consultation, now: datetime, holder: str) -> None:
    """What goes with a new booking: the agreement, the record, the mails; a hold is given back."""
    version = consultation.consent_version
    Consent.objects.create(user=consultation.client, document="free_consultation", version=version, at=now)
    _record(consultation, "booked", consultation.client_id, now)
    reminders.tell_booked(consultation, now)
    holds.drop(holder=holder)


def _format(specialist: Specialist, wished: str) -> str:
    """The wished way of talking, or the first one offered. Raises FormatNotOffered."""
    chosen = wished or next(iter(specialist.formats), "")
    if chosen not in specialist.formats:
        raise refusals.FormatNotOffered
    return chosen


def _lock(specialist_id: int, *user_ids: int) -> tuple[Specialist, dict[int, User]]:
    """The specialist's row first, then the people in id order (DECISIONS 16); waits 3 seconds at most."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
    specialist = Specialist.objects.select_for_update(no_key=True).get(pk=specialist_id)
    wanted = {*user_ids, specialist.user_id} - {None}
    people = User.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return specialist, {each.pk: each for each in people}


def _check_person(specialist: Specialist, client: User, start: datetime, now: datetime) -> None:
    """Fair use, and whether these two may meet at all."""
    if specialist.user_id == client.pk:
        raise refusals.OwnTime
    if not specialist.is_bookable or ExcludedMember.objects.filter(specialist=specialist, member=client).exists():
        raise refusals.NotBookable
    of_client = Consultation.objects.filter(client=client)
    coming = list(of_client.upcoming(now).select_related("specialist"))
    pair = next((each for each in coming if each.specialist_id == specialist.pk), None)
    if pair:
        raise refusals.OneOpenEach(specialist.name, pair.end)
    clash = Occupancy.objects.filter(person=client, during__overlap=DateTimeTZRange(start, start + SLOT))
    other = clash.select_related("consultation__specialist", "consultation__client").first()
    if other:
        met = other.consultation
        raise refusals.AlreadyElsewhere(
            met.specialist.name if met.client_id == client.pk else met.client.get_short_name()
        )
    if len(coming) >= UPCOMING_LIMIT:
        raise refusals.ThreeComing(min(each.end for each in coming))
    held = of_client.filter(specialist=specialist, state=State.ENDED, start__gt=start - YEAR).order_by("-start").first()
    if held:
        raise refusals.OneAYear(specialist.name, held.start + YEAR)


def _check_slot(specialist: Specialist, start: datetime, now: datetime, holder: str) -> None:
    """Whether the half hour is open by the truth of this moment, and not kept for another browser."""
    kept = holds.starts_of_others(specialist_id=specialist.pk, holder=holder, now=now)
    free = openings_sync.true_openings(specialist, now)
    if start in free and start not in kept:
        return
    others = [each for each in free if each not in kept and each != start]
    nearest = sorted(sorted(others, key=lambda each: abs(each - start))[:NEAREST])
    taken = Occupancy.objects.filter(
        person=specialist.user_id, during__overlap=DateTimeTZRange(start, start + SLOT)
    ).exists()
    if taken or start in kept:
        raise refusals.SlotTaken(nearest)
    notice = Schedule.objects.filter(specialist=specialist).values_list("notice_minutes", flat=True).first() or 0
    if start < now + timedelta(minutes=notice):
        raise refusals.TooSoon(nearest)
    raise refusals.NotOffered(nearest)


def _occupy(consultation: Consultation, specialist: Specialist) -> None:
    rest = timedelta(minutes=consultation.buffer_minutes)
    spans = {consultation.client_id: consultation.end}
    if specialist.user_id is not None:
        spans[specialist.user_id] = consultation.end + rest
    Occupancy.objects.bulk_create(
        Occupancy(consultation=consultation, person_id=person, during=DateTimeTZRange(consultation.start, until))
        for person, until in sorted(spans.items())
    )


def _record(consultation: Consultation, what: str, actor_id: int | None, now: datetime) -> None:
    ConsultationEvent.objects.create(
        consultation=consultation,
        at=now,
        actor_id=actor_id,
        what=what,
        start=consultation.start,
        sequence=consultation.sequence,
    )
    trail.record(verb=what, subject_kind="consultation", subject_id=consultation.pk, actor_id=actor_id, now=now)


@transaction.atomic
def cancel(*, consultation: Consultation, actor: User | None, reason: str, now: datetime) -> Consultation:
    """Call it off; a second time changes nothing. `actor` None is the site itself, in neutral words.

    Raises TooLateToCancel, NotYours.
    """
    specialist, people = _lock(consultation.specialist_id, consultation.client_id)
    locked = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
    if actor is not None and actor.pk not in {locked.client_id, specialist.user_id}:
        raise refusals.NotYours
    if locked.state == State.CANCELLED:
        return locked
    if locked.state not in {State.REQUESTED, State.CONFIRMED} or locked.start <= now:
        raise refusals.TooLateToCancel
    locked.state, locked.sequence = State.CANCELLED, locked.sequence + 1
    locked.cancelled_by, locked.cancelled_at = actor, now
    locked.cancel_reason = reason.strip() or None
    locked.save(update_fields=["state", "sequence", "cancelled_by", "cancelled_at", "cancel_reason"])
    Occupancy.objects.filter(consultation=locked).delete()
    _record(locked, "cancelled", actor.pk if actor else None, now)
    reminders.tell_cancelled(locked, now)
    openings_sync.refresh_people(user_ids=people, now=now)
    return locked


@transaction.atomic
def call_off(*, specialist_id: int | None, client_id: int | None, actor: User | None, now: datetime) -> int:
    """Cancel every coming half hour of a specialist or of a member (BOOKING 34, 35); how many there were."""
    coming = Consultation.objects.holding().filter(start__gt=now)
    if specialist_id is not None:
        coming = coming.filter(specialist=specialist_id)
    if client_id is not None:
        coming = coming.filter(client=client_id)
    found = list(coming.order_by("specialist", "pk"))
    for each in found:
        cancel(consultation=each, actor=actor, reason="", now=now)
    return len(found)


def on_deactivate(*, user: User, actor: User, now: datetime) -> None:
    """An account closes: its coming half hours are called off, on whichever side."""
    call_off(specialist_id=None, client_id=user.pk, actor=None, now=now)
    for pk in Specialist.objects.filter(user=user).values_list("pk", flat=True):
        call_off(specialist_id=pk, client_id=None, actor=None, now=now)


@transaction.atomic
def end_past(*, now: datetime, specialist_id: int | None = None, client_id: int | None = None) -> int:
    """Mark what is over as ended, which frees the pair and takes its occupied time away; how many were."""
    over = Consultation.objects.filter(state=State.CONFIRMED, end__lte=now)
    if specialist_id is not None:
        over = over.filter(specialist=specialist_id, client=client_id)
    found = list(over.select_for_update(no_key=True, skip_locked=True))
    ids = [each.pk for each in found]
    Consultation.objects.filter(pk__in=ids).update(state=State.ENDED, sequence=F("sequence") + 1)
    Occupancy.objects.filter(consultation__in=ids).delete()
    ConsultationEvent.objects.bulk_create(
        ConsultationEvent(consultation=each, at=now, what="ended", start=each.start, sequence=each.sequence + 1)
        for each in found
    )
    return len(found)
