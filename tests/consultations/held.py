"""Half hours that were held, or were to be, made by the rules themselves at the times they speak of."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from consultations import booking, ending, openings_sync
from consultations.models import Consultation
from specialists.models import Specialist
from tests.factories import make_specialist, make_user
from web.clock import database_now

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def held(
    *,
    ago: timedelta = DAY,
    specialist: Specialist | None = None,
    client: User | None = None,
    marked: bool = True,
    now: datetime | None = None,
) -> Consultation:
    """One that ended about `ago` before now; `marked` as ended by the tick already."""
    now = now or database_now()
    specialist = specialist or make_specialist()
    then = now - ago - 2 * DAY
    starts = [each for each in openings_sync.true_openings(specialist, then) if each <= now - ago - HOUR / 2]
    made = booking.book(
        specialist=specialist, client=client or make_user(), start=starts[-1], now=then, format="video", location="PT"
    )
    if marked:
        ending.end_past(now=made.end, specialist_id=specialist.pk, client_id=made.client_id)
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    return Consultation.objects.with_people().get(pk=made.pk)


def coming(*, specialist: Specialist | None = None, client: User | None = None, nth: int = 0) -> Consultation:
    """One to come, the nth that is open."""
    specialist, now = specialist or make_specialist(), database_now()
    start = openings_sync.true_openings(specialist, now)[nth]
    made = booking.book(
        specialist=specialist, client=client or make_user(), start=start, now=now, format="video", location="PT"
    )
    return Consultation.objects.with_people().get(pk=made.pk)
