"""A specialist's own calendar: its address, when it is read, and the busy time it brings.

Busy time closes half hours and touches no booking. Only ranges are kept, never what they are for. Reading happens
outside any transaction, by whoever claimed the row (`busy_reads`); here are the rules before and after it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from accounts.models import User
from audit import trail
from consultations import busy_telling, openings_sync, refusals
from consultations.busy_network import address_of
from consultations.busy_reading import Range, Reading
from consultations.busy_words import PARTLY
from consultations.models import BusyBlock, BusyCalendar, Consultation, Schedule
from consultations.models.booked import ConsultationQuerySet
from notifications import broker
from specialists.changes import Change
from specialists.models import Specialist

log = logging.getLogger(__name__)

READ = "consultations.tasks.read_busy_calendar"
EVERY = timedelta(minutes=15)
# Longer than a fetch and a reading can take together.
LEASE = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
BETWEEN_WISHES = timedelta(minutes=1)
WAKE_LASTS_SECONDS = 120
# The furthest horizon a schedule may have is 90 days; a read of the day before must still reach it.
BEHIND, AHEAD = timedelta(days=1), timedelta(days=95)


class JustRead(refusals.Refused):
    """It was read a moment ago; `retry_at` is when it may be asked for again."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(_("We tried a moment ago. Give it a minute."), retry_at=retry_at)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one calendar, until the lease ends or somebody changes its address; `at` tells claims apart."""

    calendar_id: int
    at: datetime
    url: str
    zone: str
    own: frozenset[str]
    etag: str = ""
    last_modified: str = ""


@transaction.atomic
def connect(*, specialist: Specialist, url: str, now: datetime) -> BusyCalendar:
    """Take busy time from the calendar at this address, in place of another; it is read at once.

    Busy time of the address before is kept until the new one was read. Raises CalendarRefused for an address that
    can't be one; whether a calendar is there is found out later.
    """
    address = str(address_of(url, loopback=settings.BUSY_CALENDARS_ON_LOOPBACK))
    Specialist.objects.select_for_update(no_key=True).get(pk=specialist.pk)
    schedule, _made = Schedule.objects.get_or_create(specialist=specialist)
    fresh = {"etag": "", "last_modified": "", "tried_at": None, "fetched_at": None, "failure": "", "failures": 0}
    calendar, made = BusyCalendar.objects.update_or_create(
        schedule=schedule, defaults=fresh | {"url": address, "next_try_at": now}
    )
    if not made:
        busy_telling.withdraw(calendar, cause="replaced", now=now)
    _record(specialist, "busy calendar connected", now)
    transaction.on_commit(lambda: wake(calendar.pk), robust=True)
    return calendar


@transaction.atomic
def disconnect(*, specialist: Specialist, now: datetime) -> bool:
    """Forget the calendar and the busy time it brought; whether there was one."""
    Specialist.objects.select_for_update(no_key=True).get(pk=specialist.pk)
    calendar = of(specialist)
    if calendar is None:
        return False
    busy_telling.withdraw(calendar, cause="disconnected", now=now)
    calendar.delete()
    _record(specialist, "busy calendar disconnected", now)
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    return True


@transaction.atomic
def read_now(*, specialist: Specialist, now: datetime) -> bool:
    """Read it before its time; whether there is a calendar. Raises JustRead within a minute of the last try."""
    calendar = BusyCalendar.objects.select_for_update(no_key=True).filter(schedule__specialist=specialist).first()
    if calendar is None:
        return False
    if calendar.tried_at and now < calendar.tried_at + BETWEEN_WISHES:
        raise JustRead(calendar.tried_at + BETWEEN_WISHES)
    BusyCalendar.objects.filter(pk=calendar.pk).update(next_try_at=now)
    transaction.on_commit(lambda: wake(calendar.pk), robust=True)
    return True


def of(specialist: Specialist) -> BusyCalendar | None:
    return BusyCalendar.objects.filter(schedule__specialist=specialist).first()


def due(*, now: datetime, most: int) -> list[int]:
    """Ids of calendars whose next try has come, the longest waiting first."""
    rows = BusyCalendar.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    return list(rows.values_list("pk", flat=True)[:most])


def claim(*, calendar_id: int, now: datetime) -> Claim | None:
    """Take a calendar that is due, so that nobody else reads it for the time of the lease; None when it isn't due.

    What the server said of its last version is repeated to it only when today's calendar was read whole already:
    time moves on, and what comes back must move into view even where the file never changes.
    """
    mine = BusyCalendar.objects.filter(pk=calendar_id, next_try_at__lte=now)
    if not mine.update(tried_at=now, next_try_at=now + LEASE):
        return None
    calendar = BusyCalendar.objects.select_related("schedule__specialist").filter(pk=calendar_id).first()
    if calendar is None:
        return None
    specialist = calendar.schedule.specialist
    whole = calendar.fetched_at is None or calendar.fetched_at.date() != now.date()
    return Claim(
        calendar_id=calendar_id,
        at=now,
        url=calendar.url,
        zone=specialist.time_zone,
        own=_own_uids(specialist, now),
        etag="" if whole else calendar.etag,
        last_modified="" if whole else calendar.last_modified,
    )


