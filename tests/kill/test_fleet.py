"""One mail each, whatever happens to those who send it: two schedulers, four workers, a broker and a database."""

from __future__ import annotations

import os
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection
from django.db.utils import OperationalError

from embedded import pytest_plugin
from notifications import figures, outbox
from notifications.models import Notification, State
from tests.factories import make_topic, make_user
from tests.kill import switches
from tests.kill.fleet import LEASE_SECONDS, TICK_SECONDS, Fleet, Sink, wait_for
from tests.notifications.kinds import CODE
from web.clock import database_now

pytestmark = pytest.mark.slow


def write(how_many: int, label: str, **values: datetime | None) -> None:
    """Notifications that are due now, unless told otherwise."""
    now = database_now()
    topic, someone = make_topic(f"topic-{label}", name="Night walks"), make_user(time_zone="UTC")
    fields = {"due_at": now} | values
    # Written ahead of its time, so that the night is kept out of it where the test is about minutes.
    written = min(now, fields["due_at"]) - timedelta(seconds=1)
    rows = [
        outbox.Note(kind=CODE, subject_id=topic.pk, recipient=someone, occasion=f"{label}-{nth}", **fields)
        for nth in range(how_many)
    ]
    outbox.notify_all(rows, now=written)
    Notification.objects.filter(occasion__startswith=f"{label}-").update(
        due_at=fields["due_at"], next_try_at=fields["due_at"], created_at=fields["due_at"]
    )


def settled(how_many: int) -> bool:
    return Notification.objects.exclude(state__in=(State.PENDING, State.SENDING)).count() >= how_many


def wait_until_settled(fleet: Fleet, how_many: int) -> None:
    wait_for(lambda: settled(how_many), said=fleet.said)


def twice(sink: Sink) -> set[str]:
    return {message_id for message_id, times in sink.seen.items() if times > 1}


def test_case_27_two_schedulers_and_four_workers_send_one_mail_each(fleet: Fleet, sink: Sink) -> None:
    write(200, "many")
    wait_until_settled(fleet, 200)
    assert len(sink.seen) == sink.seen.total() == 200
    assert set(Notification.objects.values_list("state", "attempts", "resent")) == {(State.ACCEPTED, 1, False)}
    # All of them look at the outbox, and the schedulers' ticks are carried out.
    everybody = {"one@fleet", "two@fleet", "fast@fleet", "slow@fleet"}
    wait_for(lambda: ask_everybody() and {pulse.name for pulse in figures.pulses()[1]} == everybody, said=fleet.said)
    assert figures.pulses()[0] is not None


def ask_everybody() -> bool:
    """Ask without an end to it: by the clock of the fast worker every tick has expired long ago."""
    for _nth in range(8):
        current_app.send_task(outbox.DELIVER, connection=outbox.broker.hurried())
    return True


def test_case_29_clocks_ten_minutes_off_decide_nothing(fleet: Fleet, sink: Sink) -> None:
    now, minutes = database_now(), timedelta(minutes=5)
    write(3, "now")
    write(3, "soon", due_at=now + minutes)  # by the fast clock due five minutes ago
    write(3, "useful", useless_after=now + minutes)  # by the fast clock useless for as long
    write(3, "useless", useless_after=now - timedelta(seconds=1))  # by the slow clock still of use
    wait_until_settled(fleet, 9)
    seen = {"fast@fleet": 0, "slow@fleet": 0}

    def both_have_looked() -> bool:
        ask_everybody()
        for pulse in figures.pulses()[1]:
            if pulse.name in seen:
                seen[pulse.name] = pulse.skew_ms
        return all(seen.values())

    wait_for(both_have_looked, said=fleet.said)
    states = {label: set(of(label).values_list("state", flat=True)) for label in ("now", "soon", "useful", "useless")}
    assert states == {
        "now": {State.ACCEPTED}, "soon": {State.PENDING}, "useful": {State.ACCEPTED}, "useless": {State.MISSED},
    }  # fmt: skip
    assert len(sink.seen) == sink.seen.total() == 6
    for name, ahead in (("fast@fleet", 600_000), ("slow@fleet", -600_000)):
        assert abs(seen[name] - ahead) < 5_000
        assert "clock and the database's differ by" in fleet.said()


