"""Half hours agreed or asked for at times of one's choosing, made by the rules themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.models import User
from consultations import booking, proposals
from consultations.models import Consultation, Proposal, Schedule
from specialists.models import Specialist
from tests.factories import make_specialist, make_user
from web.clock import database_now


def at(hour: int = 10, days: int = 2, minute: int = 0) -> datetime:
    """A half hour of the coming days; `make_specialist` is open from 09:00 to 17:00 UTC."""
    day = database_now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def iso(start: datetime) -> str:
    return f"{start:%Y-%m-%dT%H:%M:%SZ}"


def fresh(consultation: Consultation) -> Consultation:
    """As a request would load it."""
    return Consultation.objects.with_people().get(pk=consultation.pk)


def agree(specialist: Specialist | None = None, client: User | None = None, start: datetime | None = None, **known):
    """A booking; `by_request` makes its specialist one who is asked first."""
    specialist = specialist or make_specialist()
    if known.pop("by_request", False):
        Schedule.objects.filter(specialist=specialist).update(by_request=True)
    values = {"location": "PT", "format": "video", "now": database_now()} | known
    made = booking.book(specialist=specialist, client=client or make_user(), start=start or at(), **values)
    return fresh(made)


def ask(specialist: Specialist | None = None, client: User | None = None, start: datetime | None = None, **known):
    """A request that waits for its specialist."""
    return agree(specialist, client, start, by_request=True, **known)


def propose(consultation: Consultation, actor: User, *starts: datetime, words: str = "") -> Proposal:
    """Other times, proposed on the page as it is now."""
    return proposals.propose(
        consultation=consultation,
        actor=actor,
        starts=starts or (at(14),),
        words=words,
        seen=fresh(consultation).sequence,
        now=database_now(),
    )


def begin(consultation: Consultation, ago: timedelta = timedelta(minutes=1)) -> Consultation:
    """As if it had begun a while ago."""
    start = database_now() - ago
    Consultation.objects.filter(pk=consultation.pk).update(start=start, end=start + timedelta(minutes=30))
    return fresh(consultation)
