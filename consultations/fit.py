"""Fit cards: would you go on together? (PRODUCT 4). Each side has its own, and nobody reads the other's.

Only a yes on both sides shows itself, to both at once. Whatever else the other side answered, or whether they did,
must not show: no mail, no missing link, no form that closes. So a card stays open for two weeks unless both have
said yes, and everything a person sees is made of their own card and of `attendance.both_yes` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from consultations import after_mails, attendance, fair_use, refusals
from consultations.locking import check_side, lock_with_people, patient
from consultations.models import HOLDING, Attended, Consultation, Fit, FitCard, State
from specialists import colleagues
from specialists.models import Specialist


class TalkedFirst(refusals.Refused):
    """A card is about a talk, so somebody says first that there was one."""

    def __init__(self) -> None:
        super().__init__(_("Say first whether you talked. The question after it depends on that."))


@dataclass(frozen=True)
class Standing:
    """What one person may know: their own card, whether both said yes, and whether they can still answer."""

    own: FitCard | None
    both_yes: bool
    is_open: bool


def standing(*, consultation: Consultation, reader: User, now: datetime) -> Standing:
    """How it stands for this reader; always the same two questions to the database."""
    own = consultation.fit_cards.filter(person=reader).first()
    agreed = attendance.both_yes(consultation)
    return Standing(own=own, both_yes=agreed, is_open=not agreed and now < attendance.closes_at(consultation))


@patient
def answer(*, consultation: Consultation, actor: User, choice: Fit, words: str, now: datetime) -> FitCard:
    """Fill in one's own card, or change it; a second yes tells both. `words` are for their writer alone.

    Raises NotYours, TalkedFirst, Settled once both have said yes, and what `attendance.check_over` raises.
    """
    locked, _specialist, _people = lock_with_people(consultation)
    check_side(locked, actor)
    attendance.check_over(locked, now)
    if attendance.word_of(locked, actor) != Attended.MET:
        raise TalkedFirst
    if attendance.both_yes(locked):
        if choice != Fit.YES:
            raise attendance.Settled
        return locked.fit_cards.get(person=actor)
    card, _made = FitCard.objects.update_or_create(
        consultation=locked, person=actor, defaults={"answer": choice, "words": words.strip() or None, "at": now}
    )
    # The answer itself stays out of the trail: whoever reads that must not learn it either.
    trail.record(verb="fit_answered", subject_kind="consultation", subject_id=locked.pk, actor_id=actor.pk, now=now)
    if attendance.both_yes(locked):
        after_mails.tell_both_yes(locked, now)
    return card


def refer_on(*, consultation: Consultation, reader: User, now: datetime) -> list[Specialist]:
    """Three colleagues of the specialist who match and are free soonest, for one of the two.

    For the member, nobody whom they have found not to fit, have met within the year or are about to meet, and nobody
    who does not wish to meet them. A specialist's list knows nothing of all that: whoever is missing would tell.
    """
    like, member = consultation.specialist, consultation.client
    if reader.pk != member.pk:
        own = Specialist.objects.filter(user=member).values_list("pk", flat=True)
        return colleagues.free_soonest(like=like, member=None, now=now, leave_out=list(own))
    met = Q(state__in=(*HOLDING, State.ENDED), start__gt=now - fair_use.YEAR)
    no_fit = Q(fit_cards__person=member, fit_cards__answer=Fit.NO)
    before = Consultation.objects.filter(met | no_fit, client=member).values_list("specialist", flat=True)
    return colleagues.free_soonest(like=like, member=member, now=now, leave_out=list(before))
