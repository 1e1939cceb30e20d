"""Whether the rows of openings say what the pure function says: the check behind `check_openings`.

Three things are no drift, because time alone makes them so: a row whose notice has begun stays until the next
write, and no list shows it; the last day of the horizon is missing for a while after midnight, until it is rolled
forward; `next_free` may name a half hour that closed a moment ago, until the next tick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from consultations import diary
from specialists.models import PUBLIC_STATES, Opening, Specialist
from web.local_time import local_day

Clock = Callable[[], datetime]
BATCH = 500
# Rolling forward runs every quarter of an hour; a local day without it is a scheduler that stands still.
ROLLED_WITHIN = timedelta(days=1)
TICKED_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class Drift:
    """How the rows of one specialist differ: starts that lists lack, or show though nobody can book them."""

    specialist_id: int
    slug: str
    missing: tuple[datetime, ...]
    extra: tuple[datetime, ...]
    next_free_wrong: bool
    not_rolled: bool

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.next_free_wrong or self.not_rolled)


def of(specialist: Specialist, now: datetime) -> Drift:
    """Compare the rows of one specialist with the pure function; false when they say the same."""
    read = diary.read(specialist, now)
    starts = read.free() if read and specialist.is_bookable else []
    notice = read.rules.notice if read else timedelta()
    shown = dict(Opening.objects.filter(specialist=specialist).listed(now).values_list("start", "closes_at"))
    # Open at this very moment and closed in the next: no list shows it any more.
    wanted = {start: start - notice for start in starts if start - notice > now}
    today = local_day(now, specialist.time_zone)
    rolled = read.schedule.rolled_to if read else today
    not_rolled = specialist.state in PUBLIC_STATES and (rolled is None or today - rolled > ROLLED_WITHIN)
    lacking = [start for start, closes in wanted.items() if shown.get(start) != closes]
    if read and rolled is not None and not not_rolled:
        reached = rolled + read.rules.horizon
        lacking = [start for start in lacking if local_day(start, specialist.time_zone) <= reached]
    return Drift(
        specialist_id=specialist.pk,
        slug=specialist.slug,
        missing=tuple(sorted(lacking)),
        extra=tuple(sorted(start for start, closes in shown.items() if wanted.get(start) != closes)),
        next_free_wrong=_next_free_wrong(specialist, min(shown, default=None), notice, now),
        not_rolled=not_rolled,
    )


def _next_free_wrong(specialist: Specialist, first: datetime | None, notice: timedelta, now: datetime) -> bool:
    stored = specialist.next_free
    if stored == first:
        return False
    return stored is None or not now - TICKED_WITHIN < stored - notice <= now


def find(*, clock: Clock) -> Iterator[Drift | None]:
    """Every specialist in turn: their drift, or None. Locks nobody but those who seem to have drifted.

    What is read without a lock may be half of a change that happens meanwhile; who seems wrong is read again under
    the lock that every change takes, for a few milliseconds.
    """
    last = 0
    while batch := list(Specialist.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for specialist in batch:
            yield (_locked(specialist.pk, clock) or None) if of(specialist, clock()) else None
        last = batch[-1].pk


@transaction.atomic
def _locked(specialist_id: int, clock: Clock) -> Drift:
    specialist = Specialist.objects.select_for_update(no_key=True).get(pk=specialist_id)
    return of(specialist, clock())
