"""Local time is for reading rules and for showing; these tests hold the days on which a clock changes."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.consultations.zones import DAYS, FIRST, ZONES, changes
from web import local_time

HOUR = timedelta(hours=1)

minutes = st.integers(0, DAYS * 24 * 60 - 1)
moments = minutes.map(lambda minute: FIRST + timedelta(minutes=minute, seconds=30))
zones = st.sampled_from(ZONES)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_case_02_a_repeated_time_is_shown_with_its_abbreviation() -> None:
    shown = [local_time.clock_text(utc(f"2026-10-{at}"), "Europe/Berlin") for at in ("25T00:30", "25T01:30")]
    assert shown == ["02:30 (CEST)", "02:30 (CET)"]


@pytest.mark.parametrize("at", ["2026-10-24T23:30", "2026-10-25T02:00", "2026-10-24T00:30", "2026-03-29T01:30"])
def test_a_time_that_occurs_once_is_shown_bare(at: str) -> None:
    assert "(" not in local_time.clock_text(utc(at), "Europe/Berlin")


def test_case_02_zones_without_letters_show_their_offset() -> None:
    shown = [local_time.clock_text(utc(f"2026-04-{at}"), "Australia/Lord_Howe") for at in ("04T14:45", "04T15:15")]
    assert shown == ["01:45 (UTC+11)", "01:45 (UTC+10:30)"]


def test_case_04_one_instant_may_be_two_dates() -> None:
    at = utc("2026-11-23T15:30")
    assert local_time.local_day(at, "Asia/Tokyo") == date(2026, 11, 24)
    assert local_time.clock_text(at, "Asia/Tokyo") == "00:30"
    assert local_time.local_day(at, "America/New_York") == date(2026, 11, 23)
    assert local_time.clock_text(at, "America/New_York") == "10:30"


def test_case_05_another_zone_regroups_the_same_instants() -> None:
    starts = [utc("2026-11-23T22:30"), utc("2026-11-23T23:30"), utc("2026-11-24T09:00")]
    assert local_time.by_day(starts, "Europe/Berlin") == [
        (date(2026, 11, 23), starts[:1]),
        (date(2026, 11, 24), starts[1:]),
    ]
    assert local_time.by_day(starts, "Asia/Kathmandu") == [(date(2026, 11, 24), starts)]
    assert local_time.by_day([], "Asia/Kathmandu") == []


def test_case_11_days_of_23_and_25_hours() -> None:
    def length(day: date, zone: str) -> timedelta:
        start, end = local_time.day_range(day, zone)
        return end - start

    assert length(date(2026, 3, 29), "Europe/Berlin") == 23 * HOUR
    assert length(date(2026, 10, 25), "Europe/Berlin") == 25 * HOUR
    assert length(date(2026, 4, 5), "Australia/Lord_Howe") == 24.5 * HOUR
    assert length(date(2026, 3, 29), "Antarctica/Troll") == 22 * HOUR
    assert length(date(2011, 12, 30), "Pacific/Apia") == timedelta(0)  # the day Samoa skipped


def test_a_day_begins_when_the_clock_jumps_over_midnight() -> None:
    start, end = local_time.day_range(date(2026, 9, 6), "America/Santiago")
    assert start == utc("2026-09-06T04:00")
    assert local_time.clock_text(start, "America/Santiago") == "01:00"
    assert end - start == 23 * HOUR


def test_case_42_iso_weeks_turn_with_the_local_monday_and_year() -> None:
    at = utc("2027-01-03T23:30")
    assert local_time.iso_week(at, "UTC") == (2026, 53)
    assert local_time.iso_week(at, "Europe/Berlin") == (2027, 1)


@pytest.mark.parametrize(
    ("part", "start", "end"),
    [
        ("morning", "2026-11-23T05:00", "2026-11-23T11:00"),
        ("midday", "2026-11-23T11:00", "2026-11-23T16:00"),
        ("evening", "2026-11-23T16:00", "2026-11-23T20:00"),
        ("late", "2026-11-23T20:00", "2026-11-24T00:00"),
    ],
)
def test_parts_of_a_day(part: str, start: str, end: str) -> None:
    assert local_time.part_range(date(2026, 11, 23), part, "Europe/Berlin") == (utc(start), utc(end))


def test_parts_of_a_day_on_which_the_clock_changes() -> None:
    early, _ = local_time.part_range(date(2026, 3, 29), "morning", "Europe/Berlin")
    assert early == utc("2026-03-29T04:00")
    late = local_time.part_range(date(2026, 10, 31), "late", "America/Havana")
    assert late[1] - late[0] == 5 * HOUR  # midnight to one comes twice


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(local_time.NoSuchPart, match="morning"):
        local_time.part_range(date(2026, 11, 23), "teatime", "Europe/Berlin")


@given(zone=zones, at=moments)
def test_every_instant_belongs_to_the_range_of_its_own_day(zone: str, at: datetime) -> None:
    start, end = local_time.day_range(local_time.local_day(at, zone), zone)
    assert start <= at < end


@given(zone=zones, day=st.dates(date(2024, 1, 1), date(2030, 12, 30)))
def test_days_follow_each_other_without_gap(zone: str, day: date) -> None:
    assert local_time.day_range(day, zone)[1] == local_time.day_range(day + timedelta(days=1), zone)[0]


@given(zone=zones, at=moments)
def test_first_instant_is_where_the_clock_first_reaches_the_time(zone: str, at: datetime) -> None:
    clock = ZoneInfo(zone)
    wall = at.astimezone(clock).replace(tzinfo=None)
    found = local_time.first_instant(wall.replace(second=0), zone)
    assert found <= at
    assert found.astimezone(clock).replace(tzinfo=None) == wall.replace(second=0)


@pytest.mark.parametrize("zone", ZONES)
def test_stretches_end_exactly_where_the_clock_changes(zone: str) -> None:
    start, end = (local_time.seconds(utc(f"{year}-01-01T00:00")) for year in (2024, 2031))
    cut = local_time.stretches(zone, start, end)
    assert [local_time.instant(one.end) for one in cut[:-1]] == list(changes(zone))
    assert cut[0].start == start and cut[-1].end == end
    assert all(left.end == right.start for left, right in itertools.pairwise(cut))


@pytest.mark.parametrize("name", ["Europe/Lisbon", "Asia/Calcutta", "America/Argentina/Buenos_Aires", "UTC"])
def test_places_are_valid_zones(name: str) -> None:
    assert local_time.valid_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe",
        "europe/lisbon",
        "Europe/Lisbon ",
        "Europe/Lisbon\0",
        "/etc/passwd",
        "../../etc/passwd",
        "Europe/../Europe/Lisbon",
        "posix/Europe/Lisbon",
        "right/Europe/Lisbon",
        "localtime",
        "Etc/GMT+5",
        "EST5EDT",
        "Factory",
        "UTC+1",
        "E" * 10_000,
    ],
)
def test_anything_else_is_not(name: str) -> None:
    assert not local_time.valid_zone(name)


def test_every_valid_zone_can_be_opened_and_named() -> None:
    with translation.override("en"):
        for name in local_time.zone_names():
            assert ZoneInfo(name).key == name
            label = local_time.city(name)
            assert label and "_" not in label and "/" not in label


def test_cities_are_named_in_the_readers_language() -> None:
    with translation.override("en"):
        assert local_time.city("Europe/Lisbon") == "Lisbon"
        assert local_time.city("Asia/Calcutta") == "Kolkata"
        assert local_time.city("America/Argentina/Buenos_Aires") == "Buenos Aires"
    with translation.override("de"):
        assert local_time.city("Europe/Lisbon") == "Lissabon"


@pytest.mark.parametrize(
    ("zone", "at", "label"),
    [
        ("Europe/Berlin", "2026-11-23T12:00", "UTC+1"),
        ("Europe/Berlin", "2026-07-01T12:00", "UTC+2"),
        ("Asia/Kathmandu", "2026-11-23T12:00", "UTC+5:45"),
        ("America/St_Johns", "2026-11-23T12:00", "UTC\N{MINUS SIGN}3:30"),
        ("Europe/London", "2026-11-23T12:00", "UTC"),
    ],
)
def test_offset_labels(zone: str, at: str, label: str) -> None:
    assert local_time.offset_label(zone, utc(at)) == label


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_time.seconds(datetime.fromisoformat("2026-11-23T12:00"))
    with pytest.raises(ValueError, match="zone"):
        local_time.local_day(datetime.fromisoformat("2026-11-23T12:00"), "Europe/Berlin")


def test_seconds_round_to_the_side_asked_for() -> None:
    at = utc("2026-11-23T12:00:00.000001")
    assert local_time.seconds_up(at) == local_time.seconds(at) + 1
    assert local_time.seconds_up(at.replace(microsecond=0)) == local_time.seconds(at)
