"""Whom in the line to ask about a half hour that came free: read once, then chosen for one half hour after the other.

First come, first asked, among those whom it would bring forward: it is sooner than their booking or, without one,
than everything else that is free and was not offered to them. Nobody is asked twice about the same half hour, nor
about one that was theirs and that they gave back, nor while they are busy or may not book.

An offer lasts 30 minutes, and not beyond the moment at which the half hour closes. Nobody is asked in their night
(BOOKING 31): their offer begins at 08:00, and until then the half hour is as free as any other. It goes to the next in
line instead where that would leave less than ten minutes to answer. Somebody who is being asked about another half
hour comes after the others, when that offer ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from consultations import slots
from consultations.availability import SLOT
from consultations.fair_use import UPCOMING_LIMIT
from consultations.models import Consultation, ConsultationEvent, EarlierOffer, EarlierWish, Occupancy, State
from notifications import quiet
from specialists.models import ExcludedMember, Opening, Specialist

OFFER_LASTS, AT_LEAST = timedelta(minutes=30), timedelta(minutes=10)
# An offer that runs, and one that waits for its end.
MOST_OFFERS = 2
LONGEST_LINE = 200
Pairs = set[tuple[int, datetime]]


@dataclass(frozen=True)
class Waiting:
    """One place in line. `held` is when its person's booking with this specialist starts, `coming` how many half hours
    they have ahead anywhere; `busy_until` is when the last of their `offers_open` ends.
    """

    wish: EarlierWish
    held: datetime | None
    coming: int
    offers_open: int
    busy_until: datetime | None


@dataclass(frozen=True)
class Turn:
    """Whose turn it is for a half hour, and from when until when they are asked."""

    wish: EarlierWish
    start: datetime
    offered_at: datetime
    expires_at: datetime


@dataclass
class Line:
    """Everybody who waits for a specialist at one moment, the first in line first.

    `closes` has the half hours to give away, and when each closes; `others` what else is free, in order. `had` pairs a
    member with a half hour that was theirs, or asked for by them, at some time; `asked` with one they were asked about
    before; `taken` with the start of one they have elsewhere. `kept` are starts that are offered already, and `apart`
    is how far from them another must be.
    """

    waiting: list[Waiting]
    closes: dict[datetime, datetime]
    others: list[datetime]
    had: Pairs
    asked: Pairs
    taken: Pairs
    kept: set[datetime]
    apart: timedelta
    now: datetime
    given: set[int] = field(default_factory=set)

    def turns(self) -> Iterator[Turn]:
        """Whose turn it is for each; what was given back before what came free beside it."""
        given_back = {start for _member, start in self.had}
        for start in sorted(self.closes, key=lambda start: (start not in given_back, start)):
            # Two half hours that can't both be booked are not offered to two people.
            if all(abs(start - each) >= self.apart for each in self.kept) and (turn := self._turn(start)):
                self.kept.add(start)
                self.given.add(turn.wish.pk)
                yield turn

    def _turn(self, start: datetime) -> Turn | None:
        """Nobody has two turns of one reading."""
        for later in (False, True):
            for each in self.waiting:
                if (each.busy_until is not None) == later and self._wants(each, start):
                    turn = self._timed(each, start)
                    if turn is not None:
                        return turn
        return None

    def _wants(self, waiting: Waiting, start: datetime) -> bool:
        member = waiting.wish.member_id
        if waiting.wish.pk in self.given or waiting.offers_open >= MOST_OFFERS:
            return False
        if (member, start) in self.had or (member, start) in self.asked:
            return False
        if any(who == member and at - SLOT < start < at + SLOT for who, at in self.taken):
            return False
        if waiting.held is not None:
            return start < waiting.held
        # What lies so close that only one of the two can be booked came free together with it.
        apart = (each for each in self.others if abs(each - start) >= self.apart)
        known = next((each for each in apart if (member, each) not in self.asked), None)
        return waiting.coming < UPCOMING_LIMIT and (known is None or start < known)

    def _timed(self, waiting: Waiting, start: datetime) -> Turn | None:
        begins, zone = max(self.now, waiting.busy_until or self.now), waiting.wish.member.zone
        if quiet.night_ends(begins, zone) is not None:
            begins = quiet.send_at(begins, zone)
        ends = min(begins + OFFER_LASTS, self.closes[start])
        return Turn(waiting.wish, start, begins, ends) if ends - begins >= AT_LEAST else None


def read(specialist: Specialist, starts: Iterable[datetime], now: datetime) -> Line | None:
    """The line for these half hours as far as they are still open; None when nobody waits. The specialist is locked."""
    waiting = _waiting(specialist, now)
    if not waiting:
        return None
    offered = EarlierOffer.objects.filter(specialist=specialist, start__gt=now).values_list("start", "state")
    kept = {start for start, state in offered if state == EarlierOffer.State.OPEN}
    wanted = set(starts) - kept - _given_up(specialist, now)
    listed = Opening.objects.listed(now).filter(specialist=specialist).order_by("start")
    open_now = dict(listed.values_list("start", "closes_at"))
    members = {each.wish.member_id for each in waiting}
    return Line(
        waiting=waiting,
        closes={start: closes for start, closes in open_now.items() if start in wanted},
        others=[start for start in open_now if start not in wanted and start not in kept],
        had=_had(specialist, now),
        asked=_asked(specialist, members, now),
        taken=_taken(specialist, members, now),
        kept=kept,
        apart=slots.apart(specialist),
        now=now,
    )


def _waiting(specialist: Specialist, now: datetime) -> list[Waiting]:
    """Everybody in line who may be asked, the first in line first."""
    holding = Consultation.objects.holding().filter(client=OuterRef("member"), end__gt=now).order_by()
    offers = EarlierOffer.objects.open().filter(wish__member=OuterRef("member"), expires_at__gt=now)
    excluded = ExcludedMember.objects.filter(specialist=specialist, member=OuterRef("member"))
    rows = EarlierWish.objects.standing().filter(specialist=specialist, member__is_active=True)
    found = rows.exclude(Exists(excluded)).annotate(
        held=Subquery(holding.filter(specialist=specialist).values("start")[:1]),
        coming=_number(holding, "client"),
        offers_open=_number(offers.order_by(), "wish__member"),
        busy_until=Subquery(offers.order_by("-expires_at").values("expires_at")[:1]),
    )
    facts = found.order_by("since", "pk").values_list("pk", "held", "coming", "offers_open", "busy_until")
    line = list(facts[:LONGEST_LINE])
    wishes = EarlierWish.objects.select_related("member").in_bulk([pk for pk, *_facts in line])
    return [Waiting(wishes[pk], *each) for pk, *each in line]


def _number(rows: QuerySet[Consultation] | QuerySet[EarlierOffer], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.values(by).annotate(number=Count("pk")).values("number")), 0)


def _given_up(specialist: Specialist, now: datetime) -> set[datetime]:
    """Half hours that the specialist called off: listed like any other, but they may have a reason not to come."""
    rows = Consultation.objects.filter(specialist=specialist, start__gt=now, state=State.CANCELLED)
    return set(rows.filter(cancelled_by=specialist.user_id).values_list("start", flat=True))


def _had(specialist: Specialist, now: datetime) -> Pairs:
    """Whose each half hour was, or who asked for it: they moved away from it, gave it back or were declined."""
    events = ConsultationEvent.objects.filter(consultation__specialist=specialist, start__gt=now)
    return set(events.values_list("consultation__client", "start"))


def _asked(specialist: Specialist, members: set[int], now: datetime) -> Pairs:
    """What they were offered before, also from an earlier place in this line."""
    offers = EarlierOffer.objects.filter(specialist=specialist, start__gt=now, wish__member__in=members)
    return set(offers.values_list("wish__member", "start"))


def _taken(specialist: Specialist, members: set[int], now: datetime) -> Pairs:
    rows = Occupancy.objects.filter(person__in=members, during__endswith__gt=now)
    found = rows.exclude(consultation__specialist=specialist).values_list("person", "consultation__start")
    return set(found)
