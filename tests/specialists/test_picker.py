"""Picking a half hour of one person: the days shown, another zone, and what a reader's copy is worth."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations import booking, cancelling
from consultations.models import Schedule
from consultations.openings_sync import refresh
from specialists import openings, picker
from specialists.models import Opening, Specialist, State
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
HALF = timedelta(minutes=30)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    day = timezone.now().astimezone(UTC).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), UTC)


def with_openings(*starts: datetime, **fields) -> Specialist:
    who = make_specialist(hours=False, **fields)
    Opening.objects.bulk_create(
        Opening(specialist=who, start=start, closes_at=start - timedelta(hours=1)) for start in starts
    )
    return who


def wish(day: date | None = None, zone: str = "UTC", now: datetime | None = None) -> picker.Asked:
    return picker.Asked(day, zone, "", now or timezone.now(), False)


def times(page: str) -> list[str]:
    """The instants of the links, in order."""
    return re.findall(r"\?start=([^\"&]+)", page)


def text(response) -> str:
    return response.content.decode()


def test_an_empty_day_names_the_next_free_one() -> None:
    who = with_openings(at(3, 10), at(12, 10))
    near, far = at(3, 0).date(), at(12, 0).date()
    shown = picker.window(picker.times_of(who, wish(near)).starts, wish(near))
    assert (shown.empty, shown.next_free, shown.later) == (None, None, far)
    tomorrow = at(1, 0).date()
    shown = picker.window(picker.times_of(who, wish(tomorrow)).starts, wish(tomorrow))
    assert (shown.empty, shown.days[0][0], shown.next_free) == (tomorrow, near, None)
    after = at(4, 0).date()
    shown = picker.window(picker.times_of(who, wish(after)).starts, wish(after))
    assert (shown.empty, shown.days, shown.next_free) == (after, [], far)
    last = at(13, 0).date()
    shown = picker.window(picker.times_of(who, wish(last)).starts, wish(last))
    assert (shown.empty, shown.days, shown.next_free, shown.earlier) == (last, [], None, at(6, 0).date())


def test_the_jump_is_a_link_that_keeps_the_zone(client) -> None:
    who = with_openings(at(12, 10))
    page = text(client.get(f"/specialists/{who.slug}/?from={at(2, 0):%Y-%m-%d}&tz=Asia/Tokyo"))
    assert "has nothing free." in page and "no free half hours in the next four weeks" not in page
    assert f"/specialists/{who.slug}/?from={at(12, 0):%Y-%m-%d}&amp;tz=Asia%2FTokyo#times" in page
    data = client.get(f"/specialists/{who.slug}/openings/?from={at(2, 0):%Y-%m-%d}", headers=JSON).json()
    assert data["openings"] == [] and data["next_free"] == f"{at(12, 0):%Y-%m-%d}"


def test_someone_with_very_many_half_hours_is_shown_a_whole_week() -> None:
    starts = [at(day, hour, minute) for day in range(1, 10) for hour in range(8, 20) for minute in (0, 30)]
    who = with_openings(*starts)
    found = picker.times_of(who, wish()).starts
    shown = picker.window(found, wish())
    assert shown.starts == [start for start in starts if start < at(8, 0)] and shown.later == at(8, 0).date()
    few = openings.week_after(specialist_id=who.pk, since=at(9, 12), now=timezone.now())
    assert few == [start for start in starts if start >= at(9, 12)]


def test_case_05_another_zone_keeps_the_day_and_every_instant(client) -> None:
    who = with_openings(at(2, 23), at(3, 0, 30), at(3, 10))
    day = f"{at(2, 0):%Y-%m-%d}"
    here = text(client.get(f"/specialists/{who.slug}/?from={day}"))
    # The chooser carries what was asked, and works as a plain form.
    chooser = re.search(r'<details class="zone">.*?</details>', here, re.S)
    assert chooser and f'<input type="hidden" name="from" value="{day}">' in chooser[0]
    assert f'data-zone-region="/specialists/{who.slug}/openings/?from={day}"' in here
    there = text(client.get(f"/specialists/{who.slug}/?from={day}&tz=Asia/Kathmandu"))
    assert times(here) == times(there) != []
    assert "Times in Kathmandu" in there and ">04:45</time>" in there and ", Kathmandu time, with " in there
    # 23:00 and 00:30 in UTC are one morning in Kathmandu.
    assert here.count('class="slot-day"') == 2 and there.count('class="slot-day"') == 1


def test_case_05_filters_stay_when_the_zone_of_a_list_changes(client) -> None:
    with_openings(at(2, 10), languages=["pl"])
    for path in ("/specialists/", "/specialists/soonest/"):
        page = text(client.get(f"{path}?language=pl&part=morning&within=3"))
        chooser = re.search(r'<details class="zone">.*?</details>', page, re.S)
        assert chooser
        kept = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', chooser[0])
        assert set(kept) == {("language", "pl"), ("part", "morning"), ("within", "3")}, path


@pytest.mark.parametrize(
    ("zone", "start", "readings", "days"),
    [
        # Berlin's clock is put back at 01:00 UTC: 02:00 and 02:30 come twice, and the day has 25 hours.
        ("Europe/Berlin", "2026-10-24T23:30", "01:30 | 02:00 (CEST) | 02:30 (CEST) | 02:00 (CET) | 02:30 (CET)", 1),
        # Lord Howe goes back by half an hour: 01:30 comes twice.
        ("Australia/Lord_Howe", "2026-04-04T14:00", "01:00 | 01:30 (UTC+11) | 01:30 (UTC+10:30) | 02:00 | 02:30", 1),
        # Casablanca leaves its winter hour during Ramadan and takes it up again: 02:00 comes twice, or not at all.
        (
            "Africa/Casablanca",
            "2026-02-15T01:00",
            "02:00 (UTC+1) | 02:30 (UTC+1) | 02:00 (UTC) | 02:30 (UTC) | 03:00",
            1,
        ),
        ("Africa/Casablanca", "2026-03-22T01:00", "01:00 | 01:30 | 03:00 | 03:30 | 04:00", 1),
        # Beirut's clock jumps at midnight, so that the day begins at 01:00.
        ("Asia/Beirut", "2026-03-28T21:00", "23:00 | 23:30 | 01:00 | 01:30 | 02:00", 2),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", "2011-12-30T09:00", "23:00 | 23:30 | 00:00 | 00:30 | 01:00", 2),
    ],
)
def test_case_02_days_that_are_longer_or_shorter_are_shown_as_they_are(
    zone: str, start: str, readings: str, days: int
) -> None:
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    starts = [first + nth * HALF for nth in range(5)]
    who = with_openings(*starts)
    asked = wish(zone=zone, now=first - timedelta(hours=5))
    context = picker.context(picker.times_of(who, asked), asked)
    page = render_to_string("specialists/openings.html", context)
    assert re.findall(r"<time datetime=\"[^\"]*Z\">([^<]+)</time>", page) == readings.split(" | ")
    filled = [day for day, found in context["days"] if found]
    assert len(filled) == days
    assert [f"{one:%Y-%m-%dT%H%%3A%M%%3A%SZ}" for one in starts] == times(page)


def openings_of(client, who: Specialist, etag: str = "", **headers):
    known = {"If-None-Match": etag} if etag else {}
    return client.get(f"/specialists/{who.slug}/openings/", headers=known | headers)


def test_case_41_a_reader_who_has_it_is_told_so(client, settings) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    who = make_specialist()
    for headers in ({}, JSON):
        first = openings_of(client, who, **headers)
        again = openings_of(client, who, first["ETag"], **headers)
        assert first.status_code == 200 and (again.status_code, again.content) == (304, b"")
        # RFC 9110, 15.4.5: the headers that a cache goes by are those of the whole answer.
        for name in ("ETag", "Cache-Control", *(["Vary"] if not headers else [])):
            assert again[name] == first[name], name
    assert openings_of(client, who)["ETag"] != openings_of(client, who, **JSON)["ETag"]


def test_case_41_the_etag_changes_with_bookings_hours_and_time_and_only_then(client, settings, monkeypatch) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    who = make_specialist()
    refresh(specialist_id=who.pk, now=timezone.now())
    seen = [openings_of(client, who)["ETag"]]

    def changed() -> bool:
        seen.append(openings_of(client, who)["ETag"])
        return seen[-1] not in seen[:-1]

    start = Opening.objects.filter(specialist=who).order_by("start")[5].start
    assert not changed()
    said = {"format": "video", "location": "PT", "note": ""}
    made = booking.book(specialist=who, client=make_user(), start=start, now=timezone.now(), **said)
    assert changed()
    refresh(specialist_id=who.pk, now=timezone.now())
    assert not changed()
    cancelling.cancel(consultation=made, actor=who.user, reason="", now=timezone.now())
    assert seen[0] == openings_of(client, who)["ETag"]
    Schedule.objects.get(specialist=who).windows.filter(weekday=at(2, 0).weekday()).delete()
    refresh(specialist_id=who.pk, now=timezone.now())
    assert changed()
    later = Opening.objects.filter(specialist=who).order_by("start")[0].closes_at + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert changed()
    Specialist.objects.filter(pk=who.pk).update(state=State.PAUSED)
    assert changed()


def test_case_41_a_kept_page_may_be_stale_and_booking_is_not(client, settings) -> None:
    settings.PAGE_CACHE_SECONDS = 60
    cache.clear()
    who = make_specialist()
    refresh(specialist_id=who.pk, now=timezone.now())
    start = Opening.objects.filter(specialist=who).order_by("start")[5].start
    link = f"start={start:%Y-%m-%dT%H%%3A%M%%3A%SZ}"
    before = openings_of(client, who)
    assert link in text(before)
    said = {"format": "video", "location": "PT", "note": ""}
    booking.book(specialist=who, client=make_user(), start=start, now=timezone.now(), **said)
    kept = openings_of(client, who)
    assert text(kept) == text(before) and openings_of(client, who, before["ETag"]).status_code == 304
    assert link not in text(openings_of(client, who, Cookie=f"{settings.SESSION_COOKIE_NAME}=x"))
    client.force_login(make_user())
    post = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "format": "video", "location": "PT", "consent": "on"}
    answer = client.post(f"/consultations/book/{who.slug}/", post)
    assert answer.status_code == 409 and "nearest free half hours" in text(answer)
    cache.clear()


def test_the_openings_alone_cost_two_queries(client, settings) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    who = make_specialist()
    openings_of(client, who)
    with CaptureQueriesContext(connection) as queries:
        assert openings_of(client, who).status_code == 200
    assert len(queries) == 2
