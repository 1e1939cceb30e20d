"""Kinds of notifications: how each re-reads its subject and what it tells. Upper apps add theirs in ready().

A kind's mail is one template `emails/<app>/<event>.html` with five partials: `subject`, `text`, `html`,
`discreet_subject` and `discreet_text`. Each sees what its Telling brings, and `recipient`, `zone` (theirs),
`site_name` and `url` (absolute; in the discreet parts it leads to the recipient's own list, so that the
address says nothing either). Times in a mail are written with `{% load mail_times %}`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notifications.models import Notification


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; `mimetype` may carry parameters: `text/calendar; method=REQUEST`."""

    name: str
    content: bytes
    mimetype: str


@dataclass(frozen=True)
class Telling:
    """What is told now: the template's context, where it leads (`path`, from its first slash), its files."""

    context: dict[str, Any]
    path: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Skip:
    """Nothing needs to be told any more; `cause` is a short code for the record ("cancelled")."""

    cause: str


Read = Callable[["Notification", datetime], Telling | Skip]


@dataclass(frozen=True)
class Kind:
    """One kind of notification.

    `read(notification, now)` runs in the transaction that claims the row: it locks its subject
    (`select_for_update(no_key=True)`), reads it afresh and decides. `quiet` lets the night move it: only what
    was written ahead of its time is moved (a reminder), never the answer to something just done.
    """

    code: str
    template: str
    read: Read
    quiet: bool = True


kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    """Called in `AppConfig.ready()` of the app that owns the subject."""
    kinds[kind.code] = kind
