"""Rules of conversations: beginning a thread, writing a letter, reading.

A letter is on its way for sure once `write` returns; a repeated `client_id` returns the letter that is there, so
a browser may try again as often as it likes. The mail about a letter waits two minutes (`TELL_AFTER`) and says
nothing of what was written.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from messaging.models import Message, ReadMark, Thread, ThreadKind
from notifications import outbox
from specialists.models import PUBLIC_STATES, Specialist, State
from web.prepared import Prepared

BODY_LIMIT = 5000
SUBJECT_LIMIT = 140
HOUR = timedelta(hours=1)
UNANSWERED_AN_HOUR = 30
TELL_AFTER = timedelta(minutes=2)
ARRIVED = "message_arrived"


class Refused(Exception):
    """The letter was not sent; the message says why and what to do."""


class Empty(Refused):
    """Nothing was written."""


class TooLong(Refused):
    """More than `BODY_LIMIT` characters."""


class NotReachable(Refused):
    """The specialist does not take letters (not public, suspended), or it is oneself."""


class Closed(Refused):
    """The conversation with the team has been closed."""


class TooMany(Refused):
    """Too many letters without an answer; `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


def thread_with(*, member: User, specialist: Specialist, now: datetime) -> Thread:
    """The one thread of this pair, begun if there is none.

    Raises NotReachable for oneself, and for a first letter to somebody whose page is not public. Two first
    letters at the same moment meet in the unique constraint and share the thread.
    """
    if specialist.user_id == member.pk:
        raise NotReachable(_("This is your own page. You can write to any other specialist."))
    found = Thread.objects.filter(kind=ThreadKind.SPECIALIST, member=member, specialist=specialist).first()
    if found:
        return found
    if specialist.state not in PUBLIC_STATES or specialist.user_id is None:
        raise NotReachable(_("You can't write to this specialist at present. Others are there for you."))
    thread, _made = Thread.objects.get_or_create(
        kind=ThreadKind.SPECIALIST,
        member=member,
        specialist=specialist,
        defaults={"created_at": now, "last_message_at": now},
    )
    return thread


def team_thread(*, member: User, subject: str, now: datetime) -> Thread:
    """The member's open thread with the team, begun with this subject if there is none."""
    thread, _made = Thread.objects.get_or_create(
        kind=ThreadKind.TEAM,
        member=member,
        closed_at=None,
        defaults={"subject": subject.strip()[:SUBJECT_LIMIT], "created_at": now, "last_message_at": now},
    )
    return thread


@transaction.atomic
def contact(*, member: User, subject: str, body: str, client_id: uuid.UUID, now: datetime) -> Message:
    """A letter to the team: begins a conversation, or goes on in the open one, with its own subject on top.

    Raises what `write` raises; then nothing was begun either.
    """
    thread, subject = team_thread(member=member, subject=subject, now=now), subject.strip()[:SUBJECT_LIMIT]
    text = body if thread.subject == subject else f"{subject}\n\n{body.strip()}"
    return write(thread=thread, sender=member, body=text, client_id=client_id, now=now)


def write(*, thread: Thread, sender: User, body: str, client_id: uuid.UUID, now: datetime) -> Message:
    """Store one letter and plan the mail about it. The same `client_id` again returns the letter that is there.

    Raises Empty, TooLong, NotReachable, Closed, TooMany, and Refused for anybody outside the conversation.
    """
    known = Message.objects.filter(sender=sender, client_id=client_id).first()
    if known:
        return known
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise Empty(_("Write a line or two first. There is nothing to send yet."))
    if len(text) > BODY_LIMIT:
        raise TooLong(
            _("A letter has room for %(limit)d characters, and this one has %(length)d. Send it in two parts.")
            % {"limit": BODY_LIMIT, "length": len(text)}
        )
    try:
        with transaction.atomic():
            return _store(thread_id=thread.pk, sender=sender, text=text, client_id=client_id, now=now)
    except IntegrityError:
        # The same letter arrived twice at once; the unique constraint let one of them in.
        return Message.objects.get(sender=sender, client_id=client_id)


def _store(*, thread_id: int, sender: User, text: str, client_id: uuid.UUID, now: datetime) -> Message:
    """The writing itself, under the thread's row lock so that ids rise in the order letters are seen."""
    thread = Thread.objects.select_for_update(no_key=True, of=("self",)).select_related("specialist").get(pk=thread_id)
    if not Thread.objects.visible_to(sender).filter(pk=thread.pk).exists():
        raise Refused(_("This conversation is between other people."))
    _check_open(thread)
    _check_pace(thread, sender, now)
    message = Message.objects.create(thread=thread, sender=sender, client_id=client_id, body=text, sent_at=now)
    Thread.objects.filter(pk=thread.pk).update(last_message_at=now)
    mark_read(thread=thread, user=sender, last_id=message.pk, now=now)
    for recipient in _others(thread, sender):
        outbox.notify(
            kind=ARRIVED,
            subject_id=thread.pk,
            recipient=recipient,
            occasion=str(message.pk),
            due_at=now + TELL_AFTER,
            now=now,
        )
    return message


def _check_open(thread: Thread) -> None:
    if thread.closed_at is not None:
        raise Closed(_("This conversation is closed. You can begin a new one under Contact us."))
    specialist = thread.specialist
    if specialist and (specialist.state in (State.SUSPENDED, State.WITHDRAWN) or specialist.user_id is None):
        raise NotReachable(
            _("%(name)s can't be written to at present. What you both wrote stays here.") % {"name": specialist.name}
        )


def _check_pace(thread: Thread, sender: User, now: datetime) -> None:
    """At most 30 letters an hour while nobody has answered."""
    recent = Message.objects.filter(thread=thread, sent_at__gt=now - HOUR)
    answered = recent.exclude(sender=sender).order_by("-id").values_list("id", flat=True).first() or 0
    mine = list(recent.filter(sender=sender, id__gt=answered).order_by("sent_at").values_list("sent_at", flat=True))
    if len(mine) >= UNANSWERED_AN_HOUR:
        wait = max(1, int((mine[0] + HOUR - now).total_seconds()))
        raise TooMany(
            _("That's %(count)d letters within an hour without an answer yet. What you wrote is kept; try again later.")
            % {"count": UNANSWERED_AN_HOUR},
            retry_after=wait,
        )


def _others(thread: Thread, sender: User) -> list[User]:
    """Whom to tell about a letter. Letters to the team wait on the desk, where curators see them."""
    people = [thread.member] if thread.member_id != sender.pk else []
    if thread.specialist and thread.specialist.user and thread.specialist.user_id != sender.pk:
        people.append(thread.specialist.user)
    return people


def mark_read(*, thread: Thread, user: User, last_id: int, now: datetime) -> None:
    """Remember how far `user` has read; never moves back, whatever the order of two tabs."""
    mark, made = ReadMark.objects.get_or_create(
        thread=thread, user=user, defaults={"last_read": last_id, "read_at": now}
    )
    if not made and mark.last_read < last_id:
        ReadMark.objects.filter(pk=mark.pk, last_read__lt=last_id).update(last_read=last_id, read_at=now)


def close(*, thread: Thread, actor: User, now: datetime) -> None:
    """Close a conversation with the team. Raises Refused for any other, or for somebody who may not."""
    if thread.kind != ThreadKind.TEAM or not (actor.is_curator or actor.pk == thread.member_id):
        raise Refused(_("Only a conversation with our team can be closed."))
    Thread.objects.filter(pk=thread.pk, closed_at=None).update(closed_at=now)


def unread_count(user: User) -> int:
    """Conversations of one's own with something new in them; one query."""
    return len(_unread(person=user.pk))


def _ask_unread(person: int) -> QuerySet[Thread, tuple[int]]:
    user = User(pk=person)
    return Thread.objects.of_person(user).unread_by(user).values_list("pk")


_unread = Prepared(_ask_unread, person=int)
