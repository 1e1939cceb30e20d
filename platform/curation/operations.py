"""What the operations page says: whether the site keeps up with what it sends by itself, in words and counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.models import BusyCalendar, Schedule
from notifications import broker, figures
from notifications.figures import Ended, Settled, Waiting
from notifications.models import Pulse, State
from specialists.models import State as SpecialistState

TICKS_MISSED = 3
AGREES_SECONDS = 0.1
ROLL_BEHIND = timedelta(days=2)
# What became of a notification, the good ends first; those in TROUBLE may not have reached their person.
ENDS = {
    State.ACCEPTED: gettext_lazy("Sent"),
    State.SKIPPED: gettext_lazy("Not needed any more when its time came"),
    State.WITHDRAWN: gettext_lazy("Withdrawn before its time"),
    State.MISSED: gettext_lazy("Missed: too late to be of use"),
    State.FAILED: gettext_lazy("Refused by the mail server"),
    State.BOUNCED: gettext_lazy("Came back"),
    State.UNKNOWN: gettext_lazy("Perhaps sent: a sender died twice"),
}


@dataclass(frozen=True)
class End:
    """One line of what became of them; `week` only for trouble, `causes` as (words, counts)."""

    label: str
    counts: Settled
    week: int | None
    causes: list[tuple[str, Settled]]


@dataclass(frozen=True)
class KindLine:
    """One kind of notification: what waits, and what became of it within a day."""

    label: str
    waiting: Waiting
    sent: int
    unneeded: int
    lost: int


@dataclass(frozen=True)
class Clock:
    """A machine's clock beside the database's, in words; `off` when that is an alarm (BOOKING 29)."""

    name: str
    at: datetime
    seconds: float
    off: bool

    @property
    def said(self) -> str:
        if abs(self.seconds) < AGREES_SECONDS:
            return _("agrees with the database")
        words = _("%(seconds)s s ahead of the database") if self.seconds > 0 else _("%(seconds)s s behind the database")
        return words % {"seconds": number_format(abs(self.seconds), 1)}


@dataclass(frozen=True)
class Calendars:
    """The calendars that specialists keep elsewhere, and schedules whose openings were not rolled forward."""

    read: int
    failing: int
    oldest_failing: datetime | None
    behind: int


@dataclass(frozen=True)
class Report:
    """All of the page."""

    alarms: list[str]
    waiting: Waiting
    put_off: list[tuple[str, int]]
    ends: list[End]
    sent_late: Settled
    resent: Settled
    kinds: list[KindLine]
    ticked: datetime | None
    clocks: list[Clock]
    tasks: int | None
    calendars: Calendars


def report(*, now: datetime, machine_now: datetime) -> Report:
    """The state of things at `now`, the database's time; `machine_now` is what this machine's clock says then."""
    waiting, ended, trouble = figures.waiting(now), figures.ended(now), figures.trouble(now)
    ticked, pulses = figures.pulses()
    tasks = broker.waiting_tasks()
    clocks = list(_clocks(pulses, now, machine_now))
    return Report(
        alarms=list(_alarms(now, ticked, tasks, clocks, waiting[""], ended)),
        waiting=waiting[""],
        put_off=[(_said(cause), count) for cause, count in sorted(waiting[""].put_off.items())],
        ends=_ends(ended, trouble),
        sent_late=ended.sent_late,
        resent=ended.resent,
        kinds=_kinds(waiting, ended),
        ticked=ticked,
        clocks=clocks,
        tasks=tasks,
        calendars=_calendars(now),
    )


def _alarms(
    now: datetime,
    ticked: datetime | None,
    tasks: int | None,
    clocks: list[Clock],
    waiting: Waiting,
    ended: Ended,
) -> Iterator[str]:
    """What somebody should look at now, the first cause first."""
    if ticked is None or now - ticked > TICKS_MISSED * timedelta(seconds=settings.TICK_SECONDS):
        yield _("The scheduler’s ticks are not carried out. Look at beat, the workers and the broker, in this order.")
    if tasks is None:
        yield _(
            "The broker does not answer. Nothing is lost: what is due waits in the database and goes when it is back."
        )
    for clock in clocks:
        if clock.off:
            yield _("%(name)s: its clock and the database’s differ by %(seconds)d seconds.") % {
                "name": clock.name,
                "seconds": abs(clock.seconds),
            }
    if late := waiting.late:
        said = ngettext("%(count)d is late by over five minutes.", "%(count)d are late by over five minutes.", late)
        yield said % {"count": late}
    if missed := ended.by_state.get(State.MISSED, Settled()).day:
        said = ngettext(
            "%(count)d came too late to be of use within the last day, and was not sent.",
            "%(count)d came too late to be of use within the last day, and were not sent.",
            missed,
        )
        yield said % {"count": missed}


def _clocks(pulses: list[Pulse], now: datetime, machine_now: datetime) -> Iterator[Clock]:
    ahead = machine_now - now
    yield Clock(_("This machine"), now, ahead.total_seconds(), abs(ahead) > figures.MOST_SKEW)
    for pulse in pulses:
        skew = timedelta(milliseconds=pulse.skew_ms)
        yield Clock(pulse.name, pulse.at, skew.total_seconds(), abs(skew) > figures.MOST_SKEW)


def _ends(ended: Ended, trouble: dict[str, int]) -> list[End]:
    lines = []
    for state, label in ENDS.items():
        causes = [(_said(cause), counts) for (end, cause), counts in sorted(ended.by_cause.items()) if end == state]
        week = trouble.get(state, 0) if state in figures.TROUBLE else None
        named = [each for each in causes if each[0]]
        lines.append(End(str(label), ended.by_state.get(state, Settled()), week, named))
    return lines


def _kinds(waiting: dict[str, Waiting], ended: Ended) -> list[KindLine]:
    def day(kind: str, *states: State) -> int:
        return sum(ended.by_kind.get((kind, state), Settled()).day for state in states)

    kinds = sorted({kind for kind in waiting if kind} | {kind for kind, _state in ended.by_kind})
    return [
        KindLine(
            label=_said(kind).capitalize(),
            waiting=waiting.get(kind, Waiting()),
            sent=day(kind, State.ACCEPTED),
            unneeded=day(kind, State.SKIPPED, State.WITHDRAWN),
            lost=day(kind, *figures.TROUBLE),
        )
        for kind in kinds
    ]


def _calendars(now: datetime) -> Calendars:
    failing = ~Q(failure="")
    read = BusyCalendar.objects.aggregate(
        count=Count("pk"), failing=Count("pk", filter=failing), oldest=Min("fetched_at", filter=failing)
    )
    # Rolled in the specialist's own days, so up to a day either way is no drift.
    behind = Schedule.objects.filter(specialist__state=SpecialistState.LIVE, rolled_to__lt=(now - ROLL_BEHIND).date())
    return Calendars(read["count"], read["failing"], read["oldest"], behind.count())


def _said(code: str) -> str:
    """A code of the record ("consultation_reminder", "mail server away") as words."""
    return _(code.replace("_", " ")) if code else ""
