"""What one half hour's own page shows, to each of its two people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from consultations import jurisdiction, record, showing, telling
from consultations.models import Consultation
from notifications import bounces
from specialists import cards, colleagues, openings
from specialists.models import ExcludedMember


def context(consultation: Consultation, reader: User, *, now: datetime) -> dict[str, Any]:
    """Needs `with_people` and `with_proposals`."""
    row = showing.row(consultation, reader, now)
    ahead = row.stands in {"requested", "confirmed"}
    proposal = consultation.proposals.waiting().first() if ahead else None
    return {
        "row": row,
        "consultation": consultation,
        "stands": row.stands,
        "ahead": ahead,
        "coming": row.stands in {"confirmed", "now"},
        "moves_left": showing.moves_left(consultation, reader),
        "history": record.lines(consultation, reader),
        "proposal": proposal,
        "own_proposal": proposal is not None and proposal.by_id == reader.pk,
        "clock": clock_question(consultation) if ahead and not row.as_client else None,
        "elsewhere": _elsewhere(consultation, row.as_client, now) if ahead else "",
        "others": _others(consultation, reader, row, now),
        "unreached": consultation.end > now and _is_unreached(consultation, reader),
    }


def clock_question(consultation: Consultation) -> tuple[str, str] | None:
    """What the specialist's clock was agreed to read and what it reads now, where rules changed (BOOKING 6)."""
    if not consultation.reads_now:
        return None
    agreed, reads = (datetime.fromisoformat(each) for each in (consultation.agreed_local, consultation.reads_now))
    return agreed.strftime("%H:%M"), reads.strftime("%H:%M")


def _is_unreached(consultation: Consultation, reader: User) -> bool:
    """Whether our mail to the other person came back, and they have not seen it on the site (BOOKING 26)."""
    other = [person.pk for person in telling.both(consultation) if person.pk != reader.pk]
    kinds = (*telling.ABOUT_A_TIME, telling.CANCELLED, telling.DECLINED, telling.EXPIRED)
    return bool(bounces.unreached(kinds=kinds, subject_id=consultation.pk, recipients=other))


def _elsewhere(consultation: Consultation, as_client: bool, now: datetime) -> str:
    specialist, place = consultation.specialist, consultation.location
    licensed = jurisdiction.licensed_in(specialist, now)
    if as_client:
        return jurisdiction.note(specialist.name, licensed, place)
    return jurisdiction.note_to_specialist(licensed, place)


def _others(consultation: Consultation, reader: User, row: showing.Row, now: datetime) -> list[dict[str, Any]]:
    """Three who are free soonest, for a member whose half hour will not be, unless it was they who cancelled."""
    off = row.stands in {"cancelled", "declined", "expired"} and row.as_client
    if not off or consultation.cancelled_by_id == reader.pk:
        return []
    found = colleagues.free_soonest(like=consultation.specialist, member=reader, now=now)
    free = openings.next_for([each.pk for each in found], now)
    return [{"who": each, "starts": free.get(each.pk, []), "book_url": cards.book_url(each)} for each in found]


def exclusion(consultation: Consultation, reader: User, *, now: datetime) -> dict[str, Any]:
    """Whether this member is left out already, and whether something is to be settled first."""
    pair = {"specialist": consultation.specialist_id}
    coming = Consultation.objects.upcoming(now).filter(client=consultation.client_id, **pair)
    return {
        "row": showing.row(consultation, reader, now),
        "consultation": consultation,
        "excluded": ExcludedMember.objects.filter(member=consultation.client_id, **pair).exists(),
        "coming": coming.first(),
    }
