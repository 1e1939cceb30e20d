"""Fair use of the free half hours, and whether two people may meet at all; asked under the locks.

One open for each pair, three coming for each member, and one held in the 365 days before the new start for each
pair. What was asked for and not answered yet counts as open. A half hour that did not take place (one side
says so and the other does not say that they talked) does not use up the year; one that the two remember
differently does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import User
from consultations import refusals
from consultations.models import HOLDING, Attendance, Consultation, State
from specialists.models import ExcludedMember, Specialist

UPCOMING_LIMIT = 3
YEAR = timedelta(days=365)


def check_pair(specialist: Specialist, client: User) -> None:
    """Raises OwnTime, or NotBookable in the same words whether nobody or only this member may book."""
    if specialist.user_id == client.pk:
        raise refusals.OwnTime
    if not specialist.is_bookable or ExcludedMember.objects.filter(specialist=specialist, member=client).exists():
        raise refusals.NotBookable


def check_pair_open(own: Iterable[Consultation], specialist: Specialist, now: datetime) -> None:
    """`own` are the member's bookings. Raises OneOpenEach; `retry_at` is when it frees for sure."""
    pair = next((each for each in _coming(own, now) if each.specialist_id == specialist.pk), None)
    if pair:
        raise refusals.OneOpenEach(specialist.name, pair.end)


def check_limits(own: Iterable[Consultation], specialist: Specialist, start: datetime, now: datetime) -> None:
    """`own` are the member's holding bookings and all with this specialist.

    Raises ThreeComing, OneAYear; `retry_at` is when the limit frees for sure.
    """
    coming = _coming(own, now)
    if len(coming) >= UPCOMING_LIMIT:
        raise refusals.ThreeComing(min(each.end for each in coming))
    check_year(own, specialist, start)


def _coming(own: Iterable[Consultation], now: datetime) -> list[Consultation]:
    return [each for each in own if each.state in HOLDING and each.end > now]


def check_year(own: Iterable[Consultation], specialist: Specialist, start: datetime) -> None:
    """Raises OneAYear; a half hour exactly 365 days before the new start is no obstacle."""
    held = [each.start for each in own if each.specialist_id == specialist.pk and _counts(each)]
    last = max((each for each in held if start - YEAR < each), default=None)
    if last:
        raise refusals.OneAYear(specialist.name, last + YEAR)


def _counts(each: Consultation) -> bool:
    return each.state == State.ENDED and each.attendance != Attendance.NOT_MET
