"""Reminders before a half hour: which ones a person wants, and the rows for them (BOOKING 21 to 23).

A row is written for each lead that has not begun. It speaks of one start and one sequence: after a move the rows of
the old time are withdrawn and new ones written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from consultations.models import Consultation, ReminderPlan
from notifications import outbox

REMINDER = "consultation_reminder"
# A reminder of the day before is of no use within the last two hours; a shorter one until the start.
LONG_LEAD = timedelta(hours=2)
Plan = ReminderPlan.Plan


def leads_of(person: User) -> tuple[timedelta, ...]:
    """How long before a start this person wants to be reminded, the longest first."""
    return _leads([person])[person.pk]


def _leads(people: Iterable[User]) -> dict[int, tuple[timedelta, ...]]:
    """The same for several, in one query."""
    ids = [person.pk for person in people]
    chosen = dict(ReminderPlan.objects.filter(user__in=ids).values_list("user", "plan"))
    leads = sorted((timedelta(minutes=minutes) for minutes in settings.REMINDER_LEADS_MINUTES), reverse=True)
    return {pk: tuple(lead for lead in leads if _wants(Plan(chosen.get(pk, Plan.BOTH)), lead)) for pk in ids}


def occasion_of(consultation: Consultation, lead: timedelta) -> str:
    """What tells the reminders of one booking apart: which agreement, and how long before it."""
    return f"{consultation.sequence}-{lead // timedelta(minutes=1)}m"


def _wants(plan: Plan, lead: timedelta) -> bool:
    return plan == Plan.BOTH or plan == (Plan.DAY if lead > LONG_LEAD else Plan.HOUR)


def plan(consultation: Consultation, person: User, now: datetime) -> None:
    """Write the reminders still ahead of this person. A lead that has begun already is left out."""
    outbox.notify_all(notes(consultation, [person], now), now=now)


def notes(consultation: Consultation, people: Sequence[User], now: datetime) -> list[outbox.Note]:
    """The reminders still ahead of these people."""
    leads = _leads(people)
    return [
        outbox.Note(
            kind=REMINDER,
            subject_id=consultation.pk,
            recipient=person,
            occasion=occasion_of(consultation, lead),
            due_at=consultation.start - lead,
            speaks_of=consultation.start,
            useless_after=consultation.start - (LONG_LEAD if lead > LONG_LEAD else timedelta()),
        )
        for person in people
        for lead in leads[person.pk]
        if consultation.start - lead > now
    ]


def reminded(consultation: Consultation, person: User, since: datetime) -> bool:
    """Whether a reminder was still ahead of this person at `since`, when the time was agreed."""
    return any(consultation.start - lead > since for lead in leads_of(person))