def _own_uids(specialist: Specialist, now: datetime) -> frozenset[str]:
    """UIDs of this person's half hours here, called off or not: their calendar may show them, late or for ever."""
    theirs = Q(specialist=specialist)
    if specialist.user_id is not None:
        theirs |= Q(client=specialist.user_id)
    rows = Consultation.objects.filter(theirs, end__gt=now - BEHIND).only("public_id")
    return frozenset(each.uid for each in rows)


@transaction.atomic
def store(*, claim: Claim, reading: Reading, etag: str, last_modified: str, now: datetime) -> bool:
    """Keep what was read, with the openings that follow from it; False when the claim no longer holds."""
    calendar = _held(claim)
    if calendar is None:
        return False
    if _replace_blocks(calendar, set(reading.busy), now):
        openings_sync.refresh(specialist_id=calendar.schedule.specialist_id, now=now)
    calendar.etag, calendar.last_modified = etag, last_modified
    _went_well(calendar, PARTLY if reading.unread else "", now)
    return True


@transaction.atomic
def unchanged(*, claim: Claim, now: datetime) -> bool:
    """The calendar is as it was; False when the claim no longer holds."""
    calendar = _held(claim)
    if calendar is None:
        return False
    _went_well(calendar, calendar.failure if calendar.failure == PARTLY else "", now)
    return True


@transaction.atomic
def failed(*, claim: Claim, code: str, now: datetime) -> bool:
    """It couldn't be read: the next try comes later each time, and what is known stays. False as in `store`.

    The specialist is told once when it has lasted.
    """
    calendar = _held(claim)
    if calendar is None:
        return False
    calendar.failure, calendar.failures = code, calendar.failures + 1
    calendar.next_try_at = now + min(FIRST_WAIT * 2 ** min(calendar.failures - 1, 10), LONGEST_WAIT)
    calendar.save(update_fields=["failure", "failures", "next_try_at"])
    busy_telling.tell_if_lasting(calendar, now)
    return True


def _held(claim: Claim) -> BusyCalendar | None:
    """The calendar locked, after its specialist, if the claim still holds: not removed, replaced or claimed anew."""
    owners = Specialist.objects.select_for_update(no_key=True)
    owner = owners.filter(schedule__busy_calendar=claim.calendar_id).first()
    rows = BusyCalendar.objects.select_for_update(no_key=True, of=("self",)).select_related("schedule__specialist")
    return rows.filter(pk=claim.calendar_id, tried_at=claim.at).first() if owner else None


def _replace_blocks(calendar: BusyCalendar, wanted: set[Range], now: datetime) -> bool:
    """Write only what differs; whether any of that lies ahead."""
    kept = {(block.start, block.end): block.pk for block in calendar.blocks.all()}
    gone, new = kept.keys() - wanted, wanted - kept.keys()
    if gone:
        BusyBlock.objects.filter(pk__in=[kept[each] for each in gone]).delete()
    BusyBlock.objects.bulk_create(BusyBlock(calendar=calendar, start=start, end=end) for start, end in sorted(new))
    return any(end > now for _start, end in gone | new)


def _went_well(calendar: BusyCalendar, failure: str, now: datetime) -> None:
    if calendar.failures:
        busy_telling.withdraw(calendar, cause="works again", now=now)
    calendar.fetched_at, calendar.failure, calendar.failures = now, failure, 0
    calendar.next_try_at = now + EVERY
    calendar.save(update_fields=["etag", "last_modified", "fetched_at", "failure", "failures", "next_try_at"])


def collisions(specialist: Specialist, now: datetime) -> ConsultationQuerySet:
    """Coming half hours of this specialist that meet busy time: to show, nothing is done to them."""
    busy = BusyBlock.objects.filter(
        calendar__schedule__specialist=OuterRef("specialist"), start__lt=OuterRef("end"), end__gt=OuterRef("start")
    )
    return Consultation.objects.upcoming(now).filter(Exists(busy), specialist=specialist)


def on_change(*, specialist: Specialist, change: Change, now: datetime) -> None:
    """In another zone whole days are other times, so all is read again. Who leaves the list is read no more."""
    if change == "withdrawn":
        disconnect(specialist=specialist, now=now)
    if change == "zone" and (calendar := of(specialist)):
        # Whoever reads at this moment reads for the old zone: without `tried_at` their claim is void.
        BusyCalendar.objects.filter(pk=calendar.pk).update(etag="", last_modified="", tried_at=None, next_try_at=now)
        transaction.on_commit(lambda: wake(calendar.pk), robust=True)


def on_deactivate(*, user: User, actor: User, now: datetime) -> None:
    """The account is closed, and its calendar is none of ours any more."""
    for specialist in Specialist.objects.filter(user=user).order_by("pk"):
        disconnect(specialist=specialist, now=now)


def _record(specialist: Specialist, verb: str, now: datetime) -> None:
    pk, actor = specialist.pk, specialist.user_id
    trail.record(verb=verb, subject_kind="specialist", subject_id=pk, actor_id=actor, now=now)


def wake(calendar_id: int) -> None:
    """Ask a worker to read this one now. With the broker away the next round of the scheduler finds the row."""
    try:
        with broker.hurried() as connection:
            current_app.send_task(
                READ, args=[calendar_id], connection=connection, retry=False, expires=WAKE_LASTS_SECONDS
            )
    except (OperationalError, OSError) as error:
        log.warning("The broker is away (%s); the calendar is read in the scheduler's next round.", error)
