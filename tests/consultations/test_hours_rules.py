"""Hours as rules: what a range means, who may change them, caps on days of 23 and 25 hours, zones that change."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations import booking, days_off, diary, hours, outside, refusals
from consultations.availability import DayException, Hours, Rules, Window, openings, out_of_hours
from consultations.diary import Diary
from consultations.hours import Plan
from consultations.models import Schedule, State, WeeklyWindow
from consultations.ranges import DAY, WEEK, Range, date_faults, faults
from notifications.models import Notification
from specialists import profiles
from specialists.models import Opening
from tests.consultations.test_availability_properties import HALF_HOUR, MINUTE, Question, questions, said
from tests.consultations.zones import FIRST, ZONES, changes
from tests.factories import make_specialist, make_user

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 45]))
some_ranges = st.lists(st.builds(Range, st.integers(0, 6), times, times), max_size=6)


def week_minutes(each: Range) -> set[int]:
    """Minutes of the week that a range names, counted one by one on a clock that is a circle."""
    at, found = each.weekday * DAY + each.start.hour * 60 + each.start.minute, set()
    while not found or (at % DAY) != each.end.hour * 60 + each.end.minute:
        found.add(at % WEEK)
        at += 1
    return found


@settings(max_examples=300, deadline=None)
@given(ranges=some_ranges)
def test_a_week_without_faults_is_one_that_the_pure_function_takes_as_it_was_typed(ranges: list[Range]) -> None:
    wrong = faults(ranges)
    minutes = [week_minutes(each) for each in ranges if each.start != each.end]
    overlapping = any(one & other for n, one in enumerate(minutes) for other in minutes[n + 1 :])
    if not wrong:
        assert not overlapping and all(30 <= len(one) <= DAY for one in minutes)
        rules = Rules(
            "UTC", tuple(Window(*each) for each in ranges), (), notice=timedelta(0), horizon=timedelta(days=8),
            buffer=timedelta(0),
        )  # fmt: skip
        monday = datetime(2026, 6, 1, tzinfo=UTC)
        starts = openings(
            rules=rules, busy=[], now=monday - timedelta(days=1), since=monday, until=monday + timedelta(days=7)
        )
        named = set().union(*minutes) if minutes else set()
        for start in starts:
            first = (start - monday) // MINUTE
            assert set(range(first, first + 30)) <= named
        # Each range is there for something.
        assert all(any((start - monday) // MINUTE in one for start in starts) for one in minutes)
    elif all(" overlap" in each.sentence for each in wrong):
        assert overlapping


def test_ranges_of_dates_are_told_by_their_dates() -> None:
    first, second = date(2026, 12, 31), date(2027, 1, 1)
    assert date_faults([(first, time(22), time(1)), (second, time(1), time(3))]) == []
    [wrong] = date_faults([(first, time(22), time(2)), (second, time(1), time(3))])
    assert wrong.sentence.startswith("Thursday 31 December 22:00–02:00 and Friday 1 January 01:00–03:00 overlap")


@settings(max_examples=150, deadline=None)
@given(asked=questions(), picks=st.lists(st.integers(-200, 4500), min_size=1, max_size=8))
def test_case_32_outside_means_a_minute_that_the_hours_do_not_name(asked: Question, picks: list[int]) -> None:
    """Held against every minute of the wall clock, on days when clocks change."""
    clock = ZoneInfo(asked.rules.zone)
    starts = sorted({asked.now.replace(second=0) + pick * MINUTE for pick in picks})
    expected = [
        start
        for start in starts
        if not all(
            said(asked.rules, (start + minute * MINUTE).astimezone(clock).replace(tzinfo=None)) for minute in range(30)
        )
    ]
    assert out_of_hours(rules=asked.rules, starts=starts) == expected
    offered = openings(rules=asked.rules, busy=[], now=asked.now)
    assert out_of_hours(rules=asked.rules, starts=offered) == []


@settings(max_examples=120, deadline=None)
@given(
    data=st.data(),
    zone=st.sampled_from(ZONES),
    daily=st.integers(1, 3) | st.none(),
    weekly=st.integers(1, 5) | st.none(),
)
def test_case_11_caps_count_local_days_and_weeks_also_of_23_and_25_hours(data, zone, daily, weekly) -> None:
    near = changes(zone) or (FIRST + timedelta(days=400),)
    now = data.draw(st.sampled_from(near)) - timedelta(days=3)
    always = tuple(Window(day, time(0), time(0)) for day in range(7))
    rules = Rules(zone, always, (), notice=timedelta(0), horizon=timedelta(days=9), buffer=timedelta(0))
    every = openings(rules=rules, busy=[], now=now)
    given_starts = data.draw(st.lists(st.sampled_from(every), max_size=8, unique=True))
    schedule = Schedule(weekly_cap=weekly, daily_cap=daily)
    free = Diary(schedule, zone, rules, [], list(given_starts), now).free()
    clock = ZoneInfo(zone)
    days = Counter(start.astimezone(clock).date() for start in given_starts)
    weeks = Counter(start.astimezone(clock).date().isocalendar()[:2] for start in given_starts)
    for start in every:
        local = start.astimezone(clock).date()
        full = (daily is not None and days[local] >= daily) or (
            weekly is not None and weeks[local.isocalendar()[:2]] >= weekly
        )
        assert (start in free) == (not full)


@pytest.mark.parametrize(
    ("change", "hours_of_day"),
    [(datetime(2026, 3, 29, 1, tzinfo=UTC), 23), (datetime(2026, 10, 25, 1, tzinfo=UTC), 25)],
)
@pytest.mark.django_db
def test_case_11_one_a_day_on_the_day_the_clock_changes(change: datetime, hours_of_day: int) -> None:
    specialist = make_specialist(time_zone="Europe/Berlin", hours=False)
    schedule = Schedule.objects.create(specialist=specialist, notice_minutes=0, daily_cap=1, buffer_minutes=0)
    WeeklyWindow.objects.create(schedule=schedule, weekday=6, start=time(0), end=time(12))
    WeeklyWindow.objects.create(schedule=schedule, weekday=6, start=time(12), end=time(0))
    now = change - timedelta(days=2)
    read = diary.read(specialist, now)
    day = [start for start in read.free() if abs(start - change) < timedelta(days=2)]
    assert len(day) == 2 * hours_of_day and {after - before for before, after in pairwise(day)} == {HALF_HOUR}
    booking.book(specialist=specialist, client=make_user(), start=day[-1], now=now, location="DE")
    assert not set(diary.read(specialist, now).free()) & set(day)
    with pytest.raises(refusals.NotOffered):
        booking.book(specialist=specialist, client=make_user(), start=day[0], now=now, location="DE")


@pytest.mark.django_db
def test_only_the_owner_changes_hours_and_unknown_places_are_refused() -> None:
    specialist, now = make_specialist(), timezone.now()
    stranger = make_user()
    for actor_id in (stranger.pk, None):
        with pytest.raises(refusals.NotYours):
            hours.save_hours(specialist=specialist, actor_id=actor_id, plan=Plan(), now=now)
        with pytest.raises(refusals.NotYours):
            hours.open_date(
                specialist=specialist, actor_id=actor_id, day=now.date(), start=time(9), end=time(10), now=now
            )
        with pytest.raises(refusals.NotYours):
            hours.remove_exception(specialist=specialist, actor_id=actor_id, exception_id=1, now=now)
    with pytest.raises(profiles.Refused):
        profiles.set_offers_free(specialist=specialist, actor=stranger, offers=False, now=now)
    with pytest.raises(hours.Refused, match="public holidays"):
        plan = Plan(holidays_country="PT", holidays_region="BY")
        hours.save_hours(specialist=specialist, actor_id=specialist.user_id, plan=plan, now=now)
    assert specialist.schedule.windows.count() == 7


@pytest.mark.django_db
def test_somebody_without_a_schedule_gets_one() -> None:
    specialist = make_specialist(hours=False)
    plan = Plan(ranges=(Range(0, time(9), time(10)),), notice_minutes=0)
    schedule = hours.save_hours(specialist=specialist, actor_id=specialist.user_id, plan=plan, now=timezone.now())
    assert schedule.windows.count() == 1 and schedule.version == 1
    assert Opening.objects.filter(specialist=specialist).exists()


@pytest.mark.django_db
def test_case_07_changing_the_zone_moves_rules_and_keeps_bookings(client) -> None:
    specialist = make_specialist(time_zone="Europe/Lisbon")
    day = timezone.now().astimezone(UTC) + timedelta(days=3)
    start = day.replace(hour=15, minute=0, second=0, microsecond=0)
    made = booking.book(specialist=specialist, client=make_user(), start=start, now=timezone.now(), location="PT")
    agreed = made.agreed_local
    client.force_login(specialist.user)
    page = client.get("/practice/profile/")
    fields = {each.html_name: each.value() for each in page.context["form"] if each.value() not in (None, "")}
    fields["languages"] = "English"
    answer = client.post("/practice/profile/", fields | {"time_zone": "Asia/Tokyo"})
    assert answer.status_code == 302, page.context["form"].errors
    specialist.refresh_from_db()
    made.refresh_from_db()
    assert specialist.time_zone == "Asia/Tokyo"
    assert (made.start, made.state, made.agreed_local, made.specialist_zone) == (
        start,
        State.CONFIRMED,
        agreed,
        "Europe/Lisbon",
    )
    told = Notification.objects.filter(kind="consultation_zone", subject_id=made.pk)
    assert set(told.values_list("recipient", flat=True)) == {specialist.user_id, made.client_id}
    tokyo = ZoneInfo("Asia/Tokyo")
    starts = [
        each.astimezone(tokyo) for each in Opening.objects.filter(specialist=specialist).values_list("start", flat=True)
    ]
    assert starts and all(9 <= each.hour < 17 for each in starts), "the rules are read on the new clock"
    assert [each.pk for each in outside.outside(specialist, timezone.now())] == [made.pk], "and this one is asked about"
    assert "1 half hour lies outside" in client.get("/practice/availability/").content.decode()


def test_every_country_has_holidays_with_names_in_the_language_of_the_page() -> None:
    known = dict(days_off.known_countries())
    assert len(known) > 200 and known["PT"] == "Portugal"
    for country in known:
        found = days_off.public_holidays(country, "", 2027)
        assert all(day.year == 2027 and name for day, name in found.items())
        assert all(days_off.knows(country, code) and name for code, name in days_off.known_regions(country))
    assert days_off.public_holidays("DE", "", 2027)[date(2027, 12, 25)] == "Christmas Day"
    with translation.override("de"):
        assert days_off.public_holidays("DE", "", 2027)[date(2027, 12, 25)] == "Erster Weihnachtstag"
    assert date(2027, 1, 6) in days_off.public_holidays("DE", "BY", 2027)
    assert date(2027, 1, 6) not in days_off.public_holidays("DE", "BE", 2027)
    assert ("WLS", "Wales") in days_off.known_regions("GB")
    assert not days_off.knows("XX") and not days_off.knows("", "BY") and not days_off.knows("DE", "ZZ")
    assert days_off.public_holidays("XX", "", 2027) == {} and days_off.known_regions("XX") == []


def test_an_exception_may_cross_midnight_like_a_window() -> None:
    night = DayException(date(2026, 6, 1), "extra", (Hours(time(22), time(1)),))
    rules = Rules("UTC", (), (night,), notice=timedelta(0), horizon=timedelta(days=5), buffer=timedelta(0))
    found = openings(rules=rules, busy=[], now=datetime(2026, 5, 31, tzinfo=UTC))
    assert [start.hour for start in found] == [22, 22, 23, 23, 0, 0]
