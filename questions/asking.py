"""Rules of asking: under a fresh alias, read by a curator first, withdrawn whenever the asker likes.

Nothing in the clear ties a question to a person (DECISIONS 21): the asker's id stands on the question sealed,
and each person's questions stand in one sealed list of theirs.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit import trail
from cases import queue
from notifications import outbox
from questions.alias import fresh_alias
from questions.crisis import at_risk
from questions.models import OwnQuestions, Question, State

if TYPE_CHECKING:
    from accounts.models import User
    from topics.models import Topic

TITLE_LIMITS = (10, 140)
BODY_LIMITS = (20, 4000)
A_DAY = 5
CASE = "question"


class Refused(queue.Refused):
    """The question was not taken, or the decision not made; the message says why."""


class WrongLength(Refused):
    """Too short to be answered, or too long to be read."""


class TooMany(Refused):
    """Five questions a day are asked already; `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


def own_ids(user: User, *, lock: bool = False) -> list[list]:
    """`[question id, date asked]` pairs of this person's own questions, newest last, opened from the sealed list."""
    rows = OwnQuestions.objects.filter(user=user)
    row = (rows.select_for_update(no_key=True) if lock else rows).first()
    return json.loads(row.sealed_ids) if row else []


def asker_id(question: Question) -> int | None:
    """Who asked; opened only to tell the asker, or to keep a specialist from answering themselves."""
    return int(json.loads(question.sealed_asker)["user"]) if question.sealed_asker else None


@transaction.atomic
def ask(*, asker: User, title: str, body: str, topics: Iterable[Topic], language: str, now: datetime) -> Question:
    """Take a question and put it before the curators. Raises WrongLength, TooMany."""
    title, body = " ".join(title.split()), body.replace("\r\n", "\n").strip()
    _check_lengths(title, body)
    OwnQuestions.objects.get_or_create(user=asker, defaults={"sealed_ids": "[]"})
    mine = own_ids(asker, lock=True)
    today = now.astimezone(UTC).date()
    _check_pace(mine, today, now)
    risk = at_risk(f"{title}\n{body}")
    question = Question.objects.create(
        public_id=secrets.token_urlsafe(8),
        slug=slugify(title)[:80].strip("-") or "question",
        language=language,
        title=title,
        body=body,
        alias=fresh_alias(),
        # The salt keeps the plain text from being guessed by its length; sealing itself is randomised.
        sealed_asker=json.dumps({"user": asker.pk, "salt": secrets.token_hex(8)}),
        at_risk=risk,
        asked_on=today,
    )
    question.topics.set(topics)
    OwnQuestions.objects.filter(user=asker).update(sealed_ids=json.dumps([*mine, [question.pk, today.isoformat()]]))
    queue.open_case(kind=CASE, subject_id=question.pk, now=now, at_risk=risk)
    return question


def _check_lengths(title: str, body: str) -> None:
    if len(title) < TITLE_LIMITS[0]:
        raise WrongLength(_("Put your question into one line, a few words at least."))
    if len(title) > TITLE_LIMITS[1]:
        raise WrongLength(
            _("Keep the line under %(limit)d characters; the rest goes below.") % {"limit": TITLE_LIMITS[1]}
        )
    if len(body) < BODY_LIMITS[0]:
        raise WrongLength(_("Say a little more, so that a specialist has something to answer."))
    if len(body) > BODY_LIMITS[1]:
        raise WrongLength(_("There is room for %(limit)d characters.") % {"limit": BODY_LIMITS[1]})


def _check_pace(mine: list[list], today: date, now: datetime) -> None:
    if sum(asked == today.isoformat() for _id, asked in mine) >= A_DAY:
        midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC)
        raise TooMany(
            _("You have asked %(count)d questions today. What you wrote is kept; you can send it tomorrow.")
            % {"count": A_DAY},
            retry_after=max(1, int((midnight - now).total_seconds())),
        )


def _to_decide(subject_id: int, actor: User) -> Question:
    """A waiting question, held until the transaction ends, for somebody who may decide about it."""
    if not actor.is_curator:
        raise Refused(_("Only our team can decide this."))
    question = Question.objects.select_for_update(no_key=True, of=("self",)).filter(pk=subject_id).first()
    if question is None or question.state != State.WAITING:
        raise Refused(_("This question has been dealt with already."))
    return question


@transaction.atomic
def publish(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """Let readers see it. Raises Refused when it no longer waits, or for anybody but a curator."""
    question = _to_decide(subject_id, actor)
    question.state, question.published_on = State.PUBLISHED, now.astimezone(UTC).date()
    question.save(update_fields=["state", "published_on"])
    _record("published", question, actor, now)
    tell_asker(question, "question_published", occasion="published", now=now)


@transaction.atomic
def decline(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """Keep it unpublished; the asker can read the reason. Raises what `publish` raises."""
    question = _to_decide(subject_id, actor)
    question.state, question.decline_reason = State.DECLINED, reason
    question.save(update_fields=["state", "decline_reason"])
    _record("declined", question, actor, now)
    tell_asker(question, "question_declined", occasion="declined", now=now)


@transaction.atomic
def withdraw(*, question: Question, asker: User, now: datetime) -> None:
    """Take one's own question back, answers and all, at once. Twice is harmless. Raises Refused for others'."""
    queue.hold(CASE, subject_id=question.pk)
    question = Question.objects.select_for_update(no_key=True).get(pk=question.pk)
    if asker_id(question) != asker.pk:
        raise Refused(_("Only the person who asked can take a question back."))
    if question.state == State.WITHDRAWN:
        return
    question.state = State.WITHDRAWN
    question.save(update_fields=["state"])
    queue.withdraw(kind=CASE, subject_id=question.pk, now=now, reason="withdrawn by the asker")


def tell_asker(question: Question, kind: str, *, occasion: str, now: datetime) -> None:
    """A notification whose row does not say which question it is about.

    Its times are whole hours: an exact one would match the decision's on the desk and so name the asker.
    `occasion` must not name the question either.
    """
    asker = get_user_model()._default_manager.filter(pk=asker_id(question) or 0, is_active=True).first()
    hour = now.replace(minute=0, second=0, microsecond=0)
    if asker is not None:
        outbox.notify(
            kind=kind,
            subject_id=None,
            sealed_subject=str(question.pk),
            recipient=asker,
            occasion=occasion,
            due_at=hour,
            now=hour,
        )


def _record(verb: str, question: Question, actor: User, now: datetime) -> None:
    """The trail holds what a curator decided; who asked is not in it."""
    trail.record(verb=verb, subject_kind="question", subject_id=question.pk, actor_id=actor.pk, now=now)
