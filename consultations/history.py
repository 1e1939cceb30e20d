"""The record of a booking: what happened to it when, for its two people, and for the trail."""

from __future__ import annotations

from datetime import datetime

from audit import trail
from consultations.models import Consultation, ConsultationEvent


def record(consultation: Consultation, what: str, actor_id: int | None, now: datetime) -> None:
    """One line in each; the words for `what` stand in `record`."""
    ConsultationEvent.objects.create(
        consultation=consultation,
        at=now,
        actor_id=actor_id,
        what=what,
        start=consultation.start,
        sequence=consultation.sequence,
    )
    trail.record(verb=what, subject_kind="consultation", subject_id=consultation.pk, actor_id=actor_id, now=now)
