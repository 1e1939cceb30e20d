"""The cases of open half hours, one by one; the numbers are those of the booking cases."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from consultations.availability import (
    Busy,
    DayException,
    EmptyWindow,
    Hours,
    Rules,
    Window,
    is_open,
    openings,
)
from web.local_time import clock_text

MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=7)
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
EVERY_DAY = tuple(Window(day, time(9), time(11)) for day in range(7))

# Monday noon in UTC, a week in which nothing changes.
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def rules(zone: str, *windows: Window, exceptions: tuple[DayException, ...] = ()) -> Rules:
    return Rules(zone, windows, exceptions, notice=timedelta(0), horizon=WEEK, buffer=timedelta(0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def listed(
    found: Rules, *, now: datetime = NOON, busy: tuple[Busy, ...] = (), until: datetime | None = None
) -> list[str]:
    """The slots as the specialist reads them, with their date where it is more than one day's."""
    starts = openings(rules=found, busy=busy, now=now, until=until)
    return [clock_text(start, found.zone) for start in starts]


def night(zone: str, start: time, end: time, day: date) -> list[str]:
    """What a window on one date offers, asked two days ahead."""
    asked = datetime.combine(day, time(12), UTC) - 2 * timedelta(days=1)
    return listed(rules(zone, Window(day.weekday(), start, end)), now=asked, until=asked + 4 * timedelta(days=1))


def test_case_01_hours_inside_the_gap_do_not_exist() -> None:
    assert night("Europe/Berlin", time(2), time(3), date(2026, 3, 29)) == []


def test_case_01_a_window_across_the_gap_loses_the_gap_only() -> None:
    found = night("Europe/Berlin", time(1), time(4), date(2026, 3, 29))
    assert found == ["01:00", "01:30", "03:00", "03:30"]


def test_case_01_a_window_that_ends_or_begins_in_the_gap_stops_there() -> None:
    assert night("Europe/Berlin", time(1), time(2, 30), date(2026, 3, 29)) == ["01:00", "01:30"]
    assert night("Europe/Berlin", time(2, 30), time(4), date(2026, 3, 29)) == ["03:00", "03:30"]


def test_case_01_a_gap_at_midnight_and_one_of_two_hours() -> None:
    assert night("America/Santiago", time(0), time(2), date(2026, 9, 6)) == ["01:00", "01:30"]
    assert night("Antarctica/Troll", time(0, 30), time(3, 30), date(2026, 3, 29)) == ["00:30", "03:00"]


def test_case_01_a_day_the_zone_skipped_offers_nothing() -> None:
    assert night("Pacific/Apia", time(9), time(17), date(2011, 12, 30)) == []


def test_case_02_both_passes_of_the_repeated_hour() -> None:
    found = night("Europe/Berlin", time(2), time(3), date(2026, 10, 25))
    assert found == ["02:00 (CEST)", "02:30 (CEST)", "02:00 (CET)", "02:30 (CET)"]


def test_case_02_the_passes_are_an_hour_apart() -> None:
    found = rules("Europe/Berlin", Window(SUNDAY, time(2, 30), time(3)))
    starts = openings(rules=found, busy=[], now=at("2026-10-24T12:00"), until=at("2026-10-26T12:00"))
    assert starts == [at("2026-10-25T00:30"), at("2026-10-25T01:30")]


def test_case_02_a_window_that_ends_in_the_repeated_hour_is_left_and_entered_again() -> None:
    found = night("Europe/Berlin", time(1, 30), time(2, 30), date(2026, 10, 25))
    assert found == ["01:30", "02:00 (CEST)", "02:00 (CET)"]


def test_case_02_one_pass_taken_leaves_the_other() -> None:
    found = rules("Europe/Berlin", Window(SUNDAY, time(2, 30), time(3)))
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    taken = [Busy(first.astimezone(UTC), first.astimezone(UTC) + 30 * MINUTE)]
    now = at("2026-10-24T12:00")
    assert not is_open(rules=found, busy=taken, now=now, start=first)
    assert is_open(rules=found, busy=taken, now=now, start=first.replace(fold=1))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_case_03_a_slot_is_thirty_real_minutes_across_a_change(day: date) -> None:
    found = rules("Europe/Berlin", Window(SUNDAY, time(0), time(0)))
    midnight = datetime.combine(day, time(), UTC)
    starts = openings(rules=found, busy=[], now=midnight - 12 * HOUR, until=midnight + 36 * HOUR)
    assert {after - before for before, after in itertools.pairwise(starts)} == {30 * MINUTE}
    assert len(starts) == (46 if day.month == 3 else 50)


def test_case_03_half_an_hour_of_summer_time() -> None:
    assert night("Australia/Lord_Howe", time(1), time(3), date(2026, 10, 4)) == ["01:00", "01:30", "02:30"]
    assert night("Australia/Lord_Howe", time(1), time(2, 30), date(2026, 4, 5)) == [
        "01:00",
        "01:30 (UTC+11)",
        "01:30 (UTC+10:30)",
        "02:00",
    ]


