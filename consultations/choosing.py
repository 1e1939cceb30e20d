"""Choosing other times for a half hour: which are open to whom, a week at a time, with what was chosen kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from consultations import holds, moving, refusals, slots
from consultations.availability import SLOT
from consultations.models import Consultation, Occupancy, Schedule, State
from consultations.proposals import other_name
from web.local_time import by_day, local_day

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """Half hours to choose from, by day in the reader's zone, and where to look on.

    `chosen` are all that are chosen, `apart` those of them that this week doesn't show. `later` and `earlier` are
    the days to go on from, None where nothing is open there.
    """

    first: date
    days: list[tuple[date, list[datetime]]]
    later: date | None
    earlier: date | None
    chosen: list[datetime]
    apart: list[datetime]


def moves_itself(consultation: Consultation, reader: User) -> bool:
    """Whether this side moves it at once; else it proposes times, and the other side chooses."""
    if reader.pk != consultation.client_id:
        return False
    asked = Schedule.objects.filter(specialist=consultation.specialist_id, by_request=True).exists()
    return consultation.state == State.REQUESTED or not asked


def obstacle(consultation: Consultation, reader: User, now: datetime) -> refusals.Refused | None:
    """What stands in the way of any other time, known before one is chosen."""
    try:
        moving.check_movable(consultation, now)
        moving.check_moves(consultation, reader)
    except refusals.Refused as refused:
        return refused
    if consultation.proposals.waiting().exclude(by=reader).exists():
        return refusals.AnswerFirst(other_name(consultation, reader))
    return None


def open_to(consultation: Consultation, reader: User, now: datetime, *, holder: str) -> list[datetime]:
    """The half hours this side may choose from, in order.

    A member's own other half hours are left out for the member alone: the specialist learns nothing of them.
    """
    as_client, specialist = reader.pk == consultation.client_id, consultation.specialist
    found = slots.open_starts(specialist, now, without=consultation, agreed=not as_client)
    kept = holds.kept_for_others(
        specialist_id=specialist.pk,
        holder=holder,
        member=consultation.client,
        now=now,
        apart=slots.apart(specialist),
    )
    taken = Occupancy.objects.filter(person=reader, during__endswith__gt=now).exclude(consultation=consultation)
    spans = list(taken.values_list("during", flat=True)) if as_client else []
    return [
        start
        for start in found
        if start != consultation.start
        and not (as_client and kept.refusal(start))
        and not any(span.lower < start + SLOT and start < span.upper for span in spans)
    ]


def week(starts: list[datetime], *, asked: date | None, zone: str, now: datetime, chosen: Iterable[datetime]) -> Week:
    """Seven days from the one asked for, or from the first that has any."""
    by_date = by_day(starts, zone)
    today = local_day(now, zone)
    first = max(asked, today) if asked else by_date[0][0] if by_date else today
    shown = [(day, found) for day, found in by_date if first <= day < first + WEEK]
    before = [day for day, _found in by_date if day < first]
    after = [day for day, _found in by_date if day >= first + WEEK]
    picked = sorted(set(chosen))
    visible = {start for _day, found in shown for start in found}
    return Week(
        first=first,
        days=shown,
        later=after[0] if after else None,
        earlier=max(before[0], first - WEEK) if before else None,
        chosen=picked,
        apart=[start for start in picked if start not in visible],
    )
