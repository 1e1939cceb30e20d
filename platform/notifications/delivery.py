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
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from notifications import bounces, quiet
from notifications.kinds import Skip, kinds
from notifications.mail import compose
from notifications.models import Notification, State
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
    try:
        for _nth in range(most):
            claimed = claim(now=clock())
            if claimed is None:
                return done
            if claimed.mail is not None:
                outcome = post.send(claimed.mail)
                settle(row=claimed.row, outcome=outcome, now=clock())
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


@transaction.atomic
def claim(*, now: datetime) -> Claimed | None:
    """Take the longest waiting due row that nobody holds, or None; read its subject afresh and decide."""
    row = (
        Notification.objects.due(now)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("recipient")
        .first()
    )
    if row is None:
        return None
    died = row.state == State.SENDING
    if died and row.resent:
        _close(row, State.UNKNOWN, "sender died twice", now)
        _save(row)
        return Claimed(row, None)
    row.resent = row.resent or died
    mail = None
    try:
        with transaction.atomic():
            mail = _prepared(row, now)
    except Exception:
        # A fault of ours in one kind must not hold up all the others.
        log.exception("Notification %d (%s) could not be prepared.", row.pk, row.kind)
        row.attempts += 1
        _back(row, "could not be prepared", now)
    _save(row)
    return Claimed(row, mail)


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


@transaction.atomic
def settle(*, row: Notification, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a claimed row, unless its lease ran out and another sender has it by now."""
    held = Notification.objects.select_for_update(no_key=True).filter(pk=row.pk)
    state, lease = held.values_list("state", "next_try_at").get()
    if state == State.BOUNCED:  # the report was quicker than our own note
        return
    if (state, lease) != (State.SENDING, row.next_try_at):
        log.error("Notification %d was settled after its lease had run out.", row.pk)
        return
    if outcome.fate == Fate.ACCEPTED:
        _close(row, State.ACCEPTED, "", now)
    elif outcome.fate == Fate.REFUSED:
        _close(row, State.FAILED, outcome.cause, now)
        if outcome.address_refused:
            bounces.distrust(person=row.recipient, status=outcome.address_refused, now=now)
    elif outcome.fate == Fate.AWAY:
        row.attempts -= 1
        row.state, row.cause, row.next_try_at = State.PENDING, outcome.cause, now + AWAY_WAIT
    elif outcome.fate == Fate.UNSURE and row.resent:
        _close(row, State.UNKNOWN, outcome.cause, now)
    else:
        row.resent = row.resent or outcome.fate == Fate.UNSURE
        _back(row, outcome.cause, now)
    _save(row)


def _back(row: Notification, cause: str, now: datetime) -> None:
    """Back in the queue, further back each time; after eight tries it has failed."""
    if row.attempts >= MOST_ATTEMPTS:
        _close(row, State.FAILED, cause, now)
        return
    wait = BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
    row.state, row.cause, row.next_try_at = State.PENDING, cause, now + wait


def _close(row: Notification, state: State, cause: str, now: datetime) -> None:
    row.state, row.cause, row.settled_at = state, cause[:60], now


def _save(row: Notification) -> None:
    row.save(update_fields=["state", "cause", "settled_at", "next_try_at", "attempts", "resent", "told", "mail_key"])
