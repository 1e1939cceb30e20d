"""Which reminders a person gets: their plan, for what they book and for what they have booked already."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import PendingAct
from consultations import booking, cancelling, reminder_plans, reminders
from consultations.models import Consultation, ReminderPlan
from notifications import delivery
from notifications.models import Notification, State
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
URL = "/account/notifications/"
DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
LEADS = {"both": {DAY, HOUR}, "day": {DAY}, "hour": {HOUR}, "none": set()}


def book(client=None, *, days: int = 3, hour: int = 12) -> Consultation:
    """A half hour at noon UTC: its reminders are outside the night of people in UTC."""
    now = database_now()
    start = (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    client = client or make_user(time_zone="UTC")
    return booking.book(specialist=make_specialist(), client=client, start=start, now=now, location="PT")


def planned(consultation: Consultation, person) -> set[timedelta]:
    """How long before the start this person is going to be reminded."""
    rows = Notification.objects.filter(
        kind=reminders.REMINDER, recipient=person, subject_id=consultation.pk, state=State.PENDING
    )
    return {consultation.start - row.due_at for row in rows}


@pytest.mark.parametrize("plan", LEADS)
def test_a_plan_holds_for_what_is_booked_from_then_on(plan: str) -> None:
    person = make_user(time_zone="UTC")
    reminder_plans.choose(user=person, plan=plan, now=database_now())
    assert planned(book(person), person) == LEADS[plan]
    assert reminder_plans.of(person) == plan


@pytest.mark.parametrize("first", LEADS)
@pytest.mark.parametrize("second", LEADS)
def test_a_plan_holds_for_what_is_booked_already(first: str, second: str) -> None:
    made = book()
    for plan in (first, first, second, second, first):
        assert reminder_plans.choose(user=made.client, plan=plan, now=database_now()) == 1
        assert planned(made, made.client) == LEADS[plan]
    assert Notification.objects.filter(kind=reminders.REMINDER, recipient=made.client).count() <= 2
    # The other side's are their own.
    assert planned(made, made.specialist.user) == {DAY, HOUR}


def test_without_a_choice_it_is_both() -> None:
    made = book()
    assert reminder_plans.of(made.client) == ReminderPlan.Plan.BOTH
    assert planned(made, made.client) == {DAY, HOUR}


def test_the_specialist_chooses_for_their_own_side() -> None:
    made = book()
    reminder_plans.choose(user=made.specialist.user, plan="none", now=database_now())
    assert planned(made, made.specialist.user) == set()
    assert planned(made, made.client) == {DAY, HOUR}


def test_the_confirmation_comes_whatever_the_plan(mailoutbox) -> None:
    person = make_user(time_zone="UTC")
    reminder_plans.choose(user=person, plan="none", now=database_now())
    made = book(person)
    delivery.deliver(clock=lambda: made.end - timedelta(minutes=40))
    assert [message.to for message in mailoutbox].count([person.email]) == 1


def test_an_unknown_plan_is_refused_and_changes_nothing() -> None:
    made = book()
    with pytest.raises(reminder_plans.UnknownPlan, match="Choose one"):
        reminder_plans.choose(user=made.client, plan="weekly", now=database_now())
    assert planned(made, made.client) == {DAY, HOUR}


def test_case_23_a_reminder_whose_time_has_gone_is_not_sent_after_the_fact() -> None:
    made = book(days=3)
    reminder_plans.choose(user=made.client, plan="none", now=database_now())
    three_hours_before = made.start - timedelta(hours=3)
    reminder_plans.choose(user=made.client, plan="both", now=three_hours_before)
    assert planned(made, made.client) == {HOUR}


def test_what_was_sent_or_called_off_is_left_alone() -> None:
    sent, off = book(), book()
    noon_before: datetime = sent.start - DAY
    delivery.deliver(clock=lambda: noon_before)
    cancelling.cancel(consultation=off, actor=off.client, reason="", now=database_now())
    for person, made in ((sent.client, sent), (off.client, off)):
        for plan in ("none", "both"):
            reminder_plans.choose(user=person, plan=plan, now=noon_before + timedelta(minutes=1))
        assert planned(made, person) == ({HOUR} if made is sent else set())
    states = Notification.objects.filter(kind=reminders.REMINDER, recipient=sent.client).values_list("state", flat=True)
    assert sorted(states) == [State.ACCEPTED, State.PENDING]


def test_the_page_says_and_keeps_the_plan(client) -> None:
    made = book(make_user(time_zone="Europe/Lisbon"))
    client.force_login(made.client)
    page = client.get(URL).content.decode()
    assert 'value="both"' in page and "22:00 and 08:00 on the clock of Lisbon" in page
    assert "Be discreet</a>" in page
    answer = client.post(URL + "plan/", {"plan": "hour"})
    assert answer.status_code == 302 and answer["Location"] == URL
    assert len(planned(made, made.client)) == 1
    page = " ".join(client.get(URL).content.decode().split())
    assert "It holds for what you have booked already, too." in page
    assert reminder_plans.of(made.client) == "hour"
    assert client.get(URL + "plan/")["Location"] == URL


@pytest.mark.parametrize("plan", ["", "weekly"])
def test_the_page_names_what_is_missing(client, plan: str) -> None:
    person = make_user()
    client.force_login(person)
    page = client.post(URL + "plan/", {"plan": plan})
    assert page.status_code == 200 and "error-summary" in page.content.decode()
    assert not ReminderPlan.objects.exists()


def test_a_choice_of_an_expired_session_is_back_in_its_form(client) -> None:
    assert "wall" in client.post(URL + "plan/", {"plan": "none"}).content.decode()
    assert not ReminderPlan.objects.exists()
    client.force_login(make_user())
    back = client.get(f"/account/resume/{PendingAct.objects.get().public_id}/")
    page = client.get(back["Location"])
    assert page.status_code == 200 and page.context["form"]["plan"].value() == "none"


def test_one_and_three_bookings_of_others_cost_the_page_the_same(client) -> None:
    person = make_user(time_zone="UTC")
    client.force_login(person)
    counts = []
    for days in ((3,), (5, 7)):
        for day in days:
            book(person, days=day)
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        counts.append(len(queries))
    assert counts[0] == counts[1]
