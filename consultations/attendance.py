"""Whether two people talked, as each of them says once their half hour is over (BOOKING 38).

One voice is enough, two that differ leave it unclear, and nothing of it counts against anybody. What was called off
before is no half hour that somebody missed, so nothing is asked about it. Why two people did not talk is never kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from consultations import ending, refusals
from consultations.locking import check_side, lock_with_people, patient
from consultations.models import HOLDING, Attended, Consultation, Fit, State

# How long after the end words and fit cards can be given and changed.
OPEN_FOR = timedelta(days=14)


class NotOver(refusals.Refused):
    """It has not ended yet."""

    def __init__(self) -> None:
        super().__init__(_("This half hour isn’t over yet. You can say how it was once it is."))


class NeverWas(refusals.Refused):
    """It was called off, declined, or never answered."""

    def __init__(self) -> None:
        super().__init__(_("This half hour was called off, so there is nothing to say about it."))


class Closed(refusals.Refused):
    """The time for words and cards is over."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Two weeks have passed, so this is closed now. You can still write."))


class Settled(Closed):
    """Both have said that they would go on together; nothing about it can be unsaid."""

    def __init__(self) -> None:
        super().__init__(_("You have both said yes, so this stays as it is. You can write to each other about it."))


def closes_at(consultation: Consultation) -> datetime:
    """Until when words and cards can be given and changed."""
    return consultation.end + OPEN_FOR


def is_over(consultation: Consultation, now: datetime) -> bool:
    """Whether it took its time, even where the tick has not marked it as ended yet."""
    return consultation.state == State.ENDED or (consultation.state == State.CONFIRMED and consultation.end <= now)


def check_over(consultation: Consultation, now: datetime) -> None:
    """Raises NotOver for what is to come or running, NeverWas for what was called off, Closed after two weeks."""
    if not is_over(consultation, now):
        coming = consultation.state in HOLDING and consultation.end > now
        raise NotOver if coming else NeverWas
    if now >= closes_at(consultation):
        raise Closed


def word_of(consultation: Consultation, person: User) -> str:
    """What this one of the two has said, empty for nothing."""
    as_client = person.pk == consultation.client_id
    return consultation.client_says if as_client else consultation.specialist_says


def both_yes(consultation: Consultation) -> bool:
    """Whether both fit cards say yes: the only thing about cards that anybody but their writer learns."""
    return consultation.fit_cards.filter(answer=Fit.YES).count() > 1


@patient
def say(*, consultation: Consultation, actor: User, said: Attended, now: datetime) -> Consultation:
    """One side says whether they talked, or says otherwise than before. The same word again changes nothing.

    Who says that they did not talk has no fit card about it. Raises NotYours, NotOver, NeverWas, Closed, Settled.
    """
    locked, specialist, _people = lock_with_people(consultation)
    check_side(locked, actor)
    check_over(locked, now)
    if word_of(locked, actor) == said:
        return locked
    if said == Attended.NOT_MET and both_yes(locked):
        raise Settled
    if locked.state == State.CONFIRMED:
        ending.end_past(now=now, specialist_id=specialist.pk, client_id=locked.client_id)
        locked.refresh_from_db(fields=["state", "sequence"])
    side = "client_says" if actor.pk == locked.client_id else "specialist_says"
    setattr(locked, side, said)
    locked.save(update_fields=[side])
    if said == Attended.NOT_MET:
        locked.fit_cards.filter(person=actor).delete()
    trail.record(verb="attendance_said", subject_kind="consultation", subject_id=locked.pk, actor_id=actor.pk, now=now)
    return locked
