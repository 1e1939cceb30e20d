"""What time alone does to bookings: half hours that are over end, requests that nobody answered lapse."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F

from consultations.models import Consultation, ConsultationEvent, Occupancy, Proposal, State


@transaction.atomic
def end_past(*, now: datetime, specialist_id: int | None = None, client_id: int | None = None) -> int:
    """Mark what is over as ended, which frees the pair; how many were.

    Asked about somebody it waits for whoever does the same; for all it leaves those to them. The specialist's pause
    after the half hour stays taken until it is over too.
    """
    over = Consultation.objects.filter(state=State.CONFIRMED, end__lte=now)
    if specialist_id is not None:
        over = over.filter(specialist=specialist_id)
    if client_id is not None:
        over = over.filter(client=client_id)
    alone = specialist_id is None and client_id is None
    found = list(over.defer("note", "cancel_reason").order_by("pk").select_for_update(no_key=True, skip_locked=alone))
    ids = [each.pk for each in found]
    if ids:
        Consultation.objects.filter(pk__in=ids).update(state=State.ENDED, sequence=F("sequence") + 1)
        Proposal.objects.waiting().filter(consultation__in=ids).update(state=Proposal.State.OVER, answered_at=now)
        ConsultationEvent.objects.bulk_create(
            ConsultationEvent(consultation=each, at=now, what="ended", start=each.start, sequence=each.sequence + 1)
            for each in found
        )
    Occupancy.objects.filter(during__fully_lt=DateTimeTZRange(now, None)).delete()
    return len(found)


def close_proposals(consultation: Consultation, now: datetime) -> None:
    """Whatever was proposed is over: the booking moved, was agreed as it is, ended or was called off."""
    consultation.proposals.waiting().update(state=Proposal.State.OVER, answered_at=now)
