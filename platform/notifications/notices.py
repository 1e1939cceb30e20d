"""A person's own list of what we told them, as it was said, and what became of the mail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications import bounces
from notifications.models import Notification, State

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 30
ON_ITS_WAY = _("On its way by email")
NOT_NEEDED = _("Not needed any more, so no email was sent")
WORDS = {
    State.PENDING: ON_ITS_WAY,
    State.SENDING: ON_ITS_WAY,
    State.ACCEPTED: _("Sent by email"),
    State.UNKNOWN: _("Sent by email, but the mail server never confirmed it"),
    State.SKIPPED: NOT_NEEDED,
    State.WITHDRAWN: NOT_NEEDED,
    State.MISSED: _("The email would have come too late, so it was not sent"),
    State.FAILED: _("The email was refused. Is your address still right?"),
    State.BOUNCED: _("The email was sent and came back. Is your address still right?"),
}
NOT_TAKEN = _("The email was sent and came back: your mail provider did not take it")


@dataclass(frozen=True)
class Notice:
    """One line of the list; `at` is when it was due, `words` say what became of the mail."""

    id: int
    title: str
    path: str
    at: datetime
    words: str
    new: bool
    refused: bool


def page_of(*, recipient: User, before: int | None = None) -> tuple[list[Notice], int | None]:
    """One page of the list, newest first, and the id to give as `before` for the next (None: that was all).

    An id that is not in this person's list is answered with an empty page.
    """
    rows = Notification.objects.told_to(recipient)
    if before is not None:
        last = rows.filter(pk=before).first()
        if last is None:
            return [], None
        rows = rows.filter(Q(due_at__lt=last.due_at) | Q(due_at=last.due_at, pk__lt=last.pk))
    found = [_notice(row) for row in rows[: PER_PAGE + 1]]
    return found[:PER_PAGE], found[PER_PAGE - 1].id if len(found) > PER_PAGE else None


def mark_read(*, recipient: User, now: datetime) -> int:
    """The person has looked at their list; how many lines were new."""
    return Notification.objects.unread_by(recipient).update(read_at=now)


def _notice(row: Notification) -> Notice:
    told = json.loads(row.told or "{}")
    return Notice(
        id=row.pk,
        title=told["title"],
        path=told["path"],
        at=row.due_at,
        words=_words(row),
        new=row.read_at is None,
        refused=row.state in (State.FAILED, State.BOUNCED),
    )


def _words(row: Notification) -> str:
    status = row.cause.removeprefix("bounced ")
    if row.state == State.BOUNCED and not bounces.is_about_address(status):
        return str(NOT_TAKEN)
    return str(WORDS[State(row.state)])
