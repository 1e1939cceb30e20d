"""Bookings outside changed hours: they stand, are listed until each is answered, and nothing is silent (BOOKING 32)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from consultations import booking, hours, other_times, outside, proposals, refusals, slots
from consultations.hours import Plan
from consultations.models import Consultation, Proposal, State
from consultations.outside import Answer
from consultations.ranges import Range
from notifications.models import Notification
from specialists import practice
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
PATH = "/practice/availability/outside/"


def at(days: int = 2, hour: int = 10, minute: int = 0) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def book(specialist, start=None, **fields) -> Consultation:
    member = make_user(**fields)
    return booking.book(specialist=specialist, client=member, start=start or at(), now=timezone.now(), location="PT")


def set_hours(specialist, *daily: tuple[int, int], **limits) -> None:
    ranges = tuple(Range(day, time(start), time(end)) for day in range(7) for start, end in daily)
    plan = Plan(ranges=ranges, **({"notice_minutes": 60, "horizon_days": 14} | limits))
    hours.save_hours(specialist=specialist, actor_id=specialist.user_id, plan=plan, now=timezone.now())


def lying_outside(specialist) -> list[int]:
    return [each.pk for each in outside.outside(specialist, timezone.now())]


def say(specialist, made, what, **known) -> int:
    known.setdefault("seen", made.sequence)
    return outside.answer_all(
        specialist=specialist, actor=specialist.user, answers={made.pk: Answer(what, **known)}, now=timezone.now()
    )


def test_case_32_changed_hours_leave_bookings_and_list_them_until_answered(client) -> None:
    specialist = make_specialist()
    early, late = book(specialist, at(hour=9)), book(specialist, at(hour=15))
    inside = book(specialist, at(hour=12))
    client.force_login(specialist.user)
    told = Notification.objects.count()
    week = {f"start_{day}": "11:00" for day in range(7)} | {f"end_{day}": "14:00" for day in range(7)}
    limits = {"notice_minutes": "60", "horizon_days": "14", "buffer_minutes": "5", "do": "save"}
    answer = client.post("/practice/availability/", week | limits)
    assert answer["Location"] == PATH
    for each in (early, late, inside):
        each.refresh_from_db()
        assert each.state == State.CONFIRMED and each.occupancy.count() == 2
    assert lying_outside(specialist) == [early.pk, late.pk]
    assert Notification.objects.count() == told, "nobody is told of what did not change"
    assert b"2 half hours lie outside your hours" in client.get("/practice/availability/").content
    assert b"2 half hours lie outside your hours." in client.get("/practice/").content
    client.post(PATH, {f"{early.public_id}-seen": early.sequence, f"{early.public_id}-what": "keep"})
    assert lying_outside(specialist) == [late.pk]
    specialist.refresh_from_db()
    assert [each["text"] for each in practice.tasks(specialist, timezone.now())] == [
        "1 half hour lies outside your hours."
    ]
    early.refresh_from_db()
    assert early.kept_outside and early.events.last().what == "kept outside"
    assert "You kept it, outside your hours" in client.get(f"/consultations/{early.public_id}/").content.decode()


def test_case_10_limits_changed_later_never_put_an_agreement_in_question() -> None:
    specialist = make_specialist()
    first, second = book(specialist, at(hour=10)), book(specialist, at(hour=11))
    far = book(specialist, at(days=13, hour=10))
    spans = list(first.occupancy.values_list("person", "during")) + list(
        second.occupancy.values_list("person", "during")
    )
    set_hours(specialist, (9, 17), buffer_minutes=60, horizon_days=7, notice_minutes=2880, daily_cap=1, weekly_cap=1)
    assert lying_outside(specialist) == []
    after = list(first.occupancy.values_list("person", "during")) + list(
        second.occupancy.values_list("person", "during")
    )
    assert after == spans
    for each in (first, second, far):
        each.refresh_from_db()
        assert (each.state, each.buffer_minutes) == (State.CONFIRMED, 5)
    set_hours(specialist, (9, 17), buffer_minutes=30)
    free = slots.open_starts(specialist, timezone.now())
    assert at(hour=12) in free and at(hour=9, minute=30) not in free and at(hour=9) in free


def test_holidays_days_away_and_single_dates_put_bookings_outside_too() -> None:
    specialist = make_specialist()
    made = book(specialist)
    specialist.schedule.exceptions.create(date=at().date())
    assert lying_outside(specialist) == [made.pk]
    specialist.schedule.exceptions.all().delete()
    specialist.schedule.absences.create(first_day=at(1).date(), last_day=at(3).date())
    assert lying_outside(specialist) == [made.pk]
    specialist.schedule.absences.all().delete()
    assert lying_outside(specialist) == []
    specialist.schedule.delete()
    assert lying_outside(type(specialist).objects.get(pk=specialist.pk)) == [made.pk], "no hours at all"


def test_kept_ones_are_asked_about_anew_once_they_were_inside_again() -> None:
    specialist = make_specialist()
    made = book(specialist, at(hour=9))
    set_hours(specialist, (11, 14))
    say(specialist, made, "keep")
    set_hours(specialist, (12, 14))
    assert lying_outside(specialist) == [], "still outside, and kept"
    set_hours(specialist, (9, 14))
    set_hours(specialist, (11, 14))
    assert lying_outside(specialist) == [made.pk]


def test_proposing_takes_it_off_the_list_until_the_member_keeps_the_time() -> None:
    specialist = make_specialist()
    made = book(specialist, at(hour=9))
    set_hours(specialist, (11, 14))
    say(specialist, made, "propose", starts=(at(hour=11), at(hour=12)), words="Would noon do?")
    proposal = Proposal.objects.get()
    assert (proposal.starts, proposal.words) == ([at(hour=11), at(hour=12)], "Would noon do?")
    assert Notification.objects.get(kind="consultation_proposed").recipient == made.client
    assert lying_outside(specialist) == []
    assert [each.pk for each in outside.listed(specialist, timezone.now())] == [made.pk]
    proposals.keep(proposal=proposal, actor=made.client, now=timezone.now())
    assert lying_outside(specialist) == [made.pk]


def test_cancelling_carries_the_line_and_a_request_is_declined() -> None:
    specialist = make_specialist()
    made = book(specialist, at(hour=9))
    specialist.schedule.by_request = True
    specialist.schedule.save()
    asked = book(specialist, at(hour=16))
    set_hours(specialist, (11, 14))
    say(specialist, made, "cancel", words="I am sorry.")
    say(specialist, asked, "cancel", words="Afternoons have gone.")
    made.refresh_from_db()
    asked.refresh_from_db()
    assert (made.state, made.cancel_reason, made.cancelled_by) == (State.CANCELLED, "I am sorry.", specialist.user)
    assert (asked.state, asked.cancel_reason) == (State.DECLINED, "Afternoons have gone.")


def test_refusals_leave_everything_and_name_the_booking() -> None:
    specialist, stranger = make_specialist(), make_user()
    first, second = book(specialist, at(hour=9)), book(specialist, at(hour=15))
    set_hours(specialist, (11, 14))
    now = timezone.now()
    with pytest.raises(refusals.NotYours):
        outside.answer_all(specialist=specialist, actor=stranger, answers={}, now=now)
    with pytest.raises(refusals.NotYours):
        outside.keep(consultation=first, actor=first.client, seen=0, now=now)
    both = {first.pk: Answer("cancel", seen=0), second.pk: Answer("propose", seen=0, starts=(at(hour=3),))}
    with pytest.raises(outside.NotAnswered) as caught:
        outside.answer_all(specialist=specialist, actor=specialist.user, answers=both, now=now)
    assert caught.value.consultation.pk == second.pk and isinstance(caught.value.__cause__, refusals.NotOffered)
    first.refresh_from_db()
    assert first.state == State.CONFIRMED, "all of it or nothing"
    for what in ("keep", "cancel", "propose"):
        with pytest.raises(outside.NotAnswered) as caught:
            say(specialist, first, what, seen=7, starts=(at(hour=11),))
        assert isinstance(caught.value.__cause__, refusals.Changed)
    proposals.propose(consultation=first, actor=first.client, starts=[at(hour=11)], words="", seen=0, now=now)
    with pytest.raises(outside.NotAnswered) as caught:
        say(specialist, first, "propose", starts=(at(hour=12),))
    assert isinstance(caught.value.__cause__, refusals.AnswerFirst)
    Consultation.objects.filter(pk=second.pk).update(moves_by_specialist=2)
    with pytest.raises(outside.NotAnswered) as caught:
        say(specialist, second, "propose", starts=(at(hour=12),))
    assert isinstance(caught.value.__cause__, refusals.MovedTwice)
    with pytest.raises(refusals.TooLateToMove):
        outside.keep(consultation=second, actor=specialist.user, seen=0, now=second.start)
    assert not any(Consultation.objects.values_list("kept_outside", flat=True))


def test_the_page_says_why_a_time_can_not_be_proposed_and_keeps_what_is_typed(client) -> None:
    specialist = make_specialist()
    moved, asked, free = (book(specialist, at(hour=hour)) for hour in (9, 15, 16))
    Consultation.objects.filter(pk=moved.pk).update(moves_by_specialist=2)
    proposals.propose(
        consultation=asked, actor=asked.client, starts=[at(hour=12)], words="", seen=0, now=timezone.now()
    )
    set_hours(specialist, (11, 14))
    client.force_login(specialist.user)
    page = client.get(PATH)
    said = BeautifulSoup(page.content, "html.parser").main.get_text(" ")
    assert "You have moved this one twice" in said and "has proposed other times, and waits" in said
    soup = BeautifulSoup(page.content, "html.parser")
    assert len(soup.select('input[value="propose"]')) == 1
    offered = [each["value"] for each in soup.select(f'input[name="{free.public_id}-starts"]')]
    assert f"{at(hour=13, minute=30):%Y-%m-%dT%H:%M:%SZ}" in offered and len(offered) <= 15
    name = free.client.get_short_name()
    typed = {f"{free.public_id}-seen": 0, f"{free.public_id}-what": "propose", f"{free.public_id}-words": "Sorry <b>"}
    others = {f"{each.public_id}-seen": 0 for each in (moved, asked)}
    page = client.post(PATH, typed | others)
    assert page.status_code == 200 and "Sorry &lt;b&gt;" in page.content.decode()
    wrong = BeautifulSoup(page.content, "html.parser").select_one(".error-summary a")
    assert wrong.text.startswith(name) and wrong.text.endswith("choose one to three times.")
    page = client.post(PATH, typed | others | {f"{free.public_id}-starts": offered[:4]})
    assert "choose one to three times" in page.content.decode()
    page = client.post(PATH, typed | others | {f"{free.public_id}-starts": ["2020-01-01T00:00:00Z"]})
    assert "isn’t open any more" in page.content.decode() and not free.proposals.exists()
    Consultation.objects.filter(pk=free.pk).update(sequence=3)
    page = client.post(PATH, typed | others | {f"{free.public_id}-starts": offered[:2]})
    assert f"{name}, " in page.content.decode() and "was changed while you were choosing" in page.content.decode()
    assert BeautifulSoup(page.content, "html.parser").select_one(f'input[name="{free.public_id}-seen"]')["value"] == "3"
    answer = client.post(PATH, typed | others | {f"{free.public_id}-starts": offered[:2], f"{free.public_id}-seen": 3})
    assert answer.status_code == 303 and free.proposals.count() == 1
    assert "Waiting for their answer" in client.get(PATH).content.decode()


def test_nothing_to_answer_says_so(client) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    assert "None waits for you" in client.get(PATH).content.decode()
    assert client.post(PATH, {}).status_code == 303


def test_times_to_propose_are_those_open_without_the_booking() -> None:
    specialist = make_specialist()
    first, second = book(specialist, at(hour=10)), book(specialist, at(hour=13))
    specialist.schedule.weekly_cap = 2
    specialist.schedule.save()
    now = timezone.now()
    found = other_times.for_each(specialist, [first, second], now)
    for each in (first, second):
        free = slots.open_starts(specialist, now, without=each, agreed=True)
        assert found[each.pk] and set(found[each.pk]) <= set(free) - {each.start}
        assert min(found[each.pk]) >= now + other_times.LEAD
        assert any(start.date() == each.start.date() for start in found[each.pk])
    away = other_times.for_each(specialist, [first], now, away=(at(0).date(), at(4).date()))[first.pk]
    assert away and all(start.date() > at(4).date() for start in away)
    assert other_times.for_each(specialist, [], now) == {}
