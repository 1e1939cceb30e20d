"""Random histories of two specialists: whatever happens, the rows that lists are made of stay true.

Nothing here refreshes openings: each rule must do that itself, and time passes as the scheduler lets it, with its
ticks and its rolling forward.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import User
from consultations import (
    absences,
    booking,
    busy_calendars,
    cancelling,
    drift,
    ending,
    hours,
    moving,
    openings_sync,
    outside,
    refusals,
    requests,
    rolling,
)
from consultations.busy_reading import Reading
from consultations.models import Absence, BusyCalendar, Consultation, DateException
from consultations.ranges import Range, faults
from specialists import openings, profiles, vetting
from specialists.models import Opening, Specialist, State
from tests.factories import make_specialist, make_user
from web.local_time import local_day

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEGINS = datetime(2026, 10, 20, 7, 40, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"]
WHO = st.integers(0, 1)
PICK = st.integers(0, 10_000)
TIMES = st.sampled_from([time(0), time(1, 30), time(9), time(12, 15), time(22)])
WEEKS = st.lists(st.builds(Range, st.integers(0, 6), TIMES, TIMES), max_size=5).filter(lambda week: not faults(week))
CAPS = st.sampled_from([None, 1, 2])


class History(RuleBasedStateMachine):
    """What can happen to two specialists, of whom each may also book the other."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = transaction.atomic()
        self.opened.__enter__()
        self.now = BEGINS
        self.people = [make_specialist(time_zone=zone) for zone in ("UTC", "Europe/Berlin")]
        self.members = [make_user() for _member in range(4)]
        for specialist in self.people:
            openings_sync.refresh(specialist_id=specialist.pk, now=self.now)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.opened.__exit__(None, None, None)

    def person(self, who: int) -> Specialist:
        return Specialist.objects.get(pk=self.people[who].pk)

    def tried(self, act: Callable[[], object]) -> None:
        """A refusal is an answer too: then nothing may have changed."""
        try:
            with transaction.atomic():
                act()
        except (refusals.Refused, vetting.Refused):
            return

    def one(self, who: int, pick: int) -> Consultation | None:
        coming = list(Consultation.objects.upcoming(self.now).filter(specialist=self.people[who]))
        return coming[pick % len(coming)] if coming else None

    def start(self, who: int, pick: int) -> datetime | None:
        rows = Opening.objects.filter(specialist=self.people[who]).listed(self.now).order_by("start")
        found = list(rows.values_list("start", flat=True))
        return found[pick % len(found)] if found else None

    @rule(who=WHO, pick=PICK, member=st.integers(0, 4))
    def book(self, who: int, pick: int, member: int) -> None:
        start = self.start(who, pick)
        client: User = self.members[member] if member < 4 else self.people[1 - who].user
        if start:
            self.tried(
                lambda: booking.book(
                    specialist=self.person(who), client=client, start=start, now=self.now, location="PT"
                )
            )

    @rule(who=WHO, pick=PICK, by_client=st.booleans())
    def cancel(self, who: int, pick: int, by_client: bool) -> None:
        if one := self.one(who, pick):
            actor = one.client if by_client else one.specialist.user
            self.tried(lambda: cancelling.cancel(consultation=one, actor=actor, reason="", now=self.now))

    @rule(who=WHO, pick=PICK, to=PICK)
    def move(self, who: int, pick: int, to: int) -> None:
        one, start = self.one(who, pick), self.start(who, to)
        if one and start:
            known = {"consultation": one, "actor": one.client, "seen": one.sequence}
            self.tried(lambda: moving.move(start=start, now=self.now, **known))

    @rule(who=WHO, pick=PICK, yes=st.booleans())
    def answer(self, who: int, pick: int, yes: bool) -> None:
        if one := self.one(who, pick):
            known = {"consultation": one, "actor": one.specialist.user, "now": self.now}
            self.tried(lambda: requests.accept(**known) if yes else requests.decline(reason="", **known))

    @rule(
        who=WHO,
        ranges=st.lists(st.builds(Range, st.integers(0, 6), TIMES, TIMES), max_size=5).filter(
            lambda all: not faults(all)
        ),
        notice=st.sampled_from([60, 900]),
        horizon=st.integers(1, 20),
        buffer=st.sampled_from([0, 5, 30]),
        caps=st.tuples(CAPS, CAPS),
        by_request=st.booleans(),
        country=st.sampled_from(["", "AT"]),
    )
    def change_hours(
        self,
        who: int,
        ranges: list[Range],
        notice: int,
        horizon: int,
        buffer: int,
        caps: tuple,
        by_request: bool,
        country: str,
    ) -> None:
        specialist = self.person(who)
        plan = hours.Plan(
            ranges=tuple(ranges),
            notice_minutes=notice,
            horizon_days=horizon,
            buffer_minutes=buffer,
            weekly_cap=caps[0],
            daily_cap=caps[1],
            by_request=by_request,
            holidays_country=country,
            offers_free=specialist.offers_free,
        )
        known = {"specialist": specialist, "actor_id": specialist.user_id, "now": self.now}
        self.tried(lambda: hours.save_hours(plan=plan, **known))

    @rule(who=WHO, ahead=st.integers(0, 15), start=TIMES, end=TIMES)
    def open_date(self, who: int, ahead: int, start: time, end: time) -> None:
        specialist = self.person(who)
        day = local_day(self.now, specialist.time_zone) + ahead * DAY
        known = {"specialist": specialist, "actor_id": specialist.user_id, "day": day, "now": self.now}
        self.tried(lambda: hours.open_date(start=start, end=end, **known))

    @rule(who=WHO, ahead=st.integers(0, 15), days=st.integers(0, 5), what=st.sampled_from(["keep", "cancel"]))
    def be_away(self, who: int, ahead: int, days: int, what: outside.What) -> None:
        """For a day, or for several."""
        specialist = self.person(who)
        first = local_day(self.now, specialist.time_zone) + ahead * DAY
        last = first + days * DAY
        met = absences.within(specialist, first, last, self.now)
        answers = {each.pk: outside.Answer(what, seen=each.sequence) for each in met}
        known = {"specialist": specialist, "actor": specialist.user, "answers": answers, "now": self.now}
        if days:
            self.tried(lambda: absences.add(first_day=first, last_day=last, **known))
        else:
            self.tried(lambda: absences.close_date(day=first, **known))

    @rule(who=WHO, pick=PICK)
    def be_back(self, who: int, pick: int) -> None:
        specialist = self.person(who)
        away = list(Absence.objects.filter(schedule__specialist=specialist).order_by("pk"))
        dates = list(DateException.objects.filter(schedule__specialist=specialist).order_by("pk"))
        if away:
            absences.remove(absence=away[pick % len(away)], actor=specialist.user, now=self.now)
        elif dates:
            known = {"specialist": specialist, "actor_id": specialist.user_id, "now": self.now}
            hours.remove_exception(exception_id=dates[pick % len(dates)].pk, **known)

    @rule(who=WHO, busy=st.lists(st.tuples(st.integers(-30, 400), st.integers(1, 60)), max_size=4))
    def read_calendar(self, who: int, busy: list[tuple[int, int]]) -> None:
        specialist = self.person(who)
        url = "https://calendar.example/a.ics"
        known = busy_calendars.of(specialist)
        known = known or busy_calendars.connect(specialist=specialist, url=url, now=self.now)
        BusyCalendar.objects.filter(pk=known.pk).update(next_try_at=self.now)
        claim = busy_calendars.claim(calendar_id=known.pk, now=self.now)
        assert claim is not None
        ranges = {(BEGINS + start * HOUR, BEGINS + start * HOUR + length * 10 * MINUTE) for start, length in busy}
        reading = Reading(tuple(sorted(ranges)))
        assert busy_calendars.store(claim=claim, reading=reading, etag="", last_modified="", now=self.now)

    @rule(who=WHO)
    def disconnect(self, who: int) -> None:
        busy_calendars.disconnect(specialist=self.person(who), now=self.now)

    @rule(who=WHO)
    def pause_or_resume(self, who: int) -> None:
        specialist = self.person(who)
        act = vetting.pause if specialist.state == State.LIVE else vetting.resume
        self.tried(lambda: act(specialist=specialist, actor=specialist.user, now=self.now))

    @rule(who=WHO, zone=st.sampled_from(ZONES))
    def change_zone(self, who: int, zone: str) -> None:
        specialist = self.person(who)
        profiles.save(specialist=specialist, actor=specialist.user, values={"time_zone": zone}, now=self.now)

    @rule(who=WHO, offers=st.booleans(), accepting=st.booleans())
    def change_offer(self, who: int, offers: bool, accepting: bool) -> None:
        specialist = self.person(who)
        values = {"offers_free": offers, "accepting": accepting}
        profiles.save(specialist=specialist, actor=specialist.user, values=values, now=self.now)

    @rule(minutes=st.sampled_from([1, 20, 90, 600, 24 * 60, 3 * 24 * 60, 8 * 24 * 60]))
    def pass_time(self, minutes: int) -> None:
        """What the scheduler does by then: its tick, and the rolling forward of whom a new day has begun for."""
        self.now += minutes * MINUTE
        ending.end_past(now=self.now)
        requests.lapse_all(now=self.now)
        rolling.roll(ids=rolling.behind(now=self.now, after=0, most=100), now=self.now)
        openings.repair_next_free(self.now)

    @rule(seconds=st.integers(1, 100))
    def pass_a_moment(self, seconds: int) -> None:
        """Between two ticks nothing is done, and nothing needs to be."""
        self.now += timedelta(seconds=seconds)
        openings.repair_next_free(self.now)

    @invariant()
    def nothing_drifted(self) -> None:
        found = [drift.of(self.person(who), self.now) for who in (0, 1)]
        assert not any(found), found


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("woken")
def test_rows_stay_true_through_random_histories() -> None:
    checks = settings(
        max_examples=20,
        stateful_step_count=25,
        deadline=None,
        phases=[Phase.reuse, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(History, settings=checks)
