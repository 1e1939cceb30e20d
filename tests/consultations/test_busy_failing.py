"""A calendar that can't be read: when it is tried again, what is kept, and when its owner is told."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.mail import EmailMultiAlternatives

from consultations import busy_calendars, busy_telling
from consultations.models import BusyCalendar
from notifications import kinds, mail
from notifications.models import Notification
from notifications.models import State as Told
from tests.consultations.connected import DAY, HOUR, MINUTE, NOW, claimed, connected, free, hours, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]


@pytest.fixture
def specialist(with_openings):
    return with_openings


def test_failing_waits_longer_each_time_and_keeps_what_is_known(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar, hours(2, 10, 11))
    now, waits = NOW + busy_calendars.EVERY, []
    for _try in range(10):
        assert busy_calendars.failed(claim=claimed(calendar, now), code="slow", now=now)
        calendar.refresh_from_db()
        waits.append((calendar.next_try_at - now) // MINUTE)
        now = calendar.next_try_at
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360, 360, 360]
    assert calendar.failure == "slow" and calendar.fetched_at == NOW
    assert calendar.blocks.count() == 1 and 10 not in free(specialist, 2)
    stored(calendar, hours(2, 10, 11), now=now)
    calendar.refresh_from_db()
    assert calendar.failures == 0 and calendar.failure == ""


def fail(calendar: BusyCalendar, times: int, code: str, now: datetime) -> datetime:
    for _try in range(times):
        assert busy_calendars.failed(claim=claimed(calendar, now), code=code, now=now)
        calendar.refresh_from_db()
        now = calendar.next_try_at
    return now


def told() -> list[Notification]:
    return list(Notification.objects.filter(kind=busy_telling.FAILING).order_by("pk"))


@pytest.mark.parametrize(("code", "tries"), [("slow", 8), ("not_found", 3)])
def test_the_specialist_is_told_once_for_each_failing_stretch(specialist, code: str, tries: int) -> None:
    calendar = connected(specialist)
    stored(calendar)
    now = fail(calendar, tries - 1, code, NOW + HOUR)
    assert told() == []
    now = fail(calendar, 4, code, now)
    [row] = told()
    assert row.recipient == specialist.user and row.state == Told.PENDING
    stored(calendar, now=now)
    assert told()[0].state == Told.WITHDRAWN
    fail(calendar, tries, code, now + HOUR)
    assert [each.state for each in told()] == [Told.WITHDRAWN, Told.PENDING]


def test_the_specialist_is_told_of_a_day_without_reading_however_few_the_tries(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar)
    fail(calendar, 1, "slow", NOW + DAY - MINUTE)
    assert told() == []
    fail(calendar, 1, "slow", NOW + DAY + HOUR)
    assert len(told()) == 1


def test_an_address_that_never_worked_is_told_once_too(specialist) -> None:
    calendar = connected(specialist)
    fail(calendar, 5, "not_found", NOW)
    assert len(told()) == 1
    busy_calendars.connect(specialist=specialist, url="https://other.example/a.ics", now=NOW + DAY)
    assert told()[0].state == Told.WITHDRAWN
    fail(calendar, 3, "not_found", NOW + DAY)
    assert len(told()) == 2


def mail_of(row: Notification, discreet: bool = False) -> EmailMultiAlternatives:
    row.recipient.discreet = discreet
    telling = busy_telling.read(row, NOW)
    assert isinstance(telling, kinds.Telling)
    return mail.compose(row, telling, busy_telling.TEMPLATE)[0]


def test_the_mail_says_what_is_wrong_and_what_to_do_and_nothing_secret(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar)
    fail(calendar, 3, "not_found", NOW + HOUR)
    [row] = told()
    message = mail_of(row)
    html = message.alternatives[0][0]
    for text in (message.body, html):
        assert "calendar.example" in text and "There is no calendar at this address any more." in text
        assert "/practice/availability/calendar/" in text and "secret-token" not in text
    assert "calendar" not in mail_of(row, discreet=True).body.lower()


def test_no_mail_goes_out_about_what_works_again_or_is_gone(specialist) -> None:
    calendar = connected(specialist)
    now = fail(calendar, 3, "not_found", NOW)
    [row] = told()
    stored(calendar, now=now)
    assert busy_telling.read(row, now) == kinds.Skip("works again")
    busy_calendars.disconnect(specialist=specialist, now=now)
    assert busy_telling.read(row, now) == kinds.Skip("disconnected")
