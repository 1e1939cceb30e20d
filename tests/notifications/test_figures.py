"""What operators watch: counts of what waits and what was settled, by cause, and signs of life."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import delivery, figures
from notifications.delivery import QUIET_HOURS
from notifications.figures import SCHEDULER, Settled, Waiting
from notifications.models import Notification, Pulse, State
from notifications.tasks import deliver_due
from tests.factories import make_user
from tests.notifications.conftest import NOON, Tell
from tests.notifications.kinds import CODE

pytestmark = pytest.mark.django_db


def ago(**values) -> dict:
    then = NOON - timedelta(**values)
    return {"due_at": then, "now": then}


@pytest.fixture
def rows(tell: Tell):
    """Makes a row of the outbox in a given state, without sending anything."""
    someone, made = make_user(), []

    def make(**values) -> None:
        row = tell(recipient=someone, occasion=str(len(made)))
        values.setdefault("next_try_at", values.get("due_at", row.due_at))
        Notification.objects.filter(pk=row.pk).update(**values)
        made.append(row.pk)

    return make


def test_nothing_at_all() -> None:
    assert figures.waiting(NOON) == {"": Waiting()}
    assert figures.ended(NOON) == figures.Ended()
    assert figures.trouble(NOON) == {}
    assert figures.pulses() == (None, [])


def test_what_waits_is_told_apart(rows) -> None:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    rows(due_at=NOON - minute)  # due
    rows(due_at=NOON - hour, state=State.SENDING)  # its sender died: due again, and late
    rows(due_at=NOON - 2 * hour, next_try_at=NOON + minute, cause="mail server away")  # late, tried again later
    rows(due_at=NOON - 9 * hour, next_try_at=NOON + hour, cause=QUIET_HOURS)  # for the morning, so not late
    rows(due_at=NOON + hour)  # ahead
    rows(due_at=NOON - hour, state=State.ACCEPTED, settled_at=NOON)  # settled, so not here
    expected = Waiting(
        due=2, late=2, ahead=1, night=1, oldest=NOON - 2 * hour, put_off={"mail server away": 1}
    )  # fmt: skip
    assert figures.waiting(NOON) == {"": expected, CODE: expected}


def test_what_became_of_the_rest(rows) -> None:
    def ended(hours: float, state: State, cause: str = "", **values) -> None:
        at = NOON - timedelta(hours=hours)
        rows(state=state, cause=cause, settled_at=at, due_at=values.pop("due_at", at), **values)

    ended(0.5, State.ACCEPTED)
    ended(0.5, State.ACCEPTED, due_at=NOON - timedelta(hours=1))  # half an hour late
    ended(5, State.ACCEPTED, resent=True)
    ended(25, State.ACCEPTED)  # before yesterday
    ended(2, State.SKIPPED, "cancelled")
    ended(0.2, State.SKIPPED, "begun")
    ended(3, State.BOUNCED, "bounced 5.1.1")
    ended(50, State.MISSED, "too late")
    ended(24 * 8, State.MISSED, "too late")
    found = figures.ended(NOON)
    assert found.by_state == {
        State.ACCEPTED: Settled(2, 3), State.SKIPPED: Settled(1, 2), State.BOUNCED: Settled(0, 1),
    }  # fmt: skip
    assert found.by_cause[State.SKIPPED, "cancelled"] == Settled(0, 1)
    assert found.by_kind[CODE, State.ACCEPTED] == Settled(2, 3)
    assert (found.sent_late, found.resent) == (Settled(1, 1), Settled(0, 1))
    assert figures.trouble(NOON) == {State.BOUNCED: 1, State.MISSED: 1}


def test_each_figure_is_one_query_whatever_the_rows(rows) -> None:
    for count in (1, 3):
        for _nth in range(count):
            rows(state=State.MISSED, settled_at=NOON)
        for figure in (figures.waiting, figures.ended, figures.trouble):
            with CaptureQueriesContext(connection) as queries:
                figure(NOON)
            assert len(queries) == 1


def test_case_28_a_broker_away_for_two_hours(tell: Tell) -> None:
    """The task ran for nobody meanwhile: on return what is still of use goes, the rest is counted as missed."""
    written, someone = {"now": NOON - timedelta(days=3)}, make_user(time_zone="Europe/Lisbon")
    day_before = tell(  # a start in 22 hours; its reminder was due two hours ago and is of use until two before
        recipient=someone, occasion="24h", due_at=NOON - timedelta(hours=2),
        speaks_of=NOON + timedelta(hours=22), useless_after=NOON + timedelta(hours=20), **written,
    )  # fmt: skip
    hour_before = tell(  # a start an hour ago: its reminder would only puzzle
        recipient=someone, occasion="1h", due_at=NOON - timedelta(hours=2),
        speaks_of=NOON - timedelta(hours=1), useless_after=NOON - timedelta(hours=1), **written,
    )  # fmt: skip
    assert delivery.deliver(clock=lambda: NOON).counts == {"accepted": 1, "missed": 1}
    day_before.refresh_from_db()
    hour_before.refresh_from_db()
    assert (day_before.state, hour_before.state) == (State.ACCEPTED, State.MISSED)
    assert figures.trouble(NOON + timedelta(minutes=1)) == {State.MISSED: 1}
    assert figures.ended(NOON + timedelta(minutes=1)).sent_late == Settled(1, 1)


def test_signs_of_life_tell_a_tick_from_a_wake() -> None:
    deliver_due()
    ticked, workers = figures.pulses()
    assert ticked is None and len(workers) == 1
    deliver_due(ticked=True)
    ticked, again = figures.pulses()
    assert ticked is not None and [worker.name for worker in again] == [worker.name for worker in workers]
    assert Pulse.objects.count() == 2


def test_workers_that_are_gone_are_forgotten_after_a_day() -> None:
    figures.note_life(worker="worker@old", ticked=True, skew=timedelta(0), now=NOON - timedelta(days=2))
    figures.note_life(worker="worker@new", ticked=False, skew=timedelta(seconds=-600), now=NOON)
    assert [worker.name for worker in figures.pulses()[1]] == ["worker@new", "worker@old"]
    figures.note_life(worker="worker@new", ticked=True, skew=timedelta(seconds=-600), now=NOON)
    ticked, workers = figures.pulses()
    assert ticked == NOON
    assert [(worker.name, worker.skew_ms) for worker in workers] == [("worker@new", -600_000)]
    assert Pulse.objects.get(name=SCHEDULER).skew_ms == 0
