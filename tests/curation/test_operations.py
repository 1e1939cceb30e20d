"""The operations page: who may open it, what it counts, when it alarms; nobody's name is on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from consultations.models import BusyCalendar, Schedule
from notifications import figures, outbox
from notifications.kinds import kinds
from notifications.models import Notification, State
from tests import factories
from tests.notifications.kinds import CODE, KIND
from web.clock import database_now

pytestmark = pytest.mark.django_db
PAGE = "/curation/operations/"
WELL = "All is well"


@pytest.fixture(autouse=True)
def _test_kind(monkeypatch) -> None:
    monkeypatch.setitem(kinds, CODE, KIND)


@pytest.fixture
def page(client: Client):
    """Loads the page as a curator while the scheduler lives, unless told otherwise; gives its text."""
    client.force_login(factories.make_curator())

    def load(*, ticked: bool = True) -> str:
        if ticked:
            figures.note_life(worker="celery@one", ticked=True, skew=timedelta(0), now=database_now())
        return " ".join(client.get(PAGE).content.decode().split())

    return load


def make_row(occasion: str, person=None, **values) -> Notification:
    now = database_now()
    subject = factories.make_topic(f"topic-{occasion}", name=f"Topic {occasion}")
    row = outbox.notify(
        kind=CODE, subject_id=subject.pk, recipient=person or factories.make_user(email=f"p{occasion}@example.org"),
        occasion=occasion, due_at=now + timedelta(days=1), now=now,
    )  # fmt: skip
    Notification.objects.filter(pk=row.pk).update(**values)
    return row


def test_visitors_meet_the_wall_and_members_find_nothing(client: Client) -> None:
    assert "/accounts/login/" in client.get(PAGE).content.decode()
    client.force_login(factories.make_user())
    assert client.get(PAGE).status_code == 404
    client.force_login(factories.make_curator())
    answer = client.get(PAGE)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert client.post(PAGE).status_code == 405


def test_the_desk_leads_there(client: Client) -> None:
    client.force_login(factories.make_curator())
    assert f'href="{PAGE}"' in client.get("/curation/").content.decode()


def test_an_empty_outbox_says_so_and_is_well(page) -> None:
    text = page()
    assert WELL in text and "Nothing to send yet" in text and "Nothing is due." in text


def test_a_scheduler_that_stopped_is_an_alarm(page, settings) -> None:
    assert "ticks are not carried out" in page(ticked=False)  # never seen
    tick = timedelta(seconds=settings.TICK_SECONDS)
    figures.note_life(worker="celery@one", ticked=True, skew=timedelta(0), now=database_now() - 2 * tick)
    assert WELL in page(ticked=False)
    figures.note_life(worker="celery@one", ticked=True, skew=timedelta(0), now=database_now() - 3.1 * tick)
    assert "ticks are not carried out" in page(ticked=False)
    # A worker that somebody's act woke shows that workers live, not that the scheduler does.
    figures.note_life(worker="celery@one", ticked=False, skew=timedelta(0), now=database_now())
    assert "ticks are not carried out" in page(ticked=False)


def test_case_29_clocks_that_differ_are_an_alarm(page, monkeypatch) -> None:
    figures.note_life(worker="celery@two", ticked=False, skew=timedelta(minutes=10), now=database_now())
    text = page()
    assert "celery@two: its clock and the database’s differ by 600 seconds." in text
    assert "This machine: its clock" not in text and text.count("Clock is off") == 1
    fast = timezone.now() + timedelta(seconds=30)
    monkeypatch.setattr("curation.operations_views.timezone.now", lambda: fast)
    assert "This machine: its clock and the database’s differ by" in page()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/broker.sock"])
def test_case_28_a_broker_away_is_an_alarm_and_what_waits_is_counted(page, settings, url: str) -> None:
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.delete("celery")
        redis.rpush("celery", "a task", "another")
        assert "Answers; 2 tasks wait in it" in page()
        redis.delete("celery")
    settings.CELERY_BROKER_URL = url
    text = page()
    assert "Does not answer" in text and "Nothing is lost" in text


def test_counts_with_their_causes(page) -> None:
    now = database_now()
    make_row("1", state=State.SKIPPED, cause="cancelled", settled_at=now)
    make_row("2", state=State.BOUNCED, cause="bounced 5.1.1", settled_at=now)
    make_row("3", due_at=now - timedelta(hours=3), next_try_at=now + timedelta(minutes=1), cause="mail server away")
    text = page()
    for said in ("cancelled", "bounced 5.1.1", "mail server away", "1 is late by over five minutes", "for 3"):
        assert said in text, said
    assert "Test topic</th>" in text
    for private in ("@example.org", "Topic 1"):
        assert private not in text


def test_case_30_missed_ones_are_counted_and_alarmed(page) -> None:
    make_row("1", state=State.MISSED, cause="too late", settled_at=database_now())
    assert "1 came too late to be of use within the last day, and was not sent." in page()
    Notification.objects.update(settled_at=database_now() - timedelta(days=2))
    text = page()
    assert WELL in text  # counted for the week, an alarm for a day
    assert "Missed: too late to be of use</th><td>0</td><td>0</td><td>1</td>" in text


def test_calendars_and_openings(page) -> None:
    now = database_now()
    schedules = [Schedule.objects.get_or_create(specialist=factories.make_specialist())[0] for _nth in range(2)]
    Schedule.objects.filter(pk=schedules[0].pk).update(rolled_to=(now - timedelta(days=5)).date())
    Schedule.objects.filter(pk=schedules[1].pk).update(rolled_to=now.date())
    for schedule, failure in zip(schedules, ("", "timeout"), strict=True):
        BusyCalendar.objects.create(
            schedule=schedule, url="https://calendar.example.org/secret.ics", next_try_at=now, failure=failure,
            fetched_at=now - timedelta(hours=5),
        )  # fmt: skip
    text = page()
    assert "Of them failing</dt><dd>1" in text and "secret.ics" not in text
    assert "1 specialist’s half hours for over two days" in text


def test_one_and_three_rows_cost_the_same(page, client: Client) -> None:
    counts = []
    for occasions in ("1", "23"):
        for occasion in occasions:
            make_row(occasion, state=State.FAILED, settled_at=database_now(), kind=f"kind_{occasion}")
        page()
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
