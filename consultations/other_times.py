"""Other half hours to propose for bookings that have to make way: open ones, near each of them, over several days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from consultations import diary
from consultations.availability import Busy, DayException
from consultations.models import Consultation
from specialists.models import Specialist
from web.local_time import by_day, in_zone, local_day
from web.times import zone_info

DAYS, A_DAY = 5, 3
# The other side has to read the mail first.
LEAD = timedelta(hours=3)


def for_each(
    specialist: Specialist,
    consultations: Sequence[Consultation],
    now: datetime,
    *,
    away: tuple[date, date] | None = None,
) -> dict[int, list[datetime]]:
    """Half hours that the specialist can propose for each booking, by its key; none on the dates `away`.

    Not within the next hours; else as `slots.open_starts` finds them for one booking with its own time given up,
    but asked of the database once.
    """
    read = diary.read(specialist, now) if consultations else None
    if read is None:
        return {}
    if away is not None:
        closed = _closed(*away, local_day(now, read.zone), read.rules.horizon)
        read = replace(read, rules=replace(read.rules, exceptions=(*read.rules.exceptions, *closed)))
    found = {}
    for each in consultations:
        rest = timedelta(minutes=each.buffer_minutes)
        own = Busy(each.start, each.end + rest)
        without = replace(
            read,
            busy=[busy for busy in read.busy if busy != own],
            given=[start for start in read.given if start != each.start],
        )
        free = [start for start in without.free(notice=LEAD) if start != each.start]
        found[each.pk] = spread(free, each.start, read.zone)
    return found


def _closed(first: date, last: date, today: date, horizon: timedelta) -> list[DayException]:
    first, last = max(first, today), min(last, today + horizon)
    return [DayException(first + timedelta(days=n), "closed") for n in range((last - first).days + 1)]


def spread(free: Sequence[datetime], agreed: datetime, zone: str) -> list[datetime]:
    """A few of the free half hours, in order: on the nearest days, and of each day those near the agreed hour."""
    wanted = _minutes(agreed, zone)
    days = by_day(free, zone)
    days.sort(key=lambda day: abs((day[0] - local_day(agreed, zone)).days))
    chosen = []
    for _day, starts in days[:DAYS]:
        chosen += sorted(starts, key=lambda start: abs(_minutes(start, zone) - wanted))[:A_DAY]
    return sorted(chosen)


def _minutes(at: datetime, zone: str) -> int:
    local = in_zone(at, zone_info(zone))
    return local.hour * 60 + local.minute
