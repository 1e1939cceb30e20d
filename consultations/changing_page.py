"""What the pages of moving, answering and cancelling show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from accounts.models import User
from consultations import choosing, refusals, showing
from consultations.models import Consultation, Proposal
from web import times

YEARS = range(2000, 2200)


def read_day(text: str) -> date | None:
    """The day to look from, `2026-11-30`; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def fresh(consultation: Consultation) -> Consultation:
    """As it stands now, after something came in between."""
    return Consultation.objects.with_people().get(pk=consultation.pk)


def of(consultation: Consultation, reader: User, *, now: datetime) -> dict[str, Any]:
    """What every one of these pages says about the half hour itself."""
    row = showing.row(consultation, reader, now)
    return {"row": row, "consultation": consultation, "stands": row.stands}


def change(
    consultation: Consultation,
    reader: User,
    *,
    asked: date | None,
    zone: str,
    now: datetime,
    chosen: Iterable[datetime],
    holder: str,
) -> dict[str, Any]:
    """The open half hours of a week, unless something stands in the way of any."""
    obstacle = choosing.obstacle(consultation, reader, now)
    starts = [] if obstacle else choosing.open_to(consultation, reader, now, holder=holder)
    return of(consultation, reader, now=now) | {
        "obstacle": obstacle,
        "answer_first": isinstance(obstacle, refusals.AnswerFirst),
        "proposes": not choosing.moves_itself(consultation, reader),
        "moves_left": showing.moves_left(consultation, reader),
        "week": choosing.week(starts, asked=asked, zone=zone, now=now, chosen=chosen),
        "zone_choices": times.zone_choices(now, zone, consultation.specialist.time_zone),
    }


def answer(consultation: Consultation, reader: User, *, now: datetime) -> dict[str, Any]:
    """The request and the proposal that wait, and for whom."""
    row = showing.row(consultation, reader, now)
    ahead = row.stands in {"requested", "confirmed"}
    proposal = consultation.proposals.waiting().first() if ahead else None
    return of(consultation, reader, now=now) | {
        "proposal": proposal,
        "own_proposal": proposal is not None and proposal.by_id == reader.pk,
        "asked": row.stands == "requested" and not row.as_client,
    }


def proposal_named(consultation: Consultation, public_id: str) -> Proposal:
    """The proposal that the page showed. Raises NotOpen for one that is none of this half hour's."""
    for proposal in consultation.proposals.select_related("consultation"):
        if str(proposal.public_id) == public_id:
            return proposal
    raise refusals.NotOpen
