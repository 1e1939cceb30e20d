"""Closing an account, with everything that hangs on it (DECISIONS 2, 4). Erasure is another matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PendingAct, User
from audit import trail

# Upper apps cancel, withdraw and hide here, in the same transaction; called with (user=, actor=, now=).
on_deactivate: list[Callable[..., None]] = []


class Reason(models.TextChoices):
    """Why; the trail keeps the code alone."""

    ASKED = "asked", gettext_lazy("they asked for it")
    HARM = "harm", gettext_lazy("they harmed somebody or broke the terms")
    MINOR = "minor", gettext_lazy("they are under 18")
    FALSE = "false", gettext_lazy("they are not who they said")


class Refused(Exception):
    """The account stays as it is; the text is for the person who tried."""


class NotAllowed(Refused):
    """Only the person, a curator or an administrator may; an administrator's account only another one."""

    def __init__(self) -> None:
        super().__init__(_("You can’t close this account. Ask an administrator."))


class AlreadyClosed(Refused):
    """The account is closed."""

    def __init__(self) -> None:
        super().__init__(_("This account is already closed."))


class UnknownReason(Refused):
    """`reason` is none of the codes."""

    def __init__(self) -> None:
        super().__init__(_("Choose a reason from the list."))


@transaction.atomic
def deactivate(*, user: User, actor: User, reason: str, now: datetime) -> None:
    """Close an account: nobody logs in to it any more, and all its sessions end with the commit.

    `reason` is a code of `Reason`. Raises NotAllowed, AlreadyClosed, UnknownReason.
    """
    if reason not in Reason:
        raise UnknownReason
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    staff = actor.is_superuser or (actor.is_curator and not locked.is_superuser)
    if actor.pk != locked.pk and not staff:
        raise NotAllowed
    if not locked.is_active:
        raise AlreadyClosed
    locked.is_active = user.is_active = False
    locked.save(update_fields=["is_active"])
    PendingAct.objects.filter(account=locked).delete()
    for effect in on_deactivate:
        effect(user=locked, actor=actor, now=now)
    trail.record(
        verb="deactivated",
        subject_kind="account",
        subject_id=locked.pk,
        actor_id=actor.pk,
        now=now,
        reason=reason,
    )
    transaction.on_commit(lambda: _end_sessions(locked.pk))


def _end_sessions(user_id: int) -> None:
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()
