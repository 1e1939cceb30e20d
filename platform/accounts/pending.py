"""Pending acts: what somebody had begun before logging in, kept sealed for 24 hours (DECISIONS 11)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.acts import Kept
from accounts.models import PendingAct, PendingActQuerySet, User
from sealing.sealing import CannotOpen

LIFETIME = timedelta(hours=24)
# An expired act stays another day, so that its owner can still copy the text.
FORGET_AFTER = timedelta(hours=24)
LARGEST_BYTES = 64 * 1024
# Never stored and never shown again: what opens an account, and what our own forms add to every post.
UNKEPT = re.compile(r"passw|pwd|secret|csrfmiddlewaretoken|^act$|^otp|credential", re.IGNORECASE)


class Refused(Exception):
    """An act that cannot be kept or resumed; the text is for the person."""


class TooLarge(Refused):
    """More than 64 KB of fields."""

    def __init__(self) -> None:
        super().__init__(_("That is more than we can keep while you log in. Copy your text first, please."))


class NotYours(Refused):
    """Begun in another browser, or already resumed by another account."""

    def __init__(self) -> None:
        super().__init__(_("This was begun in another browser or with another account. You can go on with it there."))


class Expired(Refused):
    """Older than 24 hours."""

    def __init__(self) -> None:
        super().__init__(_("We keep what you began for 24 hours, and those are over. Nothing was sent."))


class AlreadyDone(Refused):
    """Sent before, for instance in another tab."""

    def __init__(self) -> None:
        super().__init__(_("You have already sent this. Sending it once is enough."))


def keepable(fields: QueryDict) -> Kept:
    """The fields worth keeping, without passwords and tokens."""
    kept = Kept(mutable=True)
    for name, values in fields.lists():
        if not UNKEPT.search(name):
            kept.setlist(name, values)
    return kept


def keep(
    *,
    browser: str,
    kind: str,
    return_path: str,
    fields: Kept,
    files: Iterable[str],
    now: datetime,
    instead_of: str = "",
) -> PendingAct:
    """Store the fields for this browser; the same act posted twice is one. Raises TooLarge.

    `instead_of` is the act that was being filled in again: it is thrown away when the same browser began it.
    """
    payload = json.dumps({"fields": list(fields.lists()), "files": sorted(files)}, ensure_ascii=False)
    if len(payload.encode()) > LARGEST_BYTES:
        raise TooLarge
    with transaction.atomic():
        mine = PendingAct.objects.alive(now).of_browser(browser).filter(account=None)
        if identifier := as_id(instead_of):
            mine.filter(public_id=identifier).delete()
        newest = next(iter(readable(mine[:1])), None)
        if newest and (newest.kind, newest.return_path, newest.payload) == (kind, return_path, payload):
            return newest
        return PendingAct.objects.create(
            browser=browser,
            kind=kind,
            return_path=return_path,
            payload=payload,
            created_at=now,
            expires_at=now + LIFETIME,
        )


def as_id(text: str) -> uuid.UUID | None:
    """The id in an address or a hidden field, if it is one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def find(identifier: str) -> PendingAct | None:
    """The act with this public id; None also when its key is gone, because nobody can open it any more."""
    public_id = as_id(identifier)
    found = readable(PendingAct.objects.filter(public_id=public_id)) if public_id else []
    return found[0] if found else None


def readable(acts: PendingActQuerySet) -> list[PendingAct]:
    """The acts that can still be opened; one whose key is gone must not close the log-in page to its person."""
    try:
        return list(acts)
    except CannotOpen:
        one_by_one = acts.values_list("pk", flat=True)
        return [act for pk in one_by_one if (act := _opened(pk))]


def _opened(pk: int) -> PendingAct | None:
    try:
        return PendingAct.objects.get(pk=pk)
    except (CannotOpen, PendingAct.DoesNotExist):
        return None


def kept(act: PendingAct) -> Kept:
    """The fields of an act, as a form takes them."""
    stored = json.loads(act.payload or '{"fields": [], "files": []}')
    fields = Kept(mutable=True)
    for name, values in stored["fields"]:
        fields.setlist(name, values)
    fields.return_path, fields.files = act.return_path, tuple(stored["files"])
    fields.act_id = str(act.public_id)
    return fields


def belongs_to(act: PendingAct, *, browser: str, user: User | None) -> bool:
    """Whether this person may see the act: the account that resumed it, else the browser that began it."""
    if act.account_id is not None:
        return user is not None and act.account_id == user.pk
    return bool(browser) and act.browser == browser


def check(act: PendingAct | None, *, user: User, now: datetime) -> PendingAct:
    """The act, if this account may go on with it now. Raises NotYours, AlreadyDone, Expired."""
    if act is None or act.account_id != user.pk:
        raise NotYours
    if act.done_at:
        raise AlreadyDone
    if act.expires_at <= now:
        raise Expired
    return act


@transaction.atomic
def resume(*, act: PendingAct | None, user: User, browser: str, now: datetime) -> PendingAct:
    """Bind the act to this account, the first to resume it. Raises NotYours, AlreadyDone, Expired."""
    if act is None or not belongs_to(act, browser=browser, user=user):
        raise NotYours
    PendingAct.objects.filter(pk=act.pk, account=None, done_at=None, expires_at__gt=now).update(account=user)
    act.refresh_from_db(fields=["account", "done_at", "expires_at"])
    if act.account_id is None and act.expires_at <= now:
        raise Expired
    return check(act, user=user, now=now)


def finish(*, act: PendingAct, now: datetime) -> None:
    """The act was done: its text is forgotten, the row stays to say so if somebody goes back."""
    PendingAct.objects.filter(pk=act.pk, done_at=None).update(done_at=now, payload="")


def open_acts(*, browser: str, user: User | None, now: datetime) -> PendingActQuerySet:
    """What this person may still go on with, newest first."""
    mine = Q(account=None, browser=browser) if browser else Q(pk=None)
    if user is not None:
        mine |= Q(account=user)
    return PendingAct.objects.alive(now).filter(mine).order_by("-created_at", "-id")


def throw_away(*, act: PendingAct | None, browser: str, user: User | None) -> None:
    """Forget an act at its owner's wish. Raises NotYours."""
    if act is None or not belongs_to(act, browser=browser, user=user):
        raise NotYours
    act.delete()


def leave_browser(*, browser: str, user: User) -> int:
    """Forget what its person began in this browser when they log out. Returns how many acts."""
    mine = PendingAct.objects.filter(browser=browser).filter(Q(account=None) | Q(account=user))
    return mine.delete()[0] if browser else 0


def forget_expired(*, now: datetime) -> int:
    """Delete acts that expired more than a day ago. Returns how many."""
    return PendingAct.objects.filter(expires_at__lte=now - FORGET_AFTER).delete()[0]
