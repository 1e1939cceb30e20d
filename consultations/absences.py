"""Days on which a specialist is away. Bookings within them are answered first, each of them (BOOKING 33)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from consultations import hours, outside, refusals
from consultations.hours import Refused
from consultations.locking import patient
from consultations.models import Absence, Consultation, DateException, Schedule
from consultations.outside import Answer
from specialists.models import Specialist
from web.local_time import day_range
from web.times import dated

MOST_DAYS = 366


def within(
    specialist: Specialist, first_day: date, last_day: date, now: datetime, *, besides: Absence | None = None
) -> list[Consultation]:
    """Bookings of which any part lies on these local dates, also those kept outside the hours before.

    `besides` is an absence that is being changed: what lies within its days was answered when it was made.
    """
    zone = specialist.time_zone
    since, until = day_range(first_day, zone)[0], day_range(last_day, zone)[1]
    rows = outside.to_come(specialist, now).filter(start__lt=until, end__gt=since)
    if besides is not None:
        known_since, known_until = day_range(besides.first_day, zone)[0], day_range(besides.last_day, zone)[1]
        rows = rows.exclude(start__lt=known_until, end__gt=known_since)
    return list(rows)


def words(first_day: date, last_day: date) -> str:
    """24 December 2026, or 24 December 2026 to 3 January 2027."""
    if first_day == last_day:
        return dated(first_day, "full")
    return _("%(first)s to %(last)s") % {"first": dated(first_day, "full"), "last": dated(last_day, "full")}


def check(specialist: Specialist, first_day: date, last_day: date, now: datetime) -> None:
    """Whether these are days somebody can be away. Raises Refused."""
    if last_day < first_day:
        raise Refused(_("The last day is before the first. Swap them, or choose a later last day."))
    hours.check_day(last_day, specialist, now)
    if last_day - first_day >= timedelta(days=MOST_DAYS):
        raise Refused(_("That is more than a year. Choose a nearer last day, or take your page off the site."))


@patient
def add(
    *,
    specialist: Specialist,
    actor: User,
    first_day: date,
    last_day: date,
    answers: Mapping[int, Answer],
    now: datetime,
) -> Absence:
    """Away from the first to the last day, both included, with an answer for each booking within, by its key.

    All of it or nothing. Raises Refused, Unanswered, NotAnswered, NotYours.
    """
    row, schedule = hours.locked(specialist, actor.pk)
    check(row, first_day, last_day, now)
    _check_alone(schedule, first_day, last_day)
    made = Absence.objects.create(schedule=schedule, first_day=first_day, last_day=last_day)
    _settle(row, actor, within(row, first_day, last_day, now), answers, now)
    hours.done(schedule, "absence added", now)
    return made


@patient
def change(
    *, absence: Absence, actor: User, first_day: date, last_day: date, answers: Mapping[int, Answer], now: datetime
) -> Absence:
    """Other days away; only bookings that lie within the new days and not the old ones need an answer.

    Raises as `add`, and NotOpen when it was removed meanwhile.
    """
    row, schedule = hours.locked(absence.schedule.specialist, actor.pk)
    current = schedule.absences.filter(pk=absence.pk).first()
    if current is None:
        raise refusals.NotOpen(_("These days away were removed meanwhile."))
    check(row, first_day, last_day, now)
    _check_alone(schedule, first_day, last_day, besides=current)
    found = within(row, first_day, last_day, now, besides=current)
    current.first_day, current.last_day = first_day, last_day
    current.save(update_fields=["first_day", "last_day"])
    _settle(row, actor, found, answers, now)
    hours.done(schedule, "absence changed", now)
    return current


@patient
def remove(*, absence: Absence, actor: User, now: datetime) -> None:
    """Back to the usual week on these days; a second time changes nothing. Raises NotYours."""
    _row, schedule = hours.locked(absence.schedule.specialist, actor.pk)
    if schedule.absences.filter(pk=absence.pk).delete()[0]:
        hours.done(schedule, "absence removed", now)


@patient
def close_date(
    *, specialist: Specialist, actor: User, day: date, answers: Mapping[int, Answer], now: datetime
) -> DateException:
    """Nothing on this one date, in place of whatever was said about it. Raises as `add`."""
    row, schedule = hours.locked(specialist, actor.pk)
    hours.check_day(day, row, now)
    schedule.exceptions.filter(date=day).delete()
    made = DateException.objects.create(schedule=schedule, date=day)
    _settle(row, actor, within(row, day, day, now), answers, now)
    hours.done(schedule, "date changed", now)
    return made


def _check_alone(schedule: Schedule, first_day: date, last_day: date, *, besides: Absence | None = None) -> None:
    there = schedule.absences.filter(first_day__lte=last_day, last_day__gte=first_day)
    if besides is not None:
        there = there.exclude(pk=besides.pk)
    if other := there.first():
        said = {"days": words(other.first_day, other.last_day)}
        raise Refused(_("These days touch others you are away (%(days)s). Change those, or choose other days.") % said)


def _settle(
    specialist: Specialist, actor: User, found: list[Consultation], answers: Mapping[int, Answer], now: datetime
) -> None:
    """Every booking found is answered. The days are closed already, so none of them can be proposed."""
    if missing := [each for each in found if each.pk not in answers]:
        raise outside.Unanswered(missing)
    said = {each.pk: answers[each.pk] for each in found}
    outside.answer_all(specialist=specialist, actor=actor, answers=said, now=now)
