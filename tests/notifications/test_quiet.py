"""BOOKING 31: what we planned ahead wakes nobody, in any zone, on any night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.quiet import night_ends, send_at, wait_until
from web.local_time import in_zone, zone_names
from web.times import zone_info

ZONES = st.sampled_from(sorted(zone_names()))
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at(1, 0, month=1) + timedelta(minutes=minutes))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "start", "sent"),
    [
        (at(24, 12), at(25, 12), at(24, 12)),  # by day: when due
        (at(24, 21, 59), at(25, 21, 59), at(24, 21, 59)),
        (at(24, 22), at(25, 22), at(25, 8)),  # the night begins at 22:00
        (at(25, 3), at(26, 3), at(25, 8)),
        (at(25, 8), at(26, 8), at(25, 8)),  # and ends at 08:00
        (at(25, 7), at(25, 10), at(25, 8)),  # two hours ahead still
        (at(25, 7), at(25, 9, 59), at(24, 21, 30)),  # not any more: the evening before
        (at(25, 3), None, at(25, 8)),
    ],
)
def test_case_31_evening_or_morning(due: datetime, start: datetime | None, sent: datetime) -> None:
    assert send_at(due, "UTC", start) == sent


def test_case_31_a_start_chosen_late_in_the_night_keeps_its_reminder() -> None:
    assert send_at(at(25, 6), "UTC", at(25, 7), not_before=at(24, 23)) == at(25, 6)
    assert send_at(at(25, 6), "UTC", at(25, 7), not_before=at(24, 20)) == at(24, 21, 30)


def test_case_31_on_the_night_the_clocks_go_forward() -> None:
    # Berlin, 29 March 2026: 08:00 is 06:00 UTC, though the evening before was an hour from UTC.
    assert send_at(at(29, 1, month=3), "Europe/Berlin", at(30, 1, month=3)) == at(29, 6, month=3)
    assert send_at(at(29, 5, month=3), "Europe/Berlin", at(29, 6, month=3)) == at(28, 20, 30, month=3)


@given(INSTANTS, ZONES, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_nothing_planned_is_sent_by_night(due: datetime, zone: str, ahead: timedelta) -> None:
    start = due + ahead
    sent = send_at(due, zone, start)
    assert night_ends(sent, zone) is None
    assert sent <= due or start - sent >= timedelta(hours=2)
    assert abs(sent - due) <= timedelta(hours=13)
    local = in_zone(sent, zone_info(zone))
    assert sent == due or (local.hour, local.minute) in {(8, 0), (21, 30)}


@given(INSTANTS, ZONES)
def test_waiting_is_only_ever_for_a_morning(now: datetime, zone: str) -> None:
    waited = wait_until(now, zone, now + timedelta(days=1))
    assert (waited is None) == (night_ends(now, zone) is None)
    assert waited is None or waited > now
