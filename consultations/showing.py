"""Half hours as one of their two people reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from consultations import moving
from consultations.models import Consultation, State


@dataclass(frozen=True)
class Row:
    """One half hour, the other person in it, and what this reader can do about it now."""

    consultation: Consultation
    other: str
    other_key: str
    other_url: str
    other_zone: str
    as_client: bool
    can_cancel: bool
    can_move: bool
    to_answer: bool
    waits: bool
    stands: str
    standing: str


def row(consultation: Consultation, reader: User, now: datetime) -> Row:
    """The row for this reader; needs `with_people`, and `with_proposals` where proposals are to be shown."""
    as_client = consultation.client_id == reader.pk
    specialist, client = consultation.specialist, consultation.client
    public = specialist.state in {"live", "paused"}
    stands = standing_of(consultation, now)
    ahead = stands in {"requested", "confirmed"}
    proposed_by = vars(consultation).get("proposed_by") if ahead else None
    asked = stands == "requested"
    return Row(
        consultation=consultation,
        other=specialist.name if as_client else client.get_short_name(),
        other_key=specialist.slug if as_client else str(client.public_id),
        other_url=reverse("specialists:detail", args=[specialist.slug]) if as_client and public else "",
        other_zone=specialist.time_zone if as_client else client.zone,
        as_client=as_client,
        can_cancel=ahead and (as_client or not asked),
        can_move=ahead and moves_left(consultation, reader) > 0,
        to_answer=(asked and not as_client) or proposed_by not in {None, reader.pk},
        waits=(asked and as_client) or proposed_by == reader.pk,
        stands=stands,
        standing=_words(consultation, reader, stands) or _proposed(proposed_by, reader),
    )


def standing_of(consultation: Consultation, now: datetime) -> str:
    """The state as it is at `now`, told apart where time alone made a difference that the tick has yet to write.

    *requested*, *confirmed* (still to come), *now* (it has begun), *over*, *declined*, *expired*, *cancelled*.
    """
    if consultation.state == State.REQUESTED:
        late = consultation.expires_at is not None and consultation.expires_at <= now
        return "expired" if late or consultation.start <= now else "requested"
    if consultation.state == State.CONFIRMED:
        return "over" if consultation.end <= now else "now" if consultation.start <= now else "confirmed"
    return "over" if consultation.state == State.ENDED else str(consultation.state)


def moves_left(consultation: Consultation, reader: User) -> int:
    """How often this side may still move it."""
    used = consultation.moves_by_client if consultation.client_id == reader.pk else consultation.moves_by_specialist
    return moving.MOST_MOVES - used


def _words(consultation: Consultation, reader: User, stands: str) -> str:
    """What a line in a list adds to the time and the person; nothing for a half hour that simply stands."""
    if stands == "cancelled":
        if consultation.cancelled_by_id is None:
            return _("Called off")
        by_reader = consultation.cancelled_by_id == reader.pk
        return _("Cancelled by you") if by_reader else _("Cancelled by the other person")
    return {
        "requested": _("Asked for"),
        "now": _("Now"),
        "declined": _("Declined"),
        "expired": _("Not answered in time"),
    }.get(stands, "")


def _proposed(proposed_by: int | None, reader: User) -> str:
    if proposed_by is None:
        return ""
    return _("You proposed other times") if proposed_by == reader.pk else _("Other times are proposed")


def rows(consultations: Iterable[Consultation], reader: User, now: datetime) -> list[Row]:
    """Rows in the given order."""
    return [row(each, reader, now) for each in consultations]
