"""Half hours as one of their two people reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import HOLDING, Consultation, State


@dataclass(frozen=True)
class Row:
    """One half hour, and the other person in it."""

    consultation: Consultation
    other: str
    other_key: str
    other_url: str
    other_zone: str
    as_client: bool
    can_cancel: bool
    standing: str


def row(consultation: Consultation, reader: User, now: datetime) -> Row:
    """The row for this reader; needs `with_people`."""
    as_client = consultation.client_id == reader.pk
    specialist, client = consultation.specialist, consultation.client
    public = specialist.state in {"live", "paused"}
    return Row(
        consultation=consultation,
        other=specialist.name if as_client else client.get_short_name(),
        other_key=specialist.slug if as_client else str(client.public_id),
        other_url=reverse("specialists:detail", args=[specialist.slug]) if as_client and public else "",
        other_zone=specialist.time_zone if as_client else client.zone,
        as_client=as_client,
        can_cancel=consultation.state in HOLDING and consultation.start > now,
        standing=_standing(consultation, reader),
    )


def _standing(consultation: Consultation, reader: User) -> str:
    if consultation.state != State.CANCELLED:
        return ""
    if consultation.cancelled_by_id is None:
        return _("Called off")
    return _("Cancelled by you") if consultation.cancelled_by_id == reader.pk else _("Cancelled by the other person")


def rows(consultations: Iterable[Consultation], reader: User, now: datetime) -> list[Row]:
    """Rows in the given order."""
    return [row(each, reader, now) for each in consultations]


def history(consultation: Consultation) -> list[tuple[datetime, str]]:
    """When what happened, in words, oldest first."""
    words = {"booked": _("Booked"), "cancelled": _("Cancelled"), "ended": _("Over")}
    return [(each.at, words.get(each.what, each.what)) for each in consultation.events.all()]
