"""When a specialist leaves the site's care: neutral mails with three others, cancelled entries, a case (BOOKING 34)."""

from __future__ import annotations

import pytest
from django.core import mail
from icalendar import Calendar

from cases.models import Case
from consultations import openings_sync, situation
from consultations.models import State
from consultations.reminders import REMINDER
from notifications import delivery
from notifications.models import Notification
from specialists import vetting
from specialists.changes import announce
from tests.consultations.agreed import agree, ask, at, fresh
from tests.factories import make_curator, make_specialist, make_topic, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db(transaction=True)


def deliver() -> list[mail.EmailMessage]:
    mail.outbox.clear()
    delivery.deliver(clock=database_now, most=100, seconds=20)
    return list(mail.outbox)


def leave(specialist, change: str) -> None:
    announce(specialist=specialist, change=change, now=database_now())


@pytest.mark.parametrize("change", ["suspended", "lapsed", "withdrawn"])
def test_case_34_future_half_hours_are_called_off_with_three_others(change) -> None:
    topic = make_topic()
    others = [make_specialist(topics=[topic]) for _each in range(4)]
    for other in others:
        openings_sync.refresh(specialist_id=other.pk, now=database_now())
    made = agree(make_specialist(topics=[topic]))
    asked = ask(made.specialist, make_user(), at(14))
    deliver()
    leave(made.specialist, change)
    assert {fresh(made).state, fresh(asked).state} == {State.CANCELLED} and fresh(made).cancelled_by is None
    assert not Notification.objects.filter(kind=REMINDER, state="pending").exists()
    sent = deliver()
    letter = next(each for each in sent if each.to == [made.client.email])
    words = letter.body
    assert sum(other.name in words for other in others) == 3
    assert not [wrong for wrong in ("suspend", "licen", "withdr") if wrong in words.lower()], "neutral words"
    part = next(each for each in letter.message().walk() if each.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == "CANCEL" and int(calendar.walk("VEVENT")[0]["SEQUENCE"]) == fresh(made).sequence
    theirs = next(each for each in sent if each.to == [made.specialist.user.email])
    assert not [other for other in others if other.name in theirs.body], "others are for the member"
    cases = Case.objects.filter(kind=situation.CASE, subject_id=made.specialist_id)
    assert cases.count() == (0 if change == "withdrawn" else 1), "a curator looks after whom the site let down"


def test_case_34_a_second_change_opens_no_second_case_and_sends_nothing_more() -> None:
    made = agree()
    leave(made.specialist, "suspended")
    deliver()
    leave(made.specialist, "lapsed")
    assert Case.objects.filter(kind=situation.CASE).count() == 1
    assert deliver() == []


def test_case_34_a_pause_leaves_what_is_agreed_and_takes_nobody_new() -> None:
    made = agree()
    vetting.pause(specialist=made.specialist, actor=made.specialist.user, now=database_now())
    assert fresh(made).state == State.CONFIRMED
    assert openings_sync.true_openings(fresh(made).specialist, database_now()) == []


def test_case_34_a_curator_suspends_and_sees_whom_it_concerns(client) -> None:
    made, curator = agree(), make_curator()
    vetting.suspend(specialist=made.specialist, actor=curator, reason="A question.", now=database_now())
    case = Case.objects.get(kind=situation.CASE)
    client.force_login(curator)
    page = client.get(f"/curation/{case.pk}/")
    found = page.content.decode() if page.status_code == 200 else ""
    assert made.client.get_short_name() in found
