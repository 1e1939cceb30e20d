"""A specialist's hours: the usual week, dates that differ, kind limits. What is booked stays booked (BOOKING 32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from audit import trail
from consultations import days_off, diary, openings_sync, outside, refusals
from consultations.locking import lock_specialist, patient
from consultations.models import DateException, Schedule, WeeklyWindow
from consultations.ranges import Fault, Range, date_faults, faults
from specialists import profiles
from specialists.models import Specialist
from web.local_time import local_day
from web.times import dated

LIMITS = (
    "notice_minutes", "horizon_days", "buffer_minutes", "weekly_cap", "daily_cap", "by_request",
    "holidays_country", "holidays_region",
)  # fmt: skip


class Refused(refusals.Refused):
    """The hours stay as they are; the text says what to change, `faults` which range each sentence is about."""

    def __init__(self, sentence: str, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(sentence)
        self.faults = list(faults)


class ChangedMeanwhile(Refused):
    """Another window saved other hours after the page was made."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Your hours were changed in another window after you opened this page, so nothing is saved yet. "
                "What you chose is still below. Save again to put it in the place of what is stored now."
            )
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that the editor saves at once: the usual week and the limits. Times are in the specialist's zone."""

    ranges: tuple[Range, ...] = ()
    notice_minutes: int = 900
    horizon_days: int = 28
    buffer_minutes: int = 5
    weekly_cap: int | None = None
    daily_cap: int | None = None
    by_request: bool = False
    holidays_country: str = ""
    holidays_region: str = ""
    offers_free: bool = True

    def digest(self) -> str:
        """A short name of this very plan, to notice that a page was made from another one."""
        return sha256(repr(astuple(self)).encode()).hexdigest()[:16]


def schedule_of(specialist: Specialist) -> Schedule:
    """The schedule, or an unsaved one with the usual limits for somebody who has none yet."""
    return diary.whole_schedule(specialist) or Schedule(specialist=specialist)


def plan_of(specialist: Specialist, schedule: Schedule) -> Plan:
    """What is stored now."""
    windows = schedule.windows.all() if schedule.pk else []
    ranges = sorted(Range(each.weekday, each.start, each.end) for each in windows)
    limits = {name: getattr(schedule, name) for name in LIMITS}
    return Plan(ranges=tuple(ranges), offers_free=specialist.offers_free, **limits)


def locked(specialist: Specialist, actor_id: int | None) -> tuple[Specialist, Schedule]:
    """The specialist's row first (DECISIONS 16), then their schedule, made when there is none. Raises NotYours."""
    row = lock_specialist(specialist.pk)
    if row.user_id is None or row.user_id != actor_id:
        raise refusals.NotYours(_("Only the person whose hours these are can change them."))
    return row, Schedule.objects.get_or_create(specialist=row)[0]


def done(schedule: Schedule, verb: str, now: datetime) -> None:
    """After each change: the trail, the open half hours, and bookings that are within the hours again."""
    schedule.version += 1
    schedule.save()
    pk, actor = schedule.specialist_id, schedule.specialist.user_id
    trail.record(verb=verb, subject_kind="specialist", subject_id=pk, actor_id=actor, now=now)
    openings_sync.refresh(specialist_id=pk, now=now)
    outside.forget_kept_inside(specialist=schedule.specialist, now=now)


@patient
def save_hours(*, specialist: Specialist, actor_id: int | None, plan: Plan, now: datetime, seen: str = "") -> Schedule:
    """Replace the usual week and the limits. `seen` is the digest of the plan that the page was made from.

    Raises Refused with its faults, ChangedMeanwhile, NotYours.
    """
    if wrong := faults(plan.ranges):
        raise Refused(wrong[0].sentence, faults=wrong)
    row, schedule = locked(specialist, actor_id)
    stored = plan_of(row, schedule)
    if seen and seen != stored.digest() and plan.digest() != stored.digest():
        raise ChangedMeanwhile
    for name in LIMITS:
        setattr(schedule, name, getattr(plan, name))
    if not days_off.knows(plan.holidays_country, plan.holidays_region):
        raise Refused(_("We don’t know the public holidays of that place. Choose one of the list."))
    schedule.windows.all().delete()
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(schedule=schedule, weekday=each.weekday, start=each.start, end=each.end) for each in plan.ranges
    )
    schedule.specialist = row
    if row.offers_free != plan.offers_free and row.user is not None:
        schedule.specialist = profiles.set_offers_free(specialist=row, actor=row.user, offers=plan.offers_free, now=now)
    done(schedule, "hours changed", now)
    return schedule


@patient
def open_date(
    *, specialist: Specialist, actor_id: int | None, day: date, start: time, end: time, now: datetime
) -> DateException:
    """Open hours on one date, beside the usual ones; on a public holiday in their place. Raises Refused, NotYours."""
    row, schedule = locked(specialist, actor_id)
    check_day(day, row, now)
    there = schedule.exceptions.filter(date__gte=day - timedelta(days=1), date__lte=day + timedelta(days=1))
    if there.filter(date=day, start=None).exists():
        raise Refused(_("You are away on %(day)s. Remove that first.") % {"day": dated(day, "long")})
    if absence := schedule.absences.filter(first_day__lte=day, last_day__gte=day).first():
        said = {"first": dated(absence.first_day, "full"), "last": dated(absence.last_day, "full")}
        raise Refused(_("You are away from %(first)s to %(last)s. Change that first.") % said)
    known = [(each.date, each.start, each.end) for each in there if each.start is not None and each.end is not None]
    if wrong := date_faults([(day, start, end)]) or date_faults([*known, (day, start, end)]):
        raise Refused(wrong[0].sentence)
    made = DateException.objects.create(schedule=schedule, date=day, start=start, end=end)
    done(schedule, "date changed", now)
    return made


def check_day(day: date, specialist: Specialist, now: datetime) -> None:
    """Raises Refused for a date that is over, or so far off that it can only be a slip."""
    today = local_day(now, specialist.time_zone)
    if day < today:
        raise Refused(_("%(day)s is over. Choose today or a later date.") % {"day": dated(day, "full")})
    if day > today + timedelta(days=2 * 366):
        raise Refused(_("%(day)s is more than two years away. Choose a nearer date.") % {"day": dated(day, "full")})


@patient
def remove_exception(*, specialist: Specialist, actor_id: int | None, exception_id: int, now: datetime) -> None:
    """Back to the usual week on that date; removing it twice changes nothing. Raises NotYours."""
    _row, schedule = locked(specialist, actor_id)
    if schedule.exceptions.filter(pk=exception_id).delete()[0]:
        done(schedule, "date changed", now)
