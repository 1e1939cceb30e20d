"""Which reminders a person wants before a half hour, for what comes and for what is booked already."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations import reminders
from consultations.models import Consultation, ReminderPlan, State
from consultations.refusals import Refused
from notifications import outbox

UNWANTED = "not wanted"  # why a reminder was withdrawn; wanted again, it is put back


class UnknownPlan(Refused):
    """`plan` is none of `ReminderPlan.Plan`."""

    def __init__(self) -> None:
        super().__init__(_("Choose one of the reminders on the list."))


def of(user: User) -> ReminderPlan.Plan:
    """What this person has chosen; both reminders where they never chose."""
    chosen = ReminderPlan.objects.filter(user=user).values_list("plan", flat=True).first()
    return ReminderPlan.Plan(chosen) if chosen else ReminderPlan.Plan.BOTH


@transaction.atomic
def choose(*, user: User, plan: str, now: datetime) -> int:
    """Keep the plan and make the reminders of all upcoming bookings follow it; how many bookings there were.

    Choosing the same again changes nothing. A reminder whose time has come or gone is not sent after the fact
    (BOOKING 23). Raises UnknownPlan.
    """
    if plan not in ReminderPlan.Plan:
        raise UnknownPlan
    # Booking and moving lock both people, so each of them sees the old plan and is seen here, or sees the new one.
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    ReminderPlan.objects.update_or_create(user=person, defaults={"plan": plan})
    booked = Consultation.objects.visible_to(person).filter(state=State.CONFIRMED, start__gt=now).order_by("pk")
    leads = reminders.leads_of(person)
    for consultation in booked:
        wanted = [reminders.occasion_of(consultation, lead) for lead in leads]
        outbox.withdraw(
            kinds=(reminders.REMINDER,), subject_id=consultation.pk, recipient=person, keep=wanted, now=now,
            cause=UNWANTED,
        )  # fmt: skip
        outbox.restore(
            kind=reminders.REMINDER, subject_id=consultation.pk, recipient=person, occasions=wanted, now=now,
            cause=UNWANTED,
        )  # fmt: skip
        reminders.plan(consultation, person, now)
    return len(booked)
