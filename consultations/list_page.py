"""What the lists of half hours show: one's own, and those booked with a specialist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from consultations import showing, waiting_line
from consultations.models import Consultation
from specialists.models import Specialist
from web.local_time import local_day

PAST_SHOWN = 50
AGREED = {"confirmed", "now"}


def mine(reader: User, *, now: datetime) -> dict[str, Any]:
    """In four queries: what comes, on either side, one's own past, and one's places in line."""
    own = Consultation.objects.visible_to(reader).with_people().with_proposals()
    coming = showing.rows(own.upcoming(now), reader, now)
    past = showing.rows(own.filter(client=reader).past(now)[:PAST_SHOWN], reader, now)
    as_client = [row for row in coming if row.as_client]
    agreed = [row for row in as_client if row.stands in AGREED]
    given = [row for row in coming if not row.as_client]
    places = waiting_line.places_of(member=reader, now=now)
    return {
        "any": bool(as_client or past or places),
        "places": places,
        "to_answer": [row for row in as_client if row.to_answer],
        "first": agreed[:1],
        "later": agreed[1:],
        "waiting": [row for row in as_client if row.stands == "requested"],
        "past": [row for row in as_client if row.stands == "expired"] + past,
        "given": [row for row in given if row.stands in AGREED],
        "given_to_answer": [row for row in given if row.to_answer],
    }


def booked(specialist: Specialist, reader: User, *, now: datetime) -> dict[str, Any]:
    """In two queries: what waits for an answer, today on the specialist's calendar, what comes, what was."""
    own = Consultation.objects.filter(specialist=specialist).with_people().with_proposals()
    coming = showing.rows(own.upcoming(now), reader, now)
    past = showing.rows(own.past(now)[:PAST_SHOWN], reader, now)
    agreed = [row for row in coming if row.stands in AGREED]
    today = local_day(now, specialist.time_zone)

    def is_today(row: showing.Row) -> bool:
        return local_day(row.consultation.start, specialist.time_zone) == today

    return {
        "to_answer": [row for row in coming if row.to_answer],
        "today": [row for row in agreed if is_today(row)],
        "coming": [row for row in agreed if not is_today(row)],
        "past": [row for row in coming if row.stands == "expired"] + past,
    }
