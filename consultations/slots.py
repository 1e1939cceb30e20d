"""A specialist's half hours while one is taken or given back: open by the truth, occupied, freed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import User
from consultations import diary, holds, refusals
from consultations.availability import SLOT
from consultations.diary import Diary
from consultations.models import Consultation, Occupancy, Schedule
from specialists.models import Specialist
from web.times import zone_info

NEAREST = 3


def span(start: datetime) -> DateTimeTZRange:
    """The half hour itself, `[start, end)`, so that one may follow another at once."""
    return DateTimeTZRange(start, start + SLOT)


def check_open(
    read: Diary | None,
    specialist: Specialist,
    start: datetime,
    *,
    holder: str = "",
    client: User | None = None,
    agreed: bool = False,
) -> None:
    """Whether the half hour is open by this diary, read under the lock, and not kept for somebody else.

    `holder` is the browser and `client` the member it is for: what is kept for them stands in nobody's way here.
    `agreed` is for times that the specialist chose or agrees to: their notice, and a pause from new people, stand in
    nobody's way then. Raises SlotTaken, Offered, TooSoon, NotOffered.
    """
    if read is None:
        raise refusals.NotOffered
    free = _open(read, specialist, agreed=agreed)
    kept = holds.kept_for_others(
        specialist_id=specialist.pk, holder=holder, member=client, now=read.now, apart=read.apart
    )
    refusal = kept.refusal(start)
    if start in free and refusal is None:
        return
    nearest = _nearest(start, (each for each in free if each != start and kept.refusal(each) is None))
    end = start + SLOT
    if start in free and refusal is not None:
        raise refusal(nearest)
    if any(each.start < end and start < each.end for each in read.busy):
        raise refusals.SlotTaken(nearest)
    if start < read.now + read.rules.notice and not agreed:
        raise refusals.TooSoon(nearest)
    raise refusals.NotOffered(nearest)


def open_starts(
    specialist: Specialist, now: datetime, *, without: Consultation | None = None, agreed: bool = False
) -> list[datetime]:
    """The specialist's open half hours, in order, to choose from; `agreed` as in `check_open`."""
    return _open(diary.read(specialist, now, without=without), specialist, agreed=agreed)


def apart(specialist: Specialist) -> timedelta:
    """How far from each other two of their half hours must start, so that the pause fits between them."""
    buffer = Schedule.objects.filter(specialist=specialist).values_list("buffer_minutes", flat=True).first()
    return SLOT + timedelta(minutes=buffer or 0)


def _open(read: Diary | None, specialist: Specialist, *, agreed: bool) -> list[datetime]:
    if read is None or not (agreed or specialist.is_bookable):
        return []
    return read.free(notice=timedelta() if agreed else None)


def _nearest(start: datetime, others: Iterable[datetime]) -> list[datetime]:
    return sorted(sorted(others, key=lambda each: abs(each - start))[:NEAREST])


def wall_time(at: datetime, zone: str) -> str:
    """What a clock in the zone reads, with its distance from UTC: 2026-10-25T02:30+0200."""
    return f"{at.astimezone(zone_info(zone)):%Y-%m-%dT%H:%M%z}"


def set_time(consultation: Consultation, specialist: Specialist, schedule: Schedule, start: datetime) -> None:
    """The time, and with it what the specialist's clock and pause say at this moment (BOOKING 6, 10)."""
    consultation.start, consultation.end = start, start + SLOT
    consultation.specialist_zone = specialist.time_zone
    consultation.agreed_local = wall_time(start, specialist.time_zone)
    consultation.buffer_minutes = schedule.buffer_minutes


def occupy(consultation: Consultation, specialist: Specialist) -> None:
    """Take the time of both people; the constraint has the last word."""
    rest = timedelta(minutes=consultation.buffer_minutes)
    spans = {consultation.client_id: consultation.end}
    if specialist.user_id is not None:
        spans[specialist.user_id] = consultation.end + rest
    Occupancy.objects.bulk_create(
        Occupancy(consultation=consultation, person_id=person, during=DateTimeTZRange(consultation.start, until))
        for person, until in sorted(spans.items())
    )


def vacate(consultation: Consultation) -> None:
    """Nobody's time is taken by this booking any more."""
    Occupancy.objects.filter(consultation=consultation).delete()


def check_elsewhere(person: User, start: datetime, without: Consultation | None = None) -> None:
    """Raises AlreadyElsewhere, naming whom this person meets at that time (BOOKING 9)."""
    clash = Occupancy.objects.filter(person=person, during__overlap=span(start))
    if without is not None:
        clash = clash.exclude(consultation=without)
    other = clash.select_related("consultation__specialist", "consultation__client").first()
    if other:
        met = other.consultation
        raise refusals.AlreadyElsewhere(
            met.specialist.name if met.client_id == person.pk else met.client.get_short_name()
        )
