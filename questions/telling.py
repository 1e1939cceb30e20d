"""Mails to the asker. None of them quotes the question; the row in the outbox does not name it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from notifications.kinds import Kind, Skip, Telling
from notifications.models import Notification
from questions.models import Question, State

STATES = {
    "question_published": State.PUBLISHED,
    "question_declined": State.DECLINED,
    "question_answered": State.PUBLISHED,
}


def read(notification: Notification, now: datetime) -> Telling | Skip:
    """The page the mail leads to; skipped when the question was withdrawn or changed state meanwhile."""
    question = (
        Question.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=int(notification.sealed_subject or 0))
        .first()
    )
    if question is None or question.state != STATES[notification.kind]:
        return Skip("withdrawn")
    if question.state == State.PUBLISHED:
        path = reverse("questions:question", args=[question.public_id, question.slug])
    else:
        path = reverse("questions:mine")
    return Telling(context={}, path=path)


KINDS = tuple(
    Kind(code=code, template=f"emails/questions/{code.removeprefix('question_')}.html", read=read) for code in STATES
)