def test_case_03_the_grid_is_the_specialists_own() -> None:
    found = rules("Asia/Kathmandu", Window(MONDAY, time(9, 10), time(10, 40)))
    starts = openings(rules=found, busy=[], now=at("2026-11-29T12:00"), until=at("2026-12-01T00:00"))
    assert starts == [at("2026-11-30T03:45"), at("2026-11-30T04:15")]


def test_case_07_another_zone_moves_the_hours_with_it() -> None:
    window = Window(MONDAY, time(9), time(9, 30))
    first = {
        zone: openings(rules=rules(zone, window), busy=[], now=NOON)[0] for zone in ("Europe/Lisbon", "Asia/Tokyo")
    }
    assert first == {"Europe/Lisbon": at("2026-11-30T09:00"), "Asia/Tokyo": at("2026-11-30T00:00")}


def test_case_10_a_booking_with_its_rest_closes_the_next_slot() -> None:
    found = replace(rules("UTC", Window(SATURDAY, time(9), time(12))), buffer=10 * MINUTE)
    taken = (Busy(at("2026-11-28T10:00"), at("2026-11-28T10:40")),)
    # 9:30 would end at ten and rest until 10:10; 10:30 lies in the rest of the booking.
    assert listed(found, busy=taken) == ["09:00", "11:00", "11:30"]


def test_case_10_without_rest_neighbours_stay_open() -> None:
    found = rules("UTC", Window(SATURDAY, time(9), time(11)))
    taken = (Busy(at("2026-11-28T09:30"), at("2026-11-28T10:00")),)
    assert listed(found, busy=taken) == ["09:00", "10:00", "10:30"]


def test_case_10_rest_may_reach_past_the_end_of_the_window() -> None:
    found = replace(rules("UTC", Window(SATURDAY, time(9), time(10))), buffer=HOUR)
    assert listed(found) == ["09:00", "09:30"]


def test_busy_time_may_overlap_come_unsorted_and_be_empty() -> None:
    found = rules("UTC", Window(SATURDAY, time(9), time(12)))
    taken = (
        Busy(at("2026-11-28T11:10"), at("2026-11-28T11:20")),
        Busy(at("2026-11-28T09:00"), at("2026-11-28T10:30")),
        Busy(at("2026-11-28T09:10"), at("2026-11-28T09:20")),
        Busy(at("2026-11-28T10:45"), at("2026-11-28T10:45")),
    )
    assert listed(found, busy=taken) == ["10:30", "11:30"]


def test_busy_time_is_never_rounded_away() -> None:
    found = rules("UTC", Window(SATURDAY, time(9), time(10, 30)))
    instant = timedelta(microseconds=1)
    taken = (Busy(at("2026-11-28T09:30") - instant, at("2026-11-28T10:00") + instant),)
    assert listed(found, busy=taken) == []


def test_case_12_notice_is_counted_from_now() -> None:
    found = replace(rules("UTC", Window(MONDAY, time(12), time(16))), notice=2 * HOUR)
    assert listed(found, until=NOON + 6 * HOUR)[0] == "14:00"
    aged = NOON + timedelta(microseconds=1)
    assert listed(found, now=aged, until=NOON + 6 * HOUR)[0] == "14:30"
    assert is_open(rules=found, busy=[], now=NOON, start=NOON + 2 * HOUR)
    assert not is_open(rules=found, busy=[], now=aged, start=NOON + 2 * HOUR)


def test_case_12_notice_is_real_time_across_a_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    found = replace(rules("Europe/Berlin", Window(SUNDAY, time(3), time(4))), notice=2 * HOUR)
    now = datetime(2026, 3, 29, 1, 0, tzinfo=zone)  # three o'clock is one hour away
    assert listed(found, now=now, until=at("2026-03-30T00:00")) == []


def test_the_horizon_counts_the_specialists_dates() -> None:
    found = replace(rules("Pacific/Auckland", *EVERY_DAY), horizon=timedelta(days=2))
    starts = openings(rules=found, busy=[], now=NOON)  # already Tuesday 24 in Auckland
    dates = [start.astimezone(ZoneInfo("Pacific/Auckland")).date().day for start in starts]
    assert dates == [24] * 4 + [25] * 4 + [26] * 4


def test_case_42_hours_may_cross_midnight_and_the_year() -> None:
    found = rules("Europe/Berlin", Window(3, time(23), time(1)))  # Thursday 31 December 2026
    starts = openings(rules=found, busy=[], now=at("2026-12-29T12:00"))
    assert [start.isoformat() for start in starts] == [
        "2026-12-31T22:00:00+00:00",
        "2026-12-31T22:30:00+00:00",
        "2026-12-31T23:00:00+00:00",
        "2026-12-31T23:30:00+00:00",
    ]


