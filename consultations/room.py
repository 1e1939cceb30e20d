"""The room of one half hour: when it is open, and how two browsers find each other in it.

Sound and picture go between the two browsers (WebRTC, RFC 8825). What passes through here are signals: offers,
answers and candidates (RFC 8829), as rows that the other side asks for. A page that opens the room begins a
*visit*; a newer visit of the same person takes the place of the older one. Signals are sealed, and gone when the
room is closed.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import Consultation, RoomSignal, State

OPENS_BEFORE = timedelta(minutes=10)
# A talk may run over a little. The specialist's next half hour has a room of its own.
STAYS_OPEN = timedelta(minutes=10)
SIGNAL_CHARS = 32_000
SIGNALS_AT_ONCE = 40
SIGNALS_A_VISIT = 600
VISITS_EACH = 60
HELLO = "hello"
KINDS = {"description", "candidate", "bye"}


class Phase(StrEnum):
    """Where a room is in its life. `off` is a half hour that is not, or not any more, agreed."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    OFF = "off"


class Refused(Exception):
    """No signal is kept or given. `code` tells a script which sentence it is."""

    code = "refused"


class Closed(Refused):
    """Before the room opens, after it closed, or when the half hour was called off."""

    def __init__(self, phase: Phase) -> None:
        self.code = phase.value
        super().__init__(
            {
                Phase.EARLY: _("The room opens 10 minutes before the half hour."),
                Phase.OVER: _("This half hour is over, and the room is closed."),
            }.get(phase, _("This half hour isn’t on any more."))
        )


class Replaced(Refused):
    """The same person opened the room again in another window."""

    code = "replaced"

    def __init__(self) -> None:
        super().__init__(_("You opened this room in another window, so this one has stopped."))


class TooMany(Refused):
    """More signals or visits than two browsers ever need."""

    code = "too_many"

    def __init__(self) -> None:
        super().__init__(_("This page has sent too much. Reload it, or talk by phone or messages instead."))


class Unreadable(Refused):
    """No signal of ours."""

    code = "unreadable"

    def __init__(self) -> None:
        super().__init__(_("The room could not read that."))


def opens_at(consultation: Consultation) -> datetime:
    return consultation.start - OPENS_BEFORE


def closes_at(consultation: Consultation) -> datetime:
    return consultation.end + STAYS_OPEN


def phase(consultation: Consultation, now: datetime) -> Phase:
    """Whether the two can meet now."""
    if consultation.state not in {State.CONFIRMED, State.ENDED}:
        return Phase.OFF
    if now >= closes_at(consultation):
        return Phase.OVER
    return Phase.OPEN if now >= opens_at(consultation) else Phase.EARLY


@transaction.atomic
def enter(*, consultation: Consultation, person: User, visit: UUID, now: datetime) -> int:
    """Begin a visit, and give its number: of two visits, the one with the higher number came later.

    Asking twice begins it once. What an earlier visit of the same person said is deleted, since it holds network
    addresses. Raises Closed, Replaced, TooMany.
    """
    _lock_open(consultation, now)
    own = RoomSignal.objects.filter(consultation=consultation, sender=person)
    begun = dict(own.values_list("visit").annotate(first=Min("pk")))
    if visit in begun:
        _check_newest(own, visit)
        return begun[visit]
    if len(begun) >= VISITS_EACH:
        raise TooMany
    own.exclude(pk__in=begun.values()).delete()
    body = json.dumps({"kind": HELLO})
    made = RoomSignal.objects.create(consultation=consultation, sender=person, visit=visit, body=body, at=now)
    return made.pk


@transaction.atomic
def post(
    *, consultation: Consultation, person: User, visit: UUID, signals: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Keep signals of the newest visit for the other side, in order. Raises Closed, Replaced, TooMany, Unreadable."""
    bodies = [_body(each) for each in signals]
    if not 1 <= len(bodies) <= SIGNALS_AT_ONCE:
        raise Unreadable
    _lock_open(consultation, now)
    own = RoomSignal.objects.filter(consultation=consultation, sender=person)
    _check_newest(own, visit)
    if own.filter(visit=visit).count() + len(bodies) > SIGNALS_A_VISIT:
        raise TooMany
    RoomSignal.objects.bulk_create(
        RoomSignal(consultation=consultation, sender=person, visit=visit, body=body, at=now) for body in bodies
    )


def read(*, consultation: Consultation, person: User, visit: UUID, after: int, now: datetime) -> list[RoomSignal]:
    """What the other side's newest visit said after the signal of that number. Raises Closed, Replaced."""
    standing = phase(consultation, now)
    if standing != Phase.OPEN:
        raise Closed(standing)
    signals = RoomSignal.objects.filter(consultation=consultation)
    _check_newest(signals.filter(sender=person), visit)
    theirs = list(signals.filter(pk__gt=after).exclude(sender=person).order_by("pk"))
    return [each for each in theirs if each.visit == theirs[-1].visit]


def sweep(*, now: datetime) -> int:
    """Delete the signals of every room that is closed, or was called off or moved; how many there were."""
    open_now = Q(
        consultation__state__in=[State.CONFIRMED, State.ENDED],
        consultation__start__lte=now + OPENS_BEFORE,
        consultation__end__gt=now - STAYS_OPEN,
    )
    return RoomSignal.objects.exclude(open_now).delete()[0]


def ice_servers(*, visit: UUID, until: datetime) -> list[dict[str, Any]]:
    """The operator's own STUN and TURN servers as RTCPeerConnection takes them; none unless they are set.

    Credentials end when the room closes: the user name is that second and a random name, the password its
    HMAC-SHA1 under the secret shared with the server ("A REST API For Access To TURN Services", draft-uberti, 2.2).
    """
    servers: list[dict[str, Any]] = []
    if settings.STUN_URLS:
        servers.append({"urls": settings.STUN_URLS})
    if settings.TURN_URLS:
        name = f"{int(until.timestamp())}:{visit.hex}"
        digest = hmac.digest(settings.TURN_SECRET.encode(), name.encode(), "sha1")
        password = base64.b64encode(digest).decode()
        servers.append({"urls": settings.TURN_URLS, "username": name, "credential": password})
    return servers


def _lock_open(consultation: Consultation, now: datetime) -> None:
    """One after the other in each room, so that numbers are given in the order in which rows can be read."""
    locked = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
    standing = phase(locked, now)
    if standing != Phase.OPEN:
        raise Closed(standing)


def _check_newest(own: Any, visit: UUID) -> None:
    if own.order_by("-pk").values_list("visit", flat=True).first() != visit:
        raise Replaced


def _body(signal: object) -> str:
    """A signal as it is kept. Only its kind is read here; the rest is for the other browser."""
    if not isinstance(signal, dict) or signal.get("kind") not in KINDS:
        raise Unreadable
    try:
        body = json.dumps(signal, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise Unreadable from None
    if len(body) > SIGNAL_CHARS:
        raise Unreadable
    return body
