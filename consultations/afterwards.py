"""What one of two people sees once their half hour is over: which question is next, and where to go from there.

All of it is made of what this reader said, of whether both said yes, and of whether somebody says that they did not
talk. What the other side wrote on their card is never read here (`fit`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse

from accounts.models import User
from consultations import attendance, fit
from consultations.models import HOLDING, Attendance, Attended, Consultation, Fit
from messaging.models import Thread, ThreadKind
from specialists import cards, openings

# Where the page stands: not over yet, called off, questions open, questions closed.
BEFORE, NEVER, OPEN, CLOSED = "before", "never", "open", "closed"


@dataclass(frozen=True)
class Afterwards:
    """One reader's page. `word` is what they said, `missed` that they and the other did not talk as far as is known,
    `others` are colleagues who are free soonest, `thread_url` leads a specialist to the conversation that is there.
    """

    phase: str
    word: str = ""
    missed: bool = False
    unclear: bool = False
    free_again: bool = False
    standing: fit.Standing = field(default_factory=lambda: fit.Standing(own=None, both_yes=False, is_open=False))
    closes_at: datetime | None = None
    others: list[cards.Card] = field(default_factory=list)
    thread_url: str = ""
    fee: str = ""


def of(*, consultation: Consultation, reader: User, now: datetime) -> Afterwards:
    """The page for this reader; needs `with_people`."""
    if not attendance.is_over(consultation, now):
        coming = consultation.state in HOLDING and consultation.end > now
        return Afterwards(phase=BEFORE if coming else NEVER)
    word, together = attendance.word_of(consultation, reader), consultation.attendance
    standing = fit.standing(consultation=consultation, reader=reader, now=now)
    missed = not standing.both_yes and (word == Attended.NOT_MET or (not word and together == Attendance.NOT_MET))
    as_client = reader.pk == consultation.client_id
    no_fit = standing.own is not None and standing.own.answer == Fit.NO
    return Afterwards(
        phase=OPEN if now < attendance.closes_at(consultation) else CLOSED,
        word=word,
        missed=missed,
        unclear=together == Attendance.UNCLEAR and not standing.both_yes,
        free_again=together == Attendance.NOT_MET,
        standing=standing,
        closes_at=attendance.closes_at(consultation),
        others=_others(consultation, reader, now) if no_fit or (missed and as_client) else [],
        thread_url="" if as_client else _thread_url(consultation),
        fee=cards.fee(consultation.specialist),
    )


def _others(consultation: Consultation, reader: User, now: datetime) -> list[cards.Card]:
    found = fit.refer_on(consultation=consultation, reader=reader, now=now)
    prefetch_related_objects(found, "topics")
    starts = openings.next_for([each.pk for each in found], now)
    return [cards.card(each, starts=starts.get(each.pk, [])) for each in found]


def _thread_url(consultation: Consultation) -> str:
    """A member begins a conversation; once there is one, the specialist can go on with it."""
    own = Thread.objects.filter(
        kind=ThreadKind.SPECIALIST, member=consultation.client_id, specialist=consultation.specialist_id
    )
    found = own.values_list("public_id", flat=True).first()
    return reverse("messaging:thread", args=[found]) if found else ""
