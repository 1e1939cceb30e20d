"""Rules of the outbox: a row for each thing to be told, written and withdrawn with the change that causes it.

The row is the truth; a task only wakes the senders earlier than the next tick would (house rule 8).
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from notifications import broker, quiet
from notifications import kinds as registry
from notifications.models import Notification, State
from notifications.waking import Waker
from sealing.sealing import fingerprint

if TYPE_CHECKING:
    from accounts.models import User

log = logging.getLogger(__name__)

DELIVER = "notifications.tasks.deliver_due"
WAKE_LASTS_SECONDS = 60


@transaction.atomic
def notify(
    *,
    kind: str,
    subject_id: int | None,
    recipient: User,
    occasion: str,
    due_at: datetime,
    now: datetime,
    speaks_of: datetime | None = None,
    useless_after: datetime | None = None,
    sealed_subject: str | None = None,
) -> Notification:
    """Write down what somebody must be told, once: the row that is there already is given back unchanged.

    `occasion` tells notifications of one kind about one subject apart. `speaks_of` is the start a reminder is
    about; `useless_after` the instant from which it would only puzzle. A subject that must not be linked to
    its person is given as `sealed_subject` in place of `subject_id` (DECISIONS 21). What is due later moves out
    of the recipient's night (BOOKING 31) unless its kind says otherwise.
    """
    if registry.kinds[kind].quiet and due_at > now:
        due_at = quiet.send_at(due_at, recipient.zone, speaks_of, not_before=now)
    row, _made = Notification.objects.get_or_create(
        kind=kind,
        subject_key=key_of(kind=kind, subject_id=subject_id, sealed_subject=sealed_subject),
        recipient=recipient,
        occasion=occasion,
        defaults={
            "subject_id": subject_id,
            "sealed_subject": sealed_subject,
            "due_at": due_at,
            "next_try_at": due_at,
            "speaks_of": speaks_of,
            "useless_after": useless_after,
            "created_at": now,
        },
    )
    if row.state == State.PENDING and row.due_at <= now:
        transaction.on_commit(waker.soon)
    return row


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing to tell somebody once, as `notify` takes it."""

    kind: str
    subject_id: int
    recipient: User
    occasion: str
    due_at: datetime
    speaks_of: datetime | None = None
    useless_after: datetime | None = None


@transaction.atomic
def notify_all(notes: Iterable[Note], *, now: datetime) -> None:
    """`notify` for many at once, in one statement; rows that are there already stay as they are."""
    rows = []
    for note in notes:
        due_at = note.due_at
        if registry.kinds[note.kind].quiet and due_at > now:
            due_at = quiet.send_at(due_at, note.recipient.zone, note.speaks_of, not_before=now)
        rows.append(
            Notification(
                kind=note.kind,
                subject_key=key_of(kind=note.kind, subject_id=note.subject_id),
                subject_id=note.subject_id,
                recipient=note.recipient,
                occasion=note.occasion,
                due_at=due_at,
                next_try_at=due_at,
                speaks_of=note.speaks_of,
                useless_after=note.useless_after,
                created_at=now,
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.due_at <= now for row in rows):
        transaction.on_commit(waker.soon)


@transaction.atomic
def withdraw(
    *,
    kinds: Iterable[str],
    subject_id: int | None,
    now: datetime,
    cause: str,
    sealed_subject: str | None = None,
    recipient: User | None = None,
    keep: Iterable[str] = (),
) -> int:
    """Take back what has not been sent yet; how many were. `cause` is a short code ("moved"). With `recipient`
    only theirs; the occasions in `keep` stay.

    A row that a sender holds at this moment is left alone rather than waited for, which could deadlock: that
    sender reads the subject under lock, so after the caller's commit and sees the change, or it had the
    subject first and the mail went before (DECISIONS 19).
    """
    of_subject = Q(pk__in=[])
    for kind in kinds:
        key = key_of(kind=kind, subject_id=subject_id, sealed_subject=sealed_subject)
        of_subject |= Q(kind=kind, subject_key=key)
    if recipient is not None:
        of_subject &= Q(recipient=recipient)
    free = Notification.objects.select_for_update(skip_locked=True, no_key=True).exclude(occasion__in=tuple(keep))
    found = list(free.filter(of_subject, state=State.PENDING).values_list("pk", flat=True))
    return Notification.objects.filter(pk__in=found).update(state=State.WITHDRAWN, cause=cause, settled_at=now)


@transaction.atomic
def restore(*, kind: str, subject_id: int, recipient: User, occasions: Iterable[str], cause: str, now: datetime) -> int:
    """Put back what was withdrawn for `cause` and is still ahead; how many were."""
    withdrawn = Notification.objects.filter(
        kind=kind,
        subject_key=key_of(kind=kind, subject_id=subject_id),
        recipient=recipient,
        occasion__in=tuple(occasions),
        state=State.WITHDRAWN,
        cause=cause,
        due_at__gt=now,
    )
    return withdrawn.update(state=State.PENDING, cause="", settled_at=None)


def close_history(*, now: datetime) -> int:
    """Count what is due as told without sending it: for a history that is loaded, not lived (the demo)."""
    return Notification.objects.filter(state=State.PENDING, due_at__lte=now).update(
        state=State.ACCEPTED, cause="history", settled_at=now
    )


def key_of(*, kind: str, subject_id: int | None, sealed_subject: str | None = None) -> str:
    """How a subject is found: its id in digits, or for a sealed one a keyed digest. Raises ValueError."""
    if (subject_id is None) == (sealed_subject is None):
        raise ValueError("A notification has either a subject_id or a sealed_subject.")
    if sealed_subject is not None:
        return fingerprint(f"{kind}\0{sealed_subject}", purpose="notifications.subject")
    return str(subject_id)


def mail_key(notification: Notification) -> uuid.UUID:
    """What the Message-ID of this notification is made of: the same at every try, so copies are known."""
    parts = (
        notification.kind,
        notification.subject_key,
        str(notification.recipient.public_id),
        notification.occasion,
    )
    # Version 8 of RFC 9562 is for digests such as this one.
    digest = bytearray(hashlib.sha256("\0".join(parts).encode()).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(digest))


def message_id(notification: Notification) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of this notification's mail."""
    return f"<{mail_key(notification).hex}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def wake() -> None:
    """Ask a worker to look at the outbox now. With the broker away this says so and the next tick does it."""
    try:
        with broker.hurried() as connection:
            current_app.send_task(DELIVER, connection=connection, retry=False, expires=WAKE_LASTS_SECONDS)
    except (OperationalError, OSError) as error:
        log.warning("The broker is away (%s); due notifications wait for the next tick.", error)


waker = Waker(lambda: wake())
