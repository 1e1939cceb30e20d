"""Sending what is due (DECISIONS 19): claim one row, commit, send with no transaction open, settle.

At least once, with a Message-ID that stays: a sender that dies leaves its row *sending* until the lease runs
out; the next one sends it again, once. One mail is in flight in a process, so a killed process can repeat at
most one mail. Any number of workers, and none that waits for another: locked rows are skipped.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from notifications import bounces, quiet
from notifications.kinds import Skip, kinds
from notifications.mail import compose
from notifications.models import Notification, NotificationQuerySet, State
from notifications.outbox import mail_key
from notifications.post import Fate, Outcome, Post

log = logging.getLogger(__name__)

MOST_PER_PASS = 200
SECONDS_PER_PASS = 25.0
AWAY_WAIT = timedelta(minutes=1)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
MOST_ATTEMPTS = 8
QUIET_HOURS = "quiet hours"  # the cause of a row that waits for its person's morning
TRIED_AGAIN = "later"  # in a pass's counts: back in the queue


@dataclass
class Pass:
    """What one pass did: rows by what became of them, and whether it stopped at its bound with more to do."""

    counts: Counter[str] = field(default_factory=Counter)
    more: bool = False


@dataclass(frozen=True)
class Claimed:
    """A row this process has taken; `mail` is None when it was closed or put back without one."""

    row: Notification
    mail: EmailMessage | None


def deliver(*, clock: Callable[[], datetime], most: int = MOST_PER_PASS, seconds: float = SECONDS_PER_PASS) -> Pass:
    """Send what is due, at most `most` rows and for about `seconds`; `clock` is the database's (BOOKING 29)."""
    done, post, ends = Pass(), Post(), time.monotonic() + seconds
    now = clock()
    try:
        for _nth in range(most):
            claimed = claim(now=now)
            if claimed is None:
                return done
            if claimed.mail is not None:
                outcome = post.send(claimed.mail)
                now = clock()  # the moment of this one's end is that of the next one's beginning
                settle(row=claimed.row, outcome=outcome, now=now)
            state = claimed.row.state
            done.counts[TRIED_AGAIN if state == State.PENDING else state] += 1
            if time.monotonic() > ends:
                break
        done.more = True
        return done
    finally:
        post.close()
        if missed := done.counts[State.MISSED]:
            log.error("%d notifications came too late to be useful and were not sent.", missed)


def claim(*, now: datetime) -> Claimed | None:
    """Take the longest waiting due row that nobody holds, or None; read its subject afresh and decide."""
    row = None
    try:
        with transaction.atomic():
            row = _free(now).first()
            return _taken(row, now) if row else None
    except Exception:
        if row is None:
            raise
        # A fault of ours in one kind must not hold up all the others.
        log.exception("Notification %d (%s) could not be prepared.", row.pk, row.kind)
    return _put_off(row, now)


def _free(now: datetime) -> NotificationQuerySet:
    """Due rows with their recipients, locked; those that others have locked are passed over."""
    rows = Notification.objects.due(now).select_related("recipient")
    return rows.select_for_update(of=("self",), skip_locked=True, no_key=True)


def _taken(row: Notification, now: datetime) -> Claimed:
    died = row.state == State.SENDING
    mail = None
    if died and row.resent:
        _close(row, State.UNKNOWN, "sender died twice", now)
    else:
        row.resent = row.resent or died
        mail = _prepared(row, now)
    _rows(row).update(**_outcome_of(row), told=row.told, mail_key=row.mail_key)
    return Claimed(row, mail)


@transaction.atomic
def _put_off(row: Notification, now: datetime) -> Claimed:
    """Try a row again later that could not be prepared, unless another worker has it by now."""
    row.state = State.PENDING
    if locked := _free(now).filter(pk=row.pk).first():
        row = locked
        row.resent = row.resent or row.state == State.SENDING
        row.attempts += 1
        _back(row, "could not be prepared", now)
        _rows(row).update(**_outcome_of(row))
    return Claimed(row, None)


def _prepared(row: Notification, now: datetime) -> EmailMessage | None:
    """The mail of a row that is now marked as being sent; None when it is closed or put off instead."""
    kind = kinds[row.kind]
    if row.useless_after and now >= row.useless_after:
        _close(row, State.UNKNOWN if row.resent else State.MISSED, "too late", now)
        return None
    if not row.recipient.is_active:
        _close(row, State.SKIPPED, "account closed", now)
        return None
    if kind.quiet and row.due_at > row.created_at and not row.resent:
        morning = quiet.wait_until(now, row.recipient.zone, row.speaks_of)
        if morning and (row.useless_after is None or morning < row.useless_after):
            row.state, row.next_try_at, row.cause = State.PENDING, morning, QUIET_HOURS
            return None
    telling = kind.read(row, now)
    if isinstance(telling, Skip):
        _close(row, State.UNKNOWN if row.resent else State.SKIPPED, telling.cause, now)
        return None
    mail, title = compose(row, telling, kind.template)
    row.told = json.dumps({"title": title, "path": telling.path})
    row.mail_key = mail_key(row)
    row.state, row.cause = State.SENDING, ""
    row.attempts += 1
    row.next_try_at = now + timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    return mail


def settle(*, row: Notification, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a claimed row, unless its lease ran out and another sender has it by now."""
    ours = _rows(row).filter(state=State.SENDING, next_try_at=row.next_try_at)
    _decide(row, outcome, now)
    # One statement is a transaction by itself; thousands of mails spare two more each.
    with transaction.atomic() if outcome.address_refused else nullcontext():
        held = ours.update(**_outcome_of(row))
        if held and outcome.address_refused:
            bounces.distrust(person=row.recipient, status=outcome.address_refused, now=now)
    # A report that the mail came back may be quicker than our own note, and stands.
    if not held and not _rows(row).filter(state=State.BOUNCED).exists():
        log.error("Notification %d was settled after its lease had run out.", row.pk)


def _decide(row: Notification, outcome: Outcome, now: datetime) -> None:
    if outcome.fate == Fate.ACCEPTED:
        _close(row, State.ACCEPTED, "", now)
    elif outcome.fate == Fate.REFUSED:
        _close(row, State.FAILED, outcome.cause, now)
    elif outcome.fate == Fate.AWAY:
        row.attempts -= 1
        row.state, row.cause, row.next_try_at = State.PENDING, outcome.cause, now + AWAY_WAIT
    elif outcome.fate == Fate.UNSURE and row.resent:
        _close(row, State.UNKNOWN, outcome.cause, now)
    else:
        row.resent = row.resent or outcome.fate == Fate.UNSURE
        _back(row, outcome.cause, now)


def _back(row: Notification, cause: str, now: datetime) -> None:
    """Back in the queue, further back each time; after eight tries it has failed."""
    if row.attempts >= MOST_ATTEMPTS:
        _close(row, State.FAILED, cause, now)
        return
    wait = BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
    row.state, row.cause, row.next_try_at = State.PENDING, cause, now + wait


def _close(row: Notification, state: State, cause: str, now: datetime) -> None:
    row.state, row.cause, row.settled_at = state, cause[:60], now


def _rows(row: Notification) -> NotificationQuerySet:
    return Notification.objects.filter(pk=row.pk)


def _outcome_of(row: Notification) -> dict[str, Any]:
    names = ("state", "cause", "settled_at", "next_try_at", "attempts", "resent")
    return {name: getattr(row, name) for name in names}
