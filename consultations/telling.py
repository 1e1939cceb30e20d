"""What the two people are told about a half hour: a row for each mail, written with the change that causes it.

How each row is read again just before it goes stands in `mails`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from consultations import after_mails, reminders
from consultations.models import Consultation, Proposal, State
from notifications import outbox

BOOKED, REQUESTED = "consultation_booked", "consultation_requested"
DECLINED, EXPIRED = "consultation_declined", "consultation_expired"
MOVED, CANCELLED = "consultation_moved", "consultation_cancelled"
PROPOSED, KEPT = "consultation_proposed", "consultation_kept"
ZONE, CLOCK = "consultation_zone", "consultation_clock"
# What a later change makes untrue is taken back when it has not gone yet.
ABOUT_A_TIME = (BOOKED, REQUESTED, MOVED, PROPOSED, KEPT, ZONE, CLOCK, reminders.REMINDER, after_mails.AFTER)


def both(consultation: Consultation) -> list[User]:
    """The two people; a profile that nobody has claimed has no second one."""
    return [person for person in (consultation.client, consultation.specialist.user) if person is not None]


def _tell(kind: str, consultation: Consultation, people: Iterable[User], now: datetime, occasion: str = "") -> None:
    outbox.notify_all(_notes(kind, consultation, people, now, occasion), now=now)


def _notes(
    kind: str, consultation: Consultation, people: Iterable[User], now: datetime, occasion: str = ""
) -> list[outbox.Note]:
    return [
        outbox.Note(
            kind=kind,
            subject_id=consultation.pk,
            recipient=person,
            occasion=occasion or str(consultation.sequence),
            due_at=now,
            speaks_of=consultation.start,
            useless_after=consultation.end,
        )
        for person in people
    ]


def _take_back(consultation: Consultation, now: datetime, cause: str) -> None:
    outbox.withdraw(kinds=ABOUT_A_TIME, subject_id=consultation.pk, now=now, cause=cause)


def _tell_and_remind(kind: str, consultation: Consultation, now: datetime) -> None:
    """To both now, again before it starts, as each of them wishes, and once it is over."""
    people = both(consultation)
    told, after = _notes(kind, consultation, people, now), after_mails.notes(consultation, people)
    outbox.notify_all([*told, *reminders.notes(consultation, people, now), *after], now=now)


def tell_booked(consultation: Consultation, now: datetime) -> None:
    """The confirmation to both, and their reminders."""
    _tell_and_remind(BOOKED, consultation, now)


def tell_requested(consultation: Consultation, now: datetime) -> None:
    """To the one who asked: until when they will know. To the specialist: that an answer is waited for."""
    _tell(REQUESTED, consultation, both(consultation), now)


def tell_accepted(consultation: Consultation, now: datetime) -> None:
    """From now on it is a booking like any other."""
    _take_back(consultation, now, "accepted")
    tell_booked(consultation, now)


def tell_declined(consultation: Consultation, now: datetime) -> None:
    """To the one who asked, with others who are free."""
    _take_back(consultation, now, "declined")
    _tell(DECLINED, consultation, [consultation.client], now)


def tell_expired(consultation: Consultation, now: datetime) -> None:
    """To both."""
    _take_back(consultation, now, "expired")
    _tell(EXPIRED, consultation, both(consultation), now)


def tell_moved(consultation: Consultation, now: datetime) -> None:
    """The new time to both, with an invite that moves the entry in their calendars; reminders for the new time."""
    _take_back(consultation, now, "moved")
    if consultation.state == State.CONFIRMED:
        _tell_and_remind(MOVED, consultation, now)
    else:
        _tell(MOVED, consultation, both(consultation), now)


def tell_cancelled(consultation: Consultation, now: datetime) -> None:
    """Takes back what is unsent and tells both, with an invite that removes it from their calendars."""
    _take_back(consultation, now, "cancelled")
    _tell(CANCELLED, consultation, both(consultation), now)


def tell_proposed(consultation: Consultation, proposal: Proposal, now: datetime) -> None:
    """To the side that chooses."""
    people = [person for person in both(consultation) if person.pk != proposal.by_id]
    _tell(PROPOSED, consultation, people, now, occasion=str(proposal.pk))


def tell_kept(consultation: Consultation, proposal: Proposal, actor: User, now: datetime) -> None:
    """To the other side: it stays as it was."""
    outbox.withdraw(kinds=(PROPOSED,), subject_id=consultation.pk, now=now, cause="kept")
    people = [person for person in both(consultation) if person.pk != actor.pk]
    _tell(KEPT, consultation, people, now, occasion=str(proposal.pk))


def tell_zone(consultation: Consultation, zone: str, now: datetime) -> None:
    """To both: the specialist's clock is another one now, the instant is the same (BOOKING 7)."""
    _tell(ZONE, consultation, both(consultation), now, occasion=f"{consultation.sequence}:{zone}"[:60])


def tell_clock(consultation: Consultation, now: datetime) -> None:
    """To the specialist: rules of their zone changed, and the clock reads another time than agreed (BOOKING 6)."""
    people = [person for person in (consultation.specialist.user,) if person is not None]
    _tell(CLOCK, consultation, people, now, occasion=f"{consultation.sequence}:{consultation.reads_now}"[:60])
