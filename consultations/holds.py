"""Keeping a half hour for somebody who is about to book it (DECISIONS 13): soft, and never against its own holder.

A hold lasts 15 minutes, and 30 in all for somebody who signs up meanwhile. A visitor's hold belongs to their browser;
a member's to the member, so that it isn't in their way on another device. Each has one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.fields import BigIntegerField, CharField

from accounts.models import User
from consultations import diary, refusals
from consultations.locking import lock, patient
from consultations.models import EarlierOffer, Hold
from sealing.sealing import fingerprint
from specialists.models import Specialist

HOLD_TIME, LONGEST = timedelta(minutes=15), timedelta(minutes=30)
ADDRESS_LIMIT, ADDRESS_WINDOW = 3, timedelta(hours=1)


@patient
def hold(
    *,
    specialist: Specialist,
    start: datetime,
    holder: str,
    address: str,
    now: datetime,
    member: User | None = None,
) -> Hold:
    """Keep an open half hour; the same person's earlier hold is given back. Raises SlotTaken, Offered, TooManyHolds.

    `holder` and `address` are digests, never the cookie or the address themselves.
    """
    locked, _people = lock(specialist.pk)
    read = diary.read(locked, now)
    if read is None or not locked.is_bookable or start not in read.free():
        raise refusals.SlotTaken
    kept = kept_for_others(specialist_id=locked.pk, holder=holder, member=member, now=now, apart=read.apart)
    if refusal := kept.refusal(start):
        raise refusal
    owners = _owners(holder, member)
    own = Hold.objects.filter(holder__in=owners)
    alive = own.filter(specialist=locked, start=start, expires_at__gt=now).first()
    if alive is None:
        _check_address(address, owners, now)
    made = Hold(
        holder=owners[-1],
        specialist=locked,
        start=start,
        address=alive.address if alive else address,
        made_at=alive.made_at if alive else now,
        expires_at=alive.expires_at if alive else now + HOLD_TIME,
        extended=alive.extended if alive else False,
    )
    # A new row each time, with the time left of the old one: a page that is left late gives back only its own.
    own.delete()
    made.save(force_insert=True)
    return made


def _owners(holder: str, member: User | None) -> list[str]:
    """By whom one's own hold may have been made: this browser, and last the member."""
    person = [fingerprint(f"member {member.pk}", purpose="consultations.holds")] if member is not None else []
    return [each for each in [holder, *person] if each]


def _check_address(address: str, owners: list[str], now: datetime) -> None:
    recent = Hold.objects.filter(address=address, made_at__gt=now - ADDRESS_WINDOW).exclude(holder__in=owners)
    made = list(recent.order_by("made_at").values_list("made_at", flat=True))
    if len(made) >= ADDRESS_LIMIT:
        raise refusals.TooManyHolds(made[0] + ADDRESS_WINDOW)


@dataclass(frozen=True)
class Kept:
    """What is kept for others, with what it is refused with; `own` is what this person holds."""

    starts: dict[datetime, type[refusals.SlotTaken]]
    own: set[datetime]
    apart: timedelta

    def refusal(self, start: datetime) -> type[refusals.SlotTaken] | None:
        """Why this start is not open to this person, if it isn't.

        A start that is kept keeps those beside it as well, which it could not be booked with. Who holds one since
        before an offer of it began may still book it.
        """
        if start in self.own:
            return None
        return next((why for at, why in self.starts.items() if abs(at - start) < self.apart), None)


def kept_for_others(*, specialist_id: int, holder: str, member: User | None, now: datetime, apart: timedelta) -> Kept:
    """Half hours of a specialist that somebody else holds, or is offered as the next in line for an earlier time.

    `apart` is how far from each other two half hours must start.
    """
    held = Hold.objects.filter(specialist=specialist_id, expires_at__gt=now)
    offered = EarlierOffer.objects.running(now).filter(specialist=specialist_id)
    rows = held.values_list("start", "holder", Value(None, output_field=BigIntegerField())).union(
        offered.values_list("start", Value("", output_field=CharField()), "wish__member"), all=True
    )
    owners, person = _owners(holder, member), member.pk if member is not None else None
    kept = Kept({}, set(), apart)
    for start, by, offered_to in rows:
        if by in owners:
            kept.own.add(start)
        elif offered_to is None or offered_to != person:
            kept.starts[start] = refusals.SlotTaken if offered_to is None else refusals.Offered
    return kept


def extend(*, holder: str, now: datetime) -> int:
    """Somebody signs up in this browser: what it holds is kept for 30 minutes in all, once. How many holds."""
    own = Hold.objects.filter(holder=holder, extended=False, expires_at__gt=now)
    return own.update(expires_at=F("made_at") + LONGEST, extended=True)


def release(*, hold_id: int, holder: str, member: User | None) -> None:
    """Give back one's own half hour, because its page was left."""
    Hold.objects.filter(pk=hold_id, holder__in=_owners(holder, member)).delete()


def drop(*, holder: str, member: User | None = None) -> None:
    """Give back whatever this person holds."""
    if owners := _owners(holder, member):
        Hold.objects.filter(holder__in=owners).delete()


def drop_expired(*, now: datetime) -> int:
    """Forget holds that ran out and no longer count for their address; how many."""
    return Hold.objects.filter(expires_at__lte=now, made_at__lte=now - ADDRESS_WINDOW).delete()[0]
