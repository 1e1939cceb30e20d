"""What a change in a specialist's situation does to their half hours (BOOKING 7, 34, 37)."""

from __future__ import annotations

from datetime import datetime

from cases import queue
from consultations import cancelling, earlier_offers, openings_sync, telling, waiting_line
from consultations.models import Consultation
from specialists.changes import Change
from specialists.models import Specialist

CASE = "called_off"
ENDS_BOOKINGS = {"suspended", "lapsed", "withdrawn"}


def on_change(*, specialist: Specialist, change: Change, now: datetime) -> None:
    """In the transaction of the change: half hours to come are called off, or their people told; lists follow.

    A pause and the end of the free offer leave what is agreed as it is. Whom a suspension or a lapse leaves without
    their half hour, a curator looks after.
    """
    if change in ENDS_BOOKINGS:
        called_off = cancelling.call_off(specialist_id=specialist.pk, client_id=None, actor=None, now=now)
        if called_off and change != "withdrawn":
            queue.open_case(kind=CASE, subject_id=specialist.pk, now=now)
    if not specialist.is_bookable:
        earlier_offers.stop(specialist=specialist)
    if change == "withdrawn":
        waiting_line.close(specialist=specialist, now=now)
    if change == "zone":
        coming = Consultation.objects.upcoming(now).filter(specialist=specialist).with_people()
        for consultation in coming:
            telling.tell_zone(consultation, specialist.time_zone, now)
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