def test_case_42_a_long_night_is_still_open_the_morning_after() -> None:
    found = rules("Pacific/Pago_Pago", Window(MONDAY, time(22), time(10)))
    starts = listed(found, now=at("2026-11-24T19:45"), until=at("2026-11-25T12:00"))  # Tuesday 08:45 there
    assert starts == ["09:00", "09:30"]


def test_case_42_a_leap_day_is_a_day() -> None:
    extra = DayException(date(2028, 2, 29), "extra", (Hours(time(9), time(10)),))
    assert listed(rules("UTC", exceptions=(extra,)), now=at("2028-02-25T00:00")) == ["09:00", "09:30"]


def test_case_42_only_whole_slots_fit() -> None:
    assert listed(rules("UTC", Window(SATURDAY, time(9), time(10, 20)))) == ["09:00", "09:30"]
    assert listed(rules("UTC", Window(SATURDAY, time(9, 1), time(9, 59)))) == []
    assert listed(rules("UTC", Window(SATURDAY, time(23), time(0)))) == ["23:00", "23:30"]


def test_case_42_hours_that_end_as_they_start_are_refused() -> None:
    for kind in (Hours, lambda start, end: Window(MONDAY, start, end)):
        with pytest.raises(EmptyWindow, match="later end"):
            kind(time(9), time(9))
    assert len(listed(rules("UTC", Window(SATURDAY, time(0), time(0))))) == 48


def test_touching_and_overlapping_hours_are_one() -> None:
    found = rules(
        "UTC",
        Window(SATURDAY, time(9, 45), time(11)),
        Window(SATURDAY, time(9), time(9, 45)),
        Window(SATURDAY, time(9, 30), time(10)),
    )
    assert listed(found) == ["09:00", "09:30", "10:00", "10:30"]


def test_exceptions_close_replace_and_add() -> None:
    saturday = date(2026, 11, 28)
    usual = Window(SATURDAY, time(9), time(10))
    evening = (Hours(time(18), time(19)),)

    def with_(*exceptions: DayException) -> list[str]:
        return listed(rules("UTC", usual, exceptions=exceptions))

    assert with_(DayException(saturday, "closed")) == []
    assert with_(DayException(saturday, "instead", evening)) == ["18:00", "18:30"]
    assert with_(DayException(saturday, "extra", evening)) == ["09:00", "09:30", "18:00", "18:30"]
    assert with_(DayException(saturday, "extra", evening), DayException(saturday, "closed")) == []
    assert with_(DayException(date(2026, 11, 27), "closed")) == ["09:00", "09:30"]


def test_a_closed_date_takes_nothing_from_the_evening_before() -> None:
    friday_night = Window(4, time(23), time(1))
    for kind in ("closed", "instead"):
        away = DayException(date(2026, 11, 28), kind)
        assert listed(rules("UTC", friday_night, exceptions=(away,))) == ["23:00", "23:30"]


def test_an_evening_goes_as_a_whole_when_its_own_date_is_closed() -> None:
    away = DayException(date(2026, 11, 27), "closed")
    assert listed(rules("UTC", Window(4, time(23), time(1)), exceptions=(away,))) == []


def test_since_and_until_cut_the_list_by_start() -> None:
    found = rules("UTC", *EVERY_DAY)
    cut = openings(rules=found, busy=[], now=NOON, since=at("2026-11-25T09:30"), until=at("2026-11-25T10:30"))
    assert cut == [at("2026-11-25T09:30"), at("2026-11-25T10:00")]
    assert openings(rules=found, busy=[], now=NOON, until=NOON) == []
    assert openings(rules=found, busy=[], now=NOON, since=NOON + 5 * WEEK) == []


def test_a_posted_time_that_was_never_offered_is_not_open() -> None:
    found = rules("UTC", *EVERY_DAY)
    offered = at("2026-11-25T09:30")
    assert is_open(rules=found, busy=[], now=NOON, start=offered)
    assert is_open(rules=found, busy=[], now=NOON, start=offered.astimezone(ZoneInfo("Asia/Tokyo")))
    for near in (-MINUTE, timedelta(seconds=1), timedelta(microseconds=1), 15 * MINUTE, 2 * HOUR, -WEEK):
        assert not is_open(rules=found, busy=[], now=NOON, start=offered + near)


def test_a_time_without_a_zone_is_a_mistake() -> None:
    found = rules("UTC", *EVERY_DAY)
    with pytest.raises(ValueError, match="zone"):
        openings(rules=found, busy=[], now=datetime.fromisoformat("2026-11-23T12:00"))
    with pytest.raises(ValueError, match="zone"):
        is_open(rules=found, busy=[], now=NOON, start=datetime.fromisoformat("2026-11-25T09:30"))


def test_no_hours_no_openings() -> None:
    assert listed(rules("UTC")) == []
