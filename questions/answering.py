"""Rules of answering: verified, live specialists only, one answer each, never to oneself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from audit import trail
from questions.asking import Refused, asker_id, tell_asker
from questions.models import Answer, Question, State
from sealing.sealing import fingerprint
from specialists.models import State as SpecialistState

if TYPE_CHECKING:
    from specialists.models import Specialist

LIMITS = (40, 6000)


class NotVerified(Refused):
    """Only live specialists with a licence we have checked may answer."""


class OwnQuestion(Refused):
    """Nobody answers their own question as a specialist."""


def check_may_answer(*, question: Question, specialist: Specialist, now: datetime) -> None:
    """Raises NotVerified, OwnQuestion, or Refused when the question is not public."""
    if specialist.state != SpecialistState.LIVE or not specialist.licences.valid(now).exists():
        raise NotVerified(_("You can answer once your page is live and your licence has been checked."))
    if question.state != State.PUBLISHED:
        raise Refused(_("This question is not public any more."))
    if asker_id(question) == specialist.user_id:
        raise OwnQuestion(_("This one is for somebody else to answer."))


@transaction.atomic
def answer(*, question: Question, specialist: Specialist, body: str, now: datetime) -> Answer:
    """Publish one's answer, or put a new text in its place. The asker is told the first time.

    Raises NotVerified, OwnQuestion, Refused (length, question gone).
    """
    question = Question.objects.select_for_update(no_key=True).get(pk=question.pk)
    check_may_answer(question=question, specialist=specialist, now=now)
    text = body.replace("\r\n", "\n").strip()
    if not LIMITS[0] <= len(text) <= LIMITS[1]:
        raise Refused(
            _("An answer has between %(least)d and %(most)d characters; this one has %(length)d.")
            % {"least": LIMITS[0], "most": LIMITS[1], "length": len(text)}
        )
    given, made = Answer.objects.update_or_create(
        question=question,
        specialist=specialist,
        defaults={"body": text, "withdrawn_on": None},
        create_defaults={"body": text, "answered_on": now.astimezone(UTC).date()},
    )
    trail.record(
        verb="answered" if made else "answer_changed",
        subject_kind="answer",
        subject_id=given.pk,
        actor_id=specialist.user_id,
        now=now,
    )
    if made:
        tell_asker(
            question,
            "question_answered",
            occasion=fingerprint(str(given.pk), purpose="questions.answer"),
            now=now,
        )
    return given


@transaction.atomic
def withdraw_answer(*, given: Answer, specialist: Specialist, now: datetime) -> None:
    """Take one's own answer back. Twice is harmless. Raises Refused for somebody else's."""
    if given.specialist_id != specialist.pk:
        raise Refused(_("Only the specialist who wrote an answer can take it back."))
    Answer.objects.filter(pk=given.pk, withdrawn_on=None).update(withdrawn_on=now.astimezone(UTC).date())
    trail.record(
        verb="answer_withdrawn",
        subject_kind="answer",
        subject_id=given.pk,
        actor_id=specialist.user_id,
        now=now,
    )
