"""The mail that asks how it was: when it is due, what withdraws or moves it, and what makes it needless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from consultations import attendance, booking, cancelling, fit, moving, openings_sync, requests
from consultations.models import Attended, Consultation, Fit
from notifications import delivery
from notifications.models import Notification, State
from tests.consultations.held import DAY, coming, held
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
KIND = "consultation_after"
QUARTER = timedelta(minutes=15)


def rows(made: Consultation, **known):
    return Notification.objects.filter(kind=KIND, subject_id=made.pk, **known)


def deliver(at: datetime) -> list[mail.EmailMessage]:
    mail.outbox.clear()
    delivery.deliver(clock=lambda: at, most=100, seconds=20)
    return list(mail.outbox)


def asked(made: Consultation, at: datetime) -> set[str]:
    """Whom the mail that asks reached, by address."""
    return {each.to[0] for each in deliver(at) if "After your half hour" in each.subject}


def by_day() -> Consultation:
    """One in the daytime of both, so that no night moves anything."""
    return coming(specialist=make_specialist(time_zone="UTC"), client=make_user(time_zone="UTC"))


def test_it_goes_to_both_a_quarter_of_an_hour_after_the_end() -> None:
    made = by_day()
    assert {row.due_at for row in rows(made)} == {made.end + QUARTER} and rows(made).count() == 2
    assert asked(made, made.end + QUARTER - timedelta(seconds=1)) == set()
    assert asked(made, made.end + QUARTER) == {made.client.email, made.specialist.user.email}
    assert asked(made, made.end + 2 * QUARTER) == set()


def test_it_leads_to_the_page_and_a_discreet_one_says_nothing() -> None:
    made = coming(client=make_user(discreet=True, time_zone="UTC"))
    found = {each.to[0]: each for each in deliver(made.end + QUARTER)}
    for_specialist, for_member = found[made.specialist.user.email], found[made.client.email]
    assert f"/consultations/{made.public_id}/fit/" in for_specialist.body
    for words in (for_member.subject, for_member.body):
        assert made.specialist.name not in words and "half hour" not in words and str(made.public_id) not in words


def test_what_ends_late_is_asked_about_in_the_morning() -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    specialist, client, now = make_specialist(), make_user(time_zone=zone.key), database_now()
    # 16:30 UTC ends at 22:45 in Kathmandu, which is quiet.
    start = next(each for each in openings_sync.true_openings(specialist, now) if (each.hour, each.minute) == (16, 30))
    late = booking.book(specialist=specialist, client=client, start=start, now=now, location="PT")
    due = rows(late).get(recipient=late.client).due_at.astimezone(zone)
    assert (due.hour, due.minute) == (8, 0) and due.date() == late.end.astimezone(zone).date() + DAY
    assert rows(late).get(recipient=late.specialist.user).due_at == late.end + QUARTER


def test_a_move_writes_it_anew_and_a_cancellation_takes_it_back() -> None:
    made = by_day()
    now = database_now()
    later = openings_sync.true_openings(made.specialist, now)[-1]
    moved = moving.move(consultation=made, actor=made.client, start=later, seen=0, now=now)
    assert rows(made, state=State.WITHDRAWN).count() == 2
    assert {row.due_at for row in rows(made, state=State.PENDING)} == {moved.end + QUARTER}
    assert asked(made, made.end + QUARTER) == set()
    cancelling.cancel(consultation=moved, actor=made.client, reason="", now=now)
    assert not rows(made, state=State.PENDING).exists()
    assert asked(made, moved.end + QUARTER) == set()


def test_one_that_a_sender_held_during_a_move_or_a_cancellation_is_skipped() -> None:
    """Withdrawing leaves such a row alone; the sender reads the booking under lock and finds nothing to ask."""
    made = by_day()
    now = database_now()
    cancelling.cancel(consultation=made, actor=made.client, reason="", now=now)
    rows(made).update(state=State.PENDING)
    assert asked(made, made.end + QUARTER) == set()
    assert set(rows(made).values_list("state", "cause")) == {("skipped", "cancelled")}


def test_a_request_has_none_until_it_is_accepted() -> None:
    specialist = make_specialist()
    specialist.schedule.by_request = True
    specialist.schedule.save()
    made = coming(specialist=specialist)
    assert not rows(made).exists()
    requests.accept(consultation=made, actor=specialist.user, now=database_now())
    assert rows(made, state=State.PENDING).count() == 2


def test_who_has_answered_is_not_asked() -> None:
    made = held()
    rows(made).update(state=State.PENDING, next_try_at=made.end)
    attendance.say(consultation=made, actor=made.client, said=Attended.NOT_MET, now=made.end)
    assert asked(made, made.end + QUARTER) == {made.specialist.user.email}
    assert rows(made).get(recipient=made.client).cause == "answered"


def test_a_site_that_was_down_for_days_does_not_ask_any_more() -> None:
    made = by_day()
    assert asked(made, made.end + 4 * DAY) == set()
    assert set(rows(made).values_list("state", flat=True)) == {State.MISSED}


def test_a_mutual_yes_is_told_to_both_at_once_day_or_night() -> None:
    made = held()
    night = datetime.combine((made.end + DAY).date(), datetime.min.time(), UTC) + timedelta(hours=2)
    for person in (made.client, made.specialist.user):
        attendance.say(consultation=made, actor=person, said=Attended.MET, now=night)
        fit.answer(consultation=made, actor=person, choice=Fit.YES, words="private", now=night)
    told = [each for each in deliver(night) if "both said yes" in each.subject]
    assert {each.to[0] for each in told} == {made.client.email, made.specialist.user.email}
    assert all("private" not in each.body and f"{made.public_id}/fit/" in each.body for each in told)
    assert not [each for each in deliver(night + DAY) if "both said yes" in each.subject]
