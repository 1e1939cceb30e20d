"""Mails once a half hour is over: one that asks both how it was, and one to both when both would go on together.

The first is written with the booking and due a quarter of an hour after its end, so that it interrupts nothing; a
move writes it anew. It depends on nothing that the other side said.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import User
from consultations import attendance, invites
from consultations.models import Consultation, FitCard, State
from notifications import kinds, outbox
from notifications.models import Notification

AFTER, BOTH_YES = "consultation_after", "consultation_both_yes"
WAITS = timedelta(minutes=15)
USEFUL_FOR = timedelta(days=3)


def notes(consultation: Consultation, people: Iterable[User]) -> list[outbox.Note]:
    """The mails that ask these people how it was.

    They name no start (`speaks_of`): the night may put them off, and what is over can't come too late for that.
    """
    return [
        outbox.Note(
            kind=AFTER,
            subject_id=consultation.pk,
            recipient=person,
            occasion=str(consultation.sequence),
            due_at=consultation.end + WAITS,
            useless_after=consultation.end + USEFUL_FOR,
        )
        for person in people
    ]


def tell_both_yes(consultation: Consultation, now: datetime) -> None:
    """To both, at once: they have both said yes."""
    people = [person for person in (consultation.client, consultation.specialist.user) if person is not None]
    told = [
        outbox.Note(kind=BOTH_YES, subject_id=consultation.pk, recipient=each, occasion="yes", due_at=now)
        for each in people
    ]
    outbox.notify_all(told, now=now)


def read(notification: Notification, now: datetime) -> kinds.Telling | kinds.Skip:
    """The half hour as it is now; nothing is asked that its recipient has answered already."""
    rows = Consultation.objects.select_for_update(no_key=True, of=("self",)).with_people()
    consultation = rows.filter(pk=notification.subject_id or 0).first()
    if consultation is None:
        return kinds.Skip("gone")
    reader = notification.recipient
    if cause := _needless(notification, consultation, now):
        return kinds.Skip(cause)
    path = reverse("consultations:fit", args=[consultation.public_id])
    return kinds.Telling(context=_context(consultation, reader), path=path)


def _needless(notification: Notification, consultation: Consultation, now: datetime) -> str:
    if notification.kind == BOTH_YES:
        return "" if attendance.both_yes(consultation) else "changed"
    if not attendance.is_over(consultation, now):
        return "moved" if consultation.state == State.CONFIRMED else consultation.state
    reader = notification.recipient
    said = attendance.word_of(consultation, reader)
    return "answered" if said or FitCard.objects.filter(consultation=consultation, person=reader).exists() else ""


def _context(consultation: Consultation, reader: User) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "other": invites.other_name(consultation, reader),
        "as_client": reader.pk == consultation.client_id,
    }


def register() -> None:
    """Put the kinds on the list of notifications."""
    for code in (AFTER, BOTH_YES):
        name = code.removeprefix("consultation_")
        kinds.add_kind(kinds.Kind(code=code, template=f"emails/consultations/{name}.html", read=read))
