"""What the pages about conversations show: rows of the inbox, letters of a thread; each a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import OuterRef, Subquery

from messaging.models import Message, ReadMark, Thread

if TYPE_CHECKING:
    from accounts.models import User

NEWEST = 200
EXCERPT = 140


@dataclass(frozen=True)
class Row:
    """One conversation as its reader sees it. `avatar_key` picks the disc's colours."""

    thread: Thread
    name: str
    avatar_key: str
    excerpt: str
    mine: bool
    at: datetime
    unread: int


def other_name(thread: Thread, user: User) -> str:
    """With whom this person talks: the specialist, the member, or the team under the site's name."""
    if thread.member_id != user.pk:
        return thread.member.get_short_name()
    return thread.specialist.name if thread.specialist else settings.SITE_NAME


def inbox(user: User) -> list[Row]:
    """One's own conversations with letters in them, newest first (team threads of others are on the desk)."""
    newest = Message.objects.filter(thread=OuterRef("pk")).order_by("-id")
    threads = list(
        Thread.objects.of_person(user)
        .with_unread(user)
        .annotate(newest_id=Subquery(newest.values("id")[:1]))
        .exclude(newest_id=None)
        .select_related("specialist", "member")
        .order_by("-last_message_at", "-id")[:NEWEST]
    )
    newest_of = {thread: thread.newest_id for thread in threads}  # type: ignore[attr-defined]
    letters = Message.objects.in_bulk(newest_of.values())
    return [_row(thread, letters[newest_of[thread]], user) for thread in threads]


def _row(thread: Thread, letter: Message, user: User) -> Row:
    text = " ".join(letter.body.split())
    specialist = thread.specialist if thread.member_id == user.pk else None
    return Row(
        thread=thread,
        name=other_name(thread, user),
        avatar_key=specialist.slug if specialist else str(thread.public_id),
        excerpt=text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…",
        mine=letter.sender_id == user.pk,
        at=letter.sent_at,
        unread=thread.unread,  # type: ignore[attr-defined]
    )


def letters(thread: Thread, *, after: int = 0) -> list[Message]:
    """The letters of a thread, oldest first, at most the newest 200; with `after` only later ones."""
    found = thread.messages.filter(id__gt=after).select_related("sender").order_by("-id")[:NEWEST]
    return list(reversed(found))


def seen_by_other(thread: Thread, user: User) -> int:
    """The id of the newest letter that the other side has seen; 0 for none."""
    marks = ReadMark.objects.filter(thread=thread).exclude(user=user).values_list("last_read", flat=True)
    return max(marks, default=0)
