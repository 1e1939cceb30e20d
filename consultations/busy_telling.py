"""Telling a specialist that their own calendar hasn't been readable for a while: one mail for each such stretch."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
from django.urls import reverse

from consultations.busy_words import WORDS
from consultations.models import BusyCalendar
from notifications import kinds, outbox
from notifications.models import Notification
from sealing.sealing import fingerprint

FAILING = "busy_calendar_failing"
TEMPLATE = "emails/consultations/busy_calendar_failing.html"
# With the waits between tries these are a quarter of an hour where waiting never helps, and half a day elsewhere.
TRIES_IF_LASTING, TRIES = 3, 8
STALE = timedelta(hours=24)


def tell_if_lasting(calendar: BusyCalendar, now: datetime) -> None:
    """One notification once it failed too often, or has not been read for a day. Needs the specialist at hand."""
    recipient = calendar.schedule.specialist.user
    lasting = calendar.failures >= (TRIES_IF_LASTING if WORDS[calendar.failure].lasting else TRIES)
    stale = calendar.fetched_at is not None and now >= calendar.fetched_at + STALE
    if recipient is not None and (lasting or stale):
        outbox.notify(
            kind=FAILING,
            subject_id=calendar.pk,
            recipient=recipient,
            occasion=_stretch(calendar),
            due_at=now,
            now=now,
        )


def _stretch(calendar: BusyCalendar) -> str:
    """What tells one failing stretch from another: when it last went well, or an address that never did."""
    if calendar.fetched_at is not None:
        return f"{calendar.fetched_at:%Y%m%dT%H%M%S}"
    return fingerprint(calendar.url, purpose="consultations.busy_calendar.stretch")[:16]


def withdraw(calendar: BusyCalendar, *, cause: str, now: datetime) -> None:
    """It is not true any more."""
    outbox.withdraw(kinds=(FAILING,), subject_id=calendar.pk, now=now, cause=cause)


def host_of(calendar: BusyCalendar) -> str:
    """The part of the address that may be shown: the rest of it is a secret."""
    return httpx.URL(calendar.url).host


def read(notification: Notification, now: datetime) -> kinds.Telling | kinds.Skip:
    """How the calendar stands at this moment."""
    rows = BusyCalendar.objects.select_for_update(no_key=True)
    calendar = rows.filter(pk=notification.subject_id or 0).first()
    if calendar is None:
        return kinds.Skip("disconnected")
    if not calendar.failures:
        return kinds.Skip("works again")
    context = {"host": host_of(calendar), "words": WORDS[calendar.failure], "since": calendar.fetched_at}
    return kinds.Telling(context=context, path=reverse("practice_consultations:busy_calendar"))


def register() -> None:
    """Put the kind on the list of notifications."""
    kinds.add_kind(kinds.Kind(code=FAILING, template=TEMPLATE, read=read))
