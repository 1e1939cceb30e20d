"""Reminders before a half hour: which ones a person wants, and the rows for them (BOOKING 21 to 23).

A row is written for each lead that has not begun. It speaks of one start and one sequence: after a move the rows of
the old time are withdrawn and new ones written.
"""

from __future__ import annotations

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
    chosen = ReminderPlan.objects.filter(user=person).values_list("plan", flat=True).first() or Plan.BOTH
    leads = sorted((timedelta(minutes=minutes) for minutes in settings.REMINDER_LEADS_MINUTES), reverse=True)
    wanted = {
        Plan.BOTH: lambda lead: True,
        Plan.DAY: lambda lead: lead > LONG_LEAD,
        Plan.HOUR: lambda lead: lead <= LONG_LEAD,
        Plan.NONE: lambda lead: False,
    }[Plan(chosen)]
    return tuple(lead for lead in leads if wanted(lead))


def plan(consultation: Consultation, person: User, now: datetime) -> int:
    """Write the reminders still ahead of this person; how many. A lead that has begun already is left out."""
    leads = [lead for lead in leads_of(person) if consultation.start - lead > now]
    for lead in leads:
        outbox.notify(
            kind=REMINDER,
            subject_id=consultation.pk,
            recipient=person,
            occasion=f"{consultation.sequence}-{lead // timedelta(minutes=1)}m",
            due_at=consultation.start - lead,
            now=now,
            speaks_of=consultation.start,
            useless_after=consultation.start - (LONG_LEAD if lead > LONG_LEAD else timedelta()),
        )
    return len(leads)


def withdraw(consultation: Consultation, now: datetime, cause: str) -> None:
    """Take back the reminders that have not gone yet; `cause` is a short code ("moved")."""
    outbox.withdraw(kinds=(REMINDER,), subject_id=consultation.pk, now=now, cause=cause)


def reminded(consultation: Consultation, person: User, since: datetime) -> bool:
    """Whether a reminder was still ahead of this person at `since`, when the time was agreed."""
    return any(consultation.start - lead > since for lead in leads_of(person))