def of(label: str):
    return Notification.objects.filter(occasion__startswith=f"{label}-")


def test_case_25_a_worker_killed_at_each_step_loses_nothing(fleet: Fleet, sink: Sink, capsys) -> None:
    for nth, step in enumerate(switches.STEPS):
        (fleet.switches / step).write_text(f"step{nth}-")
        write(10, f"step{nth}")
        wait_for(lambda: bool(fleet.replace_the_dead()), said=fleet.said)
    everything = 10 * len(switches.STEPS)
    wait_until_settled(fleet, everything)
    assert set(Notification.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    assert len(sink.seen) == everything
    again = Notification.objects.filter(resent=True)
    resent = {outbox.message_id(row): row for row in again.select_related("recipient")}
    # Killed before its claim was written, a worker leaves no trace. After that the row waits for the lease to end and
    # is sent once more; the server had the mail already in the last two cases.
    assert sorted(row.occasion[:5] for row in resent.values()) == ["step1", "step2", "step3", "step4"]
    assert {resent[message_id].occasion[:5] for message_id in twice(sink)} == {"step3", "step4"}
    assert set(again.values_list("attempts", flat=True)) == {2}
    assert set(Notification.objects.filter(resent=False).values_list("attempts", flat=True)) == {1}
    with capsys.disabled():
        print(f"\n{everything} of {len(sink.seen)} arrived, {len(twice(sink))} of them twice")


def test_an_emptied_broker_loses_nothing(fleet: Fleet, sink: Sink) -> None:
    write(100, "emptied")

    def empty_and_look() -> bool:
        fleet.redis.flushall()
        return settled(100)

    wait_for(empty_and_look, said=fleet.said)
    assert len(sink.seen) == sink.seen.total() == 100


def test_case_28_a_broker_away_and_back(fleet: Fleet, sink: Sink) -> None:
    """Two hours pass for the rows: what they speak of is moved, not the clocks."""
    hour = timedelta(hours=1)
    fleet.end_broker()
    now = database_now()
    write(5, "day", due_at=now - 2 * hour, speaks_of=now + 22 * hour, useless_after=now + 20 * hour)
    write(5, "hour", due_at=now - 2 * hour, speaks_of=now - hour, useless_after=now - hour)
    wait_for(lambda: database_now() > now + timedelta(seconds=4 * TICK_SECONDS))
    assert not sink.seen and not settled(1)
    fleet.begin_broker()
    for _nth in range(30):  # what a scheduler had piled up is thrown away unread
        current_app.send_task(outbox.DELIVER, connection=outbox.broker.hurried(), expires=0.001)
    wait_until_settled(fleet, 10)
    assert set(of("day").values_list("state", flat=True)) == {State.ACCEPTED}
    assert set(of("hour").values_list("state", "cause")) == {(State.MISSED, "too late")}
    assert len(sink.seen) == sink.seen.total() == 5
    assert figures.trouble(database_now()) == {State.MISSED: 5}


def test_a_restarted_database_loses_nothing(fleet: Fleet, sink: Sink) -> None:
    write(300, "restart")
    wait_for(lambda: sink.seen.total() >= 50, said=fleet.said)
    restart_database()
    wait_until_settled(fleet, 300)
    assert set(Notification.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    assert len(sink.seen) == 300
    # A worker that could not write down what it had sent left a row to be sent once more: one mail each at most.
    rows = Notification.objects.filter(resent=True).select_related("recipient")
    assert twice(sink) <= {outbox.message_id(row) for row in rows}
    assert len(rows) <= 4 and max(sink.seen.values()) <= 2


def restart_database() -> None:
    """Stop the server of this test run, whose keeper starts it again; one that is not ours only loses its clients."""
    ours = any("postgres" in servers.urls for servers in pytest_plugin._held)
    with connection.cursor() as cursor:
        if ours:
            cursor.execute("SHOW data_directory")
            lines = (Path(cursor.fetchone()[0]) / "postmaster.pid").read_text().splitlines()
            os.kill(int(lines[0]), signal.SIGINT)
        else:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    connection.close()

    def answers() -> bool:
        try:
            connection.ensure_connection()
        except OperationalError:
            return False
        return True

    wait_for(answers, LEASE_SECONDS + 20)
