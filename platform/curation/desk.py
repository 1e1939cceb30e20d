"""What the desk shows: waiting cases by kind, what was decided, conversations with the team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _

from cases import queue
from cases.models import CLAIM_LASTS, Case
from messaging.models import Message, Thread, ThreadKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from accounts.models import User

SHOWN = 50
EXCERPT = 140


@dataclass(frozen=True)
class Tab:
    """A kind of case and how many of it wait; code "" is everything."""

    code: str
    label: str | _StrPromise
    count: int


@dataclass(frozen=True)
class Row:
    """One case in a list. `title` is empty for a subject that is not there any more."""

    case: Case
    label: str | _StrPromise
    title: str
    held_by: str


@dataclass(frozen=True)
class Letter:
    """A conversation with the team: who, what about, the newest words, and whether we owe an answer."""

    thread: Thread
    subject: str
    excerpt: str
    waiting: bool


def counts() -> dict[str, int]:
    """How many cases of each kind wait, with one query."""
    found = dict(Case.objects.open().values_list("kind").annotate(count=Count("id")))
    return {code: found.get(code, 0) for code in queue.kinds}


def waiting(*, kind: str, curator: User, now: datetime) -> list[Row]:
    """Open cases, those at risk first, then the longest waiting; one query, and a fixed few for each kind."""
    cases = Case.objects.open().by_urgency().select_related("claimed_by")
    cases = cases.filter(kind=kind) if kind else cases.filter(kind__in=queue.kinds)
    return rows_of(cases[:SHOWN], curator=curator, now=now)


def decided() -> list[Case]:
    """The newest decisions, with who made them and why."""
    found = Case.objects.exclude(decided_at=None).select_related("decided_by")
    return list(found.order_by("-decided_at", "-id")[:SHOWN])


def rows_of(cases: Iterable[Case], *, curator: User, now: datetime) -> list[Row]:
    listed = list(cases)
    subjects = load([(case.kind, case.subject_id) for case in listed])
    rows = []
    for case in listed:
        kind = queue.kinds.get(case.kind)
        subject = subjects.get((case.kind, case.subject_id))
        title = kind.title(subject) if kind and subject is not None else ""
        rows.append(Row(case, kind.label if kind else case.kind, title, held_by(case, curator, now)))
    return rows


def load(wanted: list[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Subjects by (kind, id), with one call to each kind's loader."""
    found: dict[tuple[str, int], Any] = {}
    for code in {code for code, _pk in wanted} & set(queue.kinds):
        ids = [pk for kind, pk in wanted if kind == code]
        found |= {(code, pk): subject for pk, subject in queue.kinds[code].load(ids).items()}
    return found


def held_by(case: Case, curator: User, now: datetime) -> str:
    """The colleague who holds this case at `now`; empty when it is free or one's own."""
    if case.claimed_by is None or case.claimed_by_id == curator.pk or case.claimed_at is None:
        return ""
    return case.claimed_by.get_short_name() if case.claimed_at >= now - CLAIM_LASTS else ""


def letters() -> list[Letter]:
    """Open conversations with the team; those that wait for our answer first, the longest waiting on top."""
    newest = (
        Message.objects.filter(thread__kind=ThreadKind.TEAM, thread__closed_at=None)
        .order_by("thread", "-id")
        .distinct("thread")
        .select_related("thread__member")
    )
    listed = [letter(message.thread, message) for message in newest]
    return sorted(listed, key=lambda each: (not each.waiting, each.thread.last_message_at))[:SHOWN]


def letter(thread: Thread, message: Message) -> Letter:
    text = " ".join(message.body.split())
    excerpt = text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
    return Letter(thread, thread.subject or "", excerpt, message.sender_id == thread.member_id)


def kind_label(case: Case) -> str | _StrPromise:
    """What this sort of case is called; its code when no app answers for it any more."""
    kind = queue.kinds.get(case.kind)
    return kind.label if kind else case.kind


def decision_label(case: Case) -> str | _StrPromise:
    """The words of the button that was pressed, or that the owner took the thing back; empty while it waits."""
    if case.decision == "withdrawn":
        return _("Withdrawn by its owner")
    kind = queue.kinds.get(case.kind)
    choices = kind.decisions if kind else ()
    return next((choice.label for choice in choices if choice.code == case.decision), case.decision)
