"""Mail that came back (BOOKING 26): the outbox learns of it, and so does the person, until they have answered.

A mail server that accepted a mail may report later that it could not be handed on: a delivery status
notification (RFC 3464, read in `notifications.reports`) with a status of RFC 3463. Class 5 is for good, and where
it is about the address, the person is asked to look at it. Class 4 at the end of all tries lost this mail only.
Whoever knows a Message-ID of ours got that mail or carried it, so a made-up report can speak of the forger's own
mail alone.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from django.db import transaction

from notifications.models import Notification, ReturnedMail, State
from notifications.outbox import key_of
from sealing.sealing import fingerprint

if TYPE_CHECKING:
    from accounts.models import User

MESSAGE_ID = re.compile(r"<?([0-9a-f]{32})@[^\s<>]+>?$")
STATUS = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}$")  # RFC 3463, 2
# Its middle number: other or unknown, address, mailbox, route. The rest (size, protocol, contents, policy) is no
# matter of the address (3.2-3.8).
ABOUT_ADDRESS = re.compile(r"^5\.[0124]\.")
# A mail that may be out there. What was skipped or withdrawn after a first try keeps its own ending.
OUT = (State.PENDING, State.SENDING, State.ACCEPTED, State.UNKNOWN)


class Result(Enum):
    """What a report changed."""

    RECORDED = "recorded"
    KNOWN = "known"
    CLOSED = "closed"
    NOT_OURS = "not ours"


class WrongStatus(ValueError):
    """The status is none of RFC 3463's three numbers, or says that the mail arrived."""


@transaction.atomic
def record(*, message_id: str, status: str, now: datetime, address: str = "") -> Result:
    """Write down that a mail came back. Recording the same again changes nothing.

    `status` as RFC 3463 writes it ("5.1.1"). `address` is where the mail had been sent, where the report says:
    one that the person has changed since is not held against the new one. Raises WrongStatus.
    """
    if not STATUS.match(status) or status.startswith("2"):
        raise WrongStatus(status)
    found = MESSAGE_ID.match(message_id.strip().lower())
    rows = Notification.objects.select_for_update(no_key=True, of=("self",)).select_related("recipient")
    row = rows.filter(mail_key=uuid.UUID(found[1])).first() if found else None
    if row is None:
        return Result.NOT_OURS
    if row.state == State.BOUNCED:
        return Result.KNOWN
    if row.state not in OUT:
        return Result.CLOSED
    row.state, row.cause, row.settled_at = State.BOUNCED, f"bounced {status}", now
    row.save(update_fields=["state", "cause", "settled_at"])
    if is_about_address(status) and address.lower() in {"", row.recipient.email}:
        distrust(person=row.recipient, status=status, now=now)
    return Result.RECORDED


def is_about_address(status: str) -> bool:
    """Whether an RFC 3463 status says that the address will not do, now or later."""
    return ABOUT_ADDRESS.match(status) is not None


def distrust(*, person: User, status: str, now: datetime) -> None:
    """This person's address refused a mail of ours for good; their pages ask them to look at it."""
    ReturnedMail.objects.update_or_create(
        user=person,
        defaults={"address_key": _key(person), "status": status, "at": now, "answered_at": None},
    )


def trust(*, person: User, now: datetime) -> bool:
    """The person says that the address is right; whether anything had come back. Later bounces ask again."""
    return bool(ReturnedMail.objects.filter(user=person, answered_at=None).update(answered_at=now))


def is_distrusted(person: User, address_key: str | None) -> bool:
    """Whether `address_key`, of an unanswered ReturnedMail, is the digest of the address they have now."""
    return address_key is not None and address_key == _key(person)


def returned_to(person: User) -> ReturnedMail | None:
    """What came back from the address this person has now, and is not answered yet."""
    row = ReturnedMail.objects.filter(user=person, answered_at=None).first()
    return row if row and is_distrusted(person, row.address_key) else None


def unreached(*, kinds: Iterable[str], subject_id: int, recipients: Iterable[int]) -> set[int]:
    """Those of `recipients` (account ids) whom a mail about this subject did not reach, as far as we know.

    Whoever has looked at their list on the site since knows what the mail said. One query.
    """
    keys = {key_of(kind=kind, subject_id=subject_id) for kind in kinds}
    found = Notification.objects.filter(
        kind__in=tuple(kinds),
        subject_key__in=keys,
        recipient__in=tuple(recipients),
        state__in=(State.BOUNCED, State.FAILED),
        read_at=None,
    )
    return set(found.values_list("recipient_id", flat=True))


def _key(person: User) -> str:
    return fingerprint(person.email, purpose="notifications.address")
