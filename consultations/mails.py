"""How each mail about a half hour is read again just before it goes: as things are then, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from consultations import invites, links, reminders, telling
from consultations.models import HOLDING, Consultation, State
from consultations.reminders import REMINDER
from notifications import kinds
from notifications.models import Notification
from specialists import colleagues

CODES = {State.REQUESTED: "requested", State.CANCELLED: "cancelled", State.DECLINED: "declined"}
Extra = Callable[[Consultation, User, datetime], dict[str, Any]]


def read(notification: Notification, now: datetime) -> kinds.Telling | kinds.Skip:
    """The booking as it is at this moment, or why nothing needs to be said any more."""
    rows = Consultation.objects.select_for_update(no_key=True, of=("self",)).with_people()
    try:
        # `first` would order a hundred columns by the key, which costs more than all the rest of the query.
        consultation = rows.get(pk=notification.subject_id or 0)
    except Consultation.DoesNotExist:
        return kinds.Skip("gone")
    if cause := _stale(notification, consultation, now):
        return kinds.Skip(cause)
    reader = notification.recipient
    context = _context(consultation, reader)
    if more := EXTRAS.get(notification.kind):
        context |= more(consultation, reader, now)
    path = reverse("consultations:detail", args=[consultation.public_id])
    return kinds.Telling(context=context, path=path, attachments=_files(notification.kind, consultation, reader))


def _stale(notification: Notification, consultation: Consultation, now: datetime) -> str:
    """A short code of what made it untrue meanwhile; empty when it still holds."""
    allowed = STATES[notification.kind]
    if consultation.state not in allowed:
        return CODES.get(State(consultation.state), consultation.state)
    if notification.speaks_of and notification.speaks_of != consultation.start:
        return "moved"
    if notification.kind in (REMINDER, telling.PROPOSED, telling.REQUESTED) and consultation.start <= now:
        return "begun"
    if notification.kind == telling.PROPOSED and not _waits(notification, consultation):
        return "answered"
    return ""


def _waits(notification: Notification, consultation: Consultation) -> bool:
    return consultation.proposals.waiting().filter(pk=int(notification.occasion)).exists()


def _context(consultation: Consultation, reader: User) -> dict[str, Any]:
    as_client = reader.pk == consultation.client_id
    off = consultation.state == State.CANCELLED

    def link(purpose: links.Purpose) -> str:
        return settings.SITE_URL + links.make(consultation, reader, purpose)

    return {
        "consultation": consultation,
        "other": invites.other_name(consultation, reader),
        "other_zone": consultation.specialist.time_zone if as_client else consultation.client.zone,
        "as_client": as_client,
        "by_other": off and consultation.cancelled_by_id not in {reader.pk, None},
        "by_site": off and consultation.cancelled_by_id is None,
        "cancel_url": link("cancel"),
        "move_url": link("move"),
        "answer_url": link("answer"),
    }


def _reminded(consultation: Consultation, reader: User, now: datetime) -> dict[str, Any]:
    return {"reminded": reminders.reminded(consultation, reader, consultation.changed_at or consultation.booked_at)}


def _others(consultation: Consultation, reader: User, now: datetime) -> dict[str, Any]:
    """For the member only: three who are free, when it was not they who called it off (BOOKING 34)."""
    mine = consultation.cancelled_by_id == reader.pk or reader.pk != consultation.client_id
    found = [] if mine else colleagues.free_soonest(like=consultation.specialist, member=reader, now=now)
    return {
        "others": [
            {
                "name": each.name,
                "title": each.title,
                "next_free": each.next_free,
                "url": settings.SITE_URL + reverse("specialists:detail", args=[each.slug]),
            }
            for each in found
        ]
    }


def _proposal(consultation: Consultation, reader: User, now: datetime) -> dict[str, Any]:
    proposal = consultation.proposals.order_by("-pk").first()
    return {"starts": proposal.starts if proposal else []}


EXTRAS: dict[str, Extra] = {
    telling.BOOKED: _reminded,
    telling.MOVED: _reminded,
    telling.CANCELLED: _others,
    telling.DECLINED: _others,
    telling.EXPIRED: _others,
    telling.PROPOSED: _proposal,
}
CONFIRMED = (State.CONFIRMED,)
STATES: dict[str, tuple[State, ...]] = {
    telling.BOOKED: CONFIRMED,
    telling.REQUESTED: (State.REQUESTED,),
    telling.DECLINED: (State.DECLINED,),
    telling.EXPIRED: (State.EXPIRED,),
    telling.MOVED: HOLDING,
    telling.CANCELLED: (State.CANCELLED,),
    telling.PROPOSED: HOLDING,
    telling.KEPT: HOLDING,
    telling.ZONE: HOLDING,
    telling.CLOCK: HOLDING,
    REMINDER: CONFIRMED,
}
WITH_INVITE = {telling.BOOKED, telling.MOVED, telling.CANCELLED}


def _files(kind: str, consultation: Consultation, reader: User) -> tuple[kinds.Attachment, ...]:
    """The invite, once there is an agreement: a request has none, and nothing to take back."""
    if kind in WITH_INVITE and consultation.expires_at is None:
        return (invites.attachment(consultation, reader),)
    return ()


def register() -> None:
    """Put the kinds on the list of notifications."""
    for code in STATES:
        name = code.removeprefix("consultation_")
        kinds.add_kind(kinds.Kind(code=code, template=f"emails/consultations/{name}.html", read=read))
