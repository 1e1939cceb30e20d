"""What operators watch: how much waits and for how long, what became of the rest, and who still lives.

Counts by kind and cause only; nobody's name or address is in them. Each function is one query, answered from an
index of what waits or of what was settled lately, however many rows lie behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q

from notifications.delivery import QUIET_HOURS
from notifications.models import Notification, Pulse, State

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LATE = timedelta(minutes=5)
MOST_SKEW = timedelta(seconds=5)  # BOOKING 29
SCHEDULER = "scheduler"
WAITING = (State.PENDING, State.SENDING)
TROUBLE = (State.UNKNOWN, State.MISSED, State.FAILED, State.BOUNCED)


@dataclass
class Waiting:
    """What waits, of one kind or of all. `due`: a sender may take it now. `put_off`: due, and tried again later,
    by cause. `night`: waits for a person's morning. `late`: due for over five minutes, the night not counted.
    """

    due: int = 0
    late: int = 0
    ahead: int = 0
    night: int = 0
    oldest: datetime | None = None
    put_off: dict[str, int] = field(default_factory=dict)


@dataclass
class Settled:
    """How many ended in one way within the last hour, and the last day."""

    hour: int = 0
    day: int = 0

    def add(self, hour: int, day: int) -> None:
        self.hour += hour
        self.day += day


@dataclass
class Ended:
    """What was settled within the last day: by state, by (state, cause) and by (kind, state)."""

    by_state: dict[str, Settled] = field(default_factory=dict)
    by_cause: dict[tuple[str, str], Settled] = field(default_factory=dict)
    by_kind: dict[tuple[str, str], Settled] = field(default_factory=dict)
    sent_late: Settled = field(default_factory=Settled)
    resent: Settled = field(default_factory=Settled)


def waiting(now: datetime) -> dict[str, Waiting]:
    """What waits, by kind; "" is all of them."""
    night = Q(cause=QUIET_HOURS)
    rows = (
        Notification.objects.filter(state__in=WAITING)
        .values_list("kind", "cause")
        .annotate(
            due=Count("pk", filter=Q(next_try_at__lte=now)),
            late=Count("pk", filter=Q(due_at__lte=now - LATE) & ~night),
            ahead=Count("pk", filter=Q(due_at__gt=now)),
            put_off=Count("pk", filter=Q(due_at__lte=now, next_try_at__gt=now)),
            oldest=Min("due_at", filter=Q(due_at__lte=now) & ~night),
        )
    )
    found = {"": Waiting()}
    for kind, cause, due, late, ahead, put_off, oldest in rows:
        for one in (found[""], found.setdefault(kind, Waiting())):
            one.due, one.late, one.ahead = one.due + due, one.late + late, one.ahead + ahead
            one.oldest = min(filter(None, (one.oldest, oldest)), default=None)
            if cause == QUIET_HOURS:
                one.night += put_off
            elif put_off:
                one.put_off[cause] = one.put_off.get(cause, 0) + put_off
    return found


def ended(now: datetime) -> Ended:
    """What was settled within the last day. A row that came back counts when it came back, no longer as sent."""
    within = Q(settled_at__gt=now - HOUR)
    # What was only counted as told (`outbox.close_history`) has a cause, and was not sent at all.
    late = Q(state=State.ACCEPTED, cause="", settled_at__gt=F("due_at") + LATE)
    rows = (
        Notification.objects.filter(settled_at__gt=now - DAY)
        .values_list("kind", "state", "cause", "resent")
        .annotate(
            hour=Count("pk", filter=within),
            day=Count("pk"),
            late_hour=Count("pk", filter=within & late),
            late_day=Count("pk", filter=late),
        )
    )
    found = Ended()
    for kind, state, cause, resent, hour, day, late_hour, late_day in rows:
        found.by_state.setdefault(state, Settled()).add(hour, day)
        found.by_kind.setdefault((kind, state), Settled()).add(hour, day)
        found.by_cause.setdefault((state, cause), Settled()).add(hour, day)
        found.sent_late.add(late_hour, late_day)
        if resent:
            found.resent.add(hour, day)
    return found


def trouble(now: datetime) -> dict[str, int]:
    """How many did not arrive, or may not have, within the last seven days, by state."""
    rows = Notification.objects.filter(state__in=TROUBLE, settled_at__gt=now - WEEK)
    return dict(rows.values_list("state").annotate(count=Count("pk")))


def note_life(*, worker: str, ticked: bool, skew: timedelta, now: datetime) -> None:
    """A worker looks at the outbox; `ticked` when the scheduler asked it to. `skew`: how far its clock is ahead."""
    names = [worker[:100], SCHEDULER] if ticked else [worker[:100]]
    skew_ms = round(skew / timedelta(milliseconds=1))
    Pulse.objects.bulk_create(
        [Pulse(name=name, at=now, skew_ms=0 if name == SCHEDULER else skew_ms) for name in names],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "skew_ms"],
    )
    if ticked:
        Pulse.objects.filter(at__lt=now - DAY).exclude(name=SCHEDULER).delete()


def pulses() -> tuple[datetime | None, list[Pulse]]:
    """When the scheduler's last tick was carried out (None: never), and the workers of the last day."""
    rows = list(Pulse.objects.order_by("name"))
    ticked = next((row.at for row in rows if row.name == SCHEDULER), None)
    return ticked, [row for row in rows if row.name != SCHEDULER]
