"""What the two people are told about a booking, and how each mail is read again just before it goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from consultations import invites
from consultations.models import Consultation, State
from notifications import kinds, outbox
from notifications.models import Notification

BOOKED, CANCELLED, REMINDER = "consultation_booked", "consultation_cancelled", "consultation_reminder"
# A reminder of the day before is of no use within the last two hours; a shorter one until the start.
LONG_LEAD = timedelta(hours=2)


def tell_booked(consultation: Consultation, now: datetime) -> None:
    """The confirmation to both, and their reminders. A lead that has begun already is left out (BOOKING 23)."""
    for person in (consultation.client, consultation.specialist.user):
        if person is None:
            continue
        outbox.notify(
            kind=BOOKED,
            subject_id=consultation.pk,
            recipient=person,
            occasion=str(consultation.sequence),
            due_at=now,
            now=now,
            speaks_of=consultation.start,
            useless_after=consultation.end,
        )
        for minutes in settings.REMINDER_LEADS_MINUTES:
            lead = timedelta(minutes=minutes)
            if consultation.start - lead <= now:
                continue
            outbox.notify(
                kind=REMINDER,
                subject_id=consultation.pk,
                recipient=person,
                occasion=f"{consultation.sequence}-{minutes}m",
                due_at=consultation.start - lead,
                now=now,
                speaks_of=consultation.start,
                useless_after=consultation.start - (LONG_LEAD if lead > LONG_LEAD else timedelta()),
            )


def tell_cancelled(consultation: Consultation, now: datetime) -> None:
    """Takes back what is unsent and tells both, with an invite that removes it from their calendars."""
    outbox.withdraw(kinds=(BOOKED, REMINDER), subject_id=consultation.pk, now=now, cause="cancelled")
    for person in (consultation.client, consultation.specialist.user):
        if person is not None:
            outbox.notify(
                kind=CANCELLED,
                subject_id=consultation.pk,
                recipient=person,
                occasion=str(consultation.sequence),
                due_at=now,
                now=now,
                speaks_of=consultation.start,
                useless_after=consultation.end,
            )


def has_reminder(consultation: Consultation) -> bool:
    """Whether any reminder was planned when it was booked."""
    leads = [timedelta(minutes=minutes) for minutes in settings.REMINDER_LEADS_MINUTES]
    return any(consultation.start - lead > consultation.booked_at for lead in leads)


def read(notification: Notification, now: datetime) -> kinds.Telling | kinds.Skip:
    """The booking as it is at this moment, or why nothing needs to be said any more."""
    rows = Consultation.objects.select_for_update(no_key=True, of=("self",)).with_people()
    consultation = rows.filter(pk=notification.subject_id or 0).first()
    if consultation is None:
        return kinds.Skip("gone")
    called_off = consultation.state == State.CANCELLED
    if called_off and notification.kind != CANCELLED:
        return kinds.Skip("cancelled")
    if notification.speaks_of and notification.speaks_of != consultation.start:
        return kinds.Skip("moved")
    if notification.kind == REMINDER and (consultation.state != State.CONFIRMED or consultation.start <= now):
        return kinds.Skip("begun")
    reader = notification.recipient
    as_client = reader.pk == consultation.client_id
    specialist_zone, client_zone = consultation.specialist.time_zone, consultation.client.zone
    context = {
        "consultation": consultation,
        "other": invites.other_name(consultation, reader),
        "other_zone": specialist_zone if as_client else client_zone,
        "as_client": as_client,
        "by_other": called_off and consultation.cancelled_by_id not in {reader.pk, None},
        "by_site": called_off and consultation.cancelled_by_id is None,
        "reminded": has_reminder(consultation),
    }
    files = () if notification.kind == REMINDER else (invites.attachment(consultation, reader),)
    path = reverse("consultations:detail", args=[consultation.public_id])
    return kinds.Telling(context=context, path=path, attachments=files)


def register() -> None:
    """Put the kinds on the list of notifications."""
    for code, name in ((BOOKED, "booked"), (CANCELLED, "cancelled"), (REMINDER, "reminder")):
        kinds.add_kind(kinds.Kind(code=code, template=f"emails/consultations/{name}.html", read=read))
