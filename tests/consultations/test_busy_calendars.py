"""Rules of a specialist's own calendar: who reads it when, what is kept, and what a change undoes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts import deactivation
from audit.models import Entry
from consultations import booking, busy_calendars, openings_sync
from consultations.busy_calendars import JustRead
from consultations.busy_reading import CalendarRefused, Reading
from consultations.models import BusyBlock, BusyCalendar, Consultation
from specialists import changes
from tests.consultations.connected import DAY, HOUR, MINUTE, NOW, URL, claimed, connected, free, hours, stored
from tests.factories import make_specialist, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]


@pytest.fixture
def specialist(with_openings):
    return with_openings


def test_connecting_seals_the_address_and_has_it_read_at_once(
    specialist, woken, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        calendar = busy_calendars.connect(specialist=specialist, url=" webcal://calendar.example/s.ics", now=NOW)
    assert calendar.url == "https://calendar.example/s.ics" and woken == [calendar.pk]
    assert busy_calendars.due(now=NOW, most=9) == [calendar.pk]
    with connection.cursor() as cursor:
        cursor.execute("SELECT url FROM consultations_busycalendar")
        assert b"calendar.example" not in bytes(cursor.fetchone()[0])
    line = Entry.objects.get(verb="busy calendar connected")
    assert line.actor_id == specialist.user_id and line.detail == {}


@pytest.mark.parametrize("url", ["http://calendar.example/a.ics", "http://127.0.0.1/a.ics", "nonsense"])
def test_an_address_that_can_t_be_one_is_refused_and_nothing_is_kept(specialist, url: str) -> None:
    with pytest.raises(CalendarRefused):
        busy_calendars.connect(specialist=specialist, url=url, now=NOW)
    assert not BusyCalendar.objects.exists()


def test_somebody_without_hours_may_connect_first() -> None:
    made = make_specialist(hours=False)
    assert busy_calendars.of(made) is None
    assert busy_calendars.of(made) is None or connected(made)
    connected(made)
    assert busy_calendars.of(made) is not None


def test_busy_time_closes_half_hours_in_the_same_transaction(specialist) -> None:
    assert free(specialist, 2) == list(range(9, 17))
    assert stored(connected(specialist), hours(2, 10, 12))
    assert free(specialist, 2) == [9, 12, 13, 14, 15, 16]
    calendar = busy_calendars.of(specialist)
    assert calendar.fetched_at == NOW and calendar.etag == '"v1"' and calendar.failure == ""
    assert calendar.next_try_at == NOW + busy_calendars.EVERY


def test_only_what_differs_is_written_and_nothing_when_nothing_does(specialist, monkeypatch) -> None:
    calendar = connected(specialist)
    kept, gone, new = hours(2, 10, 11), hours(3, 10, 11), hours(4, 10, 11)
    stored(calendar, kept, gone)
    before = calendar.blocks.get(start=kept[0]).pk
    stored(calendar, kept, new, now=NOW + HOUR)
    assert calendar.blocks.get(start=kept[0]).pk == before
    assert set(calendar.blocks.values_list("start", "end")) == {kept, new}
    assert 10 in free(specialist, 3) and 10 not in free(specialist, 4)
    monkeypatch.setattr(openings_sync, "refresh", never)
    assert stored(calendar, kept, new, now=NOW + 2 * HOUR)
    assert busy_calendars.of(specialist).fetched_at == NOW + 2 * HOUR


def test_what_is_over_is_dropped_without_touching_openings(specialist, monkeypatch) -> None:
    calendar = connected(specialist)
    past = hours(-1, 9, 10)
    stored(calendar, past)
    monkeypatch.setattr(openings_sync, "refresh", never)
    assert stored(calendar, now=NOW + HOUR) and not calendar.blocks.exists()


def never(**known: object) -> None:
    raise AssertionError("refreshed")


def test_entries_that_make_no_sense_are_said_so_though_the_rest_was_read(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar, hours(2, 10, 11), unread=2)
    calendar.refresh_from_db()
    assert calendar.failure == "partly" and calendar.failures == 0 and calendar.fetched_at == NOW
    claim = claimed(calendar, NOW + HOUR)
    assert busy_calendars.unchanged(claim=claim, now=NOW + HOUR)
    calendar.refresh_from_db()
    assert calendar.failure == "partly" and calendar.fetched_at == NOW + HOUR


def test_one_calendar_is_claimed_once(specialist) -> None:
    calendar = connected(specialist)
    assert busy_calendars.claim(calendar_id=calendar.pk, now=NOW - MINUTE) is None
    first = claimed(calendar, NOW)
    assert first.url == URL and first.zone == "UTC" and first.etag == ""
    assert busy_calendars.claim(calendar_id=calendar.pk, now=NOW + MINUTE) is None
    assert busy_calendars.due(now=NOW + MINUTE, most=9) == []
    second = claimed(calendar, NOW + busy_calendars.LEASE)
    assert not busy_calendars.failed(claim=first, code="slow", now=NOW + busy_calendars.LEASE)
    assert busy_calendars.failed(claim=second, code="slow", now=NOW + busy_calendars.LEASE)
    assert busy_calendars.claim(calendar_id=0, now=NOW) is None


@pytest.mark.parametrize("change", ["replaced", "disconnected", "zone"])
def test_what_was_claimed_before_a_change_is_thrown_away(specialist, change: str) -> None:
    calendar = connected(specialist)
    claim = claimed(calendar, NOW)
    if change == "replaced":
        busy_calendars.connect(specialist=specialist, url="https://other.example/a.ics", now=NOW + MINUTE)
    elif change == "disconnected":
        busy_calendars.disconnect(specialist=specialist, now=NOW + MINUTE)
    else:
        changes.announce(specialist=specialist, change="zone", now=NOW + MINUTE)
    late = {"claim": claim, "now": NOW + 2 * MINUTE}
    assert not busy_calendars.store(reading=Reading((hours(2, 10, 11),)), etag="", last_modified="", **late)
    assert not busy_calendars.unchanged(**late) and not busy_calendars.failed(code="slow", **late)
    assert not BusyBlock.objects.exists()


def test_the_version_is_repeated_only_after_a_whole_reading_on_the_same_day(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar)
    assert claimed(calendar, NOW + HOUR).etag == '"v1"'
    BusyCalendar.objects.update(next_try_at=NOW)
    assert claimed(calendar, NOW + DAY).etag == ""


def test_in_another_zone_everything_is_read_again(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar)
    changes.announce(specialist=specialist, change="zone", now=NOW + MINUTE)
    calendar.refresh_from_db()
    assert calendar.etag == "" and calendar.next_try_at == NOW + MINUTE


def test_another_address_keeps_the_busy_time_until_it_was_read(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar, hours(2, 10, 11))
    again = busy_calendars.connect(specialist=specialist, url="https://other.example/a.ics", now=NOW + HOUR)
    assert again.fetched_at is None and again.etag == "" and again.blocks.count() == 1
    stored(again, hours(3, 10, 11), now=NOW + HOUR)
    assert 10 in free(specialist, 2) and 10 not in free(specialist, 3)


def test_disconnecting_forgets_everything_and_opens_the_half_hours(specialist) -> None:
    calendar = connected(specialist)
    stored(calendar, hours(2, 10, 11))
    assert busy_calendars.disconnect(specialist=specialist, now=NOW) and 10 in free(specialist, 2)
    assert not BusyCalendar.objects.exists() and not BusyBlock.objects.exists()
    assert not busy_calendars.disconnect(specialist=specialist, now=NOW)


def test_it_can_be_read_now_but_not_all_the_time(specialist, woken, django_capture_on_commit_callbacks) -> None:
    assert not busy_calendars.read_now(specialist=specialist, now=NOW)
    calendar = connected(specialist)
    stored(calendar)
    with pytest.raises(JustRead) as refused:
        busy_calendars.read_now(specialist=specialist, now=NOW + 30 * timedelta(seconds=1))
    assert refused.value.retry_at == NOW + MINUTE
    with django_capture_on_commit_callbacks(execute=True):
        assert busy_calendars.read_now(specialist=specialist, now=NOW + MINUTE)
    assert woken[-1:] == [calendar.pk] and busy_calendars.due(now=NOW + MINUTE, most=9) == [calendar.pk]


def test_own_half_hours_are_known_by_their_uid_on_either_side(specialist) -> None:
    start = NOW + 2 * DAY + 2 * HOUR
    given = booking.book(specialist=specialist, client=make_user(), start=start, now=NOW, location="PT")
    other = make_specialist()
    taken = booking.book(specialist=other, client=specialist.user, start=start + 2 * HOUR, now=NOW, location="PT")
    booking.book(specialist=other, client=make_user(), start=start + 3 * HOUR, now=NOW, location="PT")
    assert claimed(connected(specialist), NOW).own == {given.uid, taken.uid}


def test_bookings_in_busy_time_stand_and_are_listed(specialist) -> None:
    start = NOW + 2 * DAY + 2 * HOUR
    meets = booking.book(specialist=specialist, client=make_user(), start=start, now=NOW, location="PT")
    booking.book(specialist=specialist, client=make_user(), start=start + 2 * HOUR, now=NOW, location="PT")
    stored(connected(specialist), (start - HOUR, start + MINUTE), (start + HOUR, start + 2 * HOUR))
    assert list(busy_calendars.collisions(specialist, NOW)) == [meets]
    assert list(busy_calendars.collisions(make_specialist(), NOW)) == []
    assert set(Consultation.objects.values_list("state", flat=True)) == {"confirmed"}


def test_who_leaves_is_read_no_more(specialist) -> None:
    connected(specialist)
    changes.announce(specialist=specialist, change="paused", now=NOW)
    assert BusyCalendar.objects.exists()
    changes.announce(specialist=specialist, change="withdrawn", now=NOW)
    assert not BusyCalendar.objects.exists()
    connected(specialist)
    user = specialist.user
    deactivation.deactivate(user=user, actor=user, reason=deactivation.Reason.ASKED, now=NOW)
    assert not BusyCalendar.objects.exists()
