"""Every kind of mail about a half hour, open and discreet: to whom it goes, what it says, carries and never says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail

from consultations import (
    booking,
    cancelling,
    clock_check,
    moving,
    openings_sync,
    proposals,
    requests,
    slots,
    telling,
)
from consultations.models import Consultation
from notifications import delivery
from notifications.models import Notification, State
from specialists import changes, colleagues, vetting
from tests.factories import make_curator, make_specialist, make_topic, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "My brother drinks."


def agreed(*, by_request: bool = False, discreet: bool = False) -> Consultation:
    """A half hour some days ahead, between two people in two zones, with a note that no mail may carry."""
    specialist = make_specialist(time_zone="Europe/Brussels", name="Dr Ada Example")
    schedule = specialist.schedule
    schedule.by_request = by_request
    schedule.save()
    client = make_user(display_name="Inês", time_zone="Europe/Lisbon", discreet=discreet)
    specialist.user.discreet, specialist.user.time_zone = discreet, "Europe/Brussels"
    specialist.user.save()
    now = database_now()
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    start = openings_sync.true_openings(specialist, now)[40]
    return booking.book(specialist=specialist, client=client, start=start, now=now, location="PT", note=SECRET)


def sent(at: datetime | None = None) -> list[mail.EmailMessage]:
    mail.outbox.clear()
    delivery.deliver(clock=(lambda: at) if at else database_now, most=100, seconds=20)
    return list(mail.outbox)


def other_times(made: Consultation, count: int) -> list[datetime]:
    free = slots.open_starts(made.specialist, database_now(), without=made)
    return [start for start in free if abs(start - made.start) > timedelta(hours=2)][-count:]


def propose(made: Consultation):
    return proposals.propose(
        consultation=made,
        actor=made.specialist.user,
        starts=other_times(made, 2),
        words=SECRET,
        seen=made.sequence,
        now=database_now(),
    )


def declined(made: Consultation) -> None:
    requests.decline(consultation=made, actor=made.specialist.user, reason=SECRET, now=database_now())


def moved(made: Consultation) -> None:
    start = other_times(made, 1)[0]
    moving.move(consultation=made, actor=made.client, start=start, seen=made.sequence, now=database_now())


def cancelled(made: Consultation) -> None:
    cancelling.cancel(consultation=made, actor=made.client, reason=SECRET, now=database_now())


def zone_changed(made: Consultation) -> None:
    specialist = made.specialist
    specialist.time_zone = "Asia/Tokyo"
    specialist.save(update_fields=["time_zone"])
    changes.announce(specialist=specialist, change="zone", now=database_now())


def clock_changed(made: Consultation) -> None:
    Consultation.objects.filter(pk=made.pk).update(agreed_local=slots.wall_time(made.start, "Asia/Tokyo"))
    assert clock_check.flag_all(now=database_now()) == 1


BOTH, CLIENT, SPECIALIST = {"client", "specialist"}, {"client"}, {"specialist"}
CASES: dict[str, tuple[Callable[[Consultation], object] | None, bool, set[str], bool]] = {
    # kind: what happens after the first mails, by request, who is told, whether it changes calendars
    telling.BOOKED: (None, False, BOTH, True),
    telling.REQUESTED: (None, True, BOTH, False),
    telling.DECLINED: (declined, True, CLIENT, False),
    telling.EXPIRED: (lambda made: requests.lapse_all(now=made.expires_at), True, BOTH, False),
    telling.MOVED: (moved, False, BOTH, True),
    telling.CANCELLED: (cancelled, False, BOTH, True),
    telling.PROPOSED: (propose, False, CLIENT, False),
    telling.KEPT: (
        lambda made: proposals.keep(proposal=propose(made), actor=made.client, now=database_now()),
        False,
        SPECIALIST,
        False,
    ),
    telling.ZONE: (zone_changed, False, BOTH, False),
    telling.CLOCK: (clock_changed, False, SPECIALIST, False),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_says_what_happened_to_whom_it_concerns(kind: str) -> None:
    happens, by_request, told, calendars = CASES[kind]
    made = agreed(by_request=by_request)
    if happens:
        sent()
        happens(made)
    made.refresh_from_db()
    mails = sent(made.expires_at if kind == telling.EXPIRED else None)
    people = {"client": made.client.email, "specialist": made.specialist.user.email}
    assert {each.to[0] for each in mails} == {people[who] for who in told}, [each.subject for each in mails]
    for each in mails:
        html = str(each.alternatives[0][0])
        for text in (each.subject, each.body, html):
            assert SECRET not in text and "{{" not in text and "None" not in text
        other = "Dr Ada Example" if each.to[0] == people["client"] else "Inês"
        assert other in f"{each.subject} {each.body}" and other in f"{each.subject} {html}"
        place = "Lisbon" if each.to[0] == people["client"] else "Brussels"
        assert "http" in each.body and place in f"{each.subject} {each.body}"
        types = [part.get_content_type() for part in each.message().walk()]
        assert ("text/calendar" in types) == calendars


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_can_be_discreet(kind: str) -> None:
    happens, by_request, told, _calendars = CASES[kind]
    made = agreed(by_request=by_request, discreet=True)
    if happens:
        sent()
        happens(made)
    made.refresh_from_db()
    mails = sent(made.expires_at if kind == telling.EXPIRED else None)
    assert len(mails) == len(told)
    for each in mails:
        said = f"{each.subject} {each.body}"
        for word in ("Ada", "Inês", "half hour", "Halfhour", "therap", "specialist", str(made.public_id)):
            assert word not in said, (word, said)
        assert "/account/notifications/" in each.body


def test_case_24_a_mail_overtaken_by_a_change_is_skipped_with_its_cause() -> None:
    made = agreed()
    told = Notification.objects.filter(kind=telling.BOOKED, subject_id=made.pk)
    moved(made)
    sent()
    assert set(told.values_list("state", "cause")) == {(State.WITHDRAWN, "moved")}
    made.refresh_from_db()
    cancelled(made)
    assert (
        not Notification.objects.filter(subject_id=made.pk, state=State.PENDING)
        .exclude(kind=telling.CANCELLED)
        .exists()
    )


def test_case_06_rules_of_a_zone_change_after_the_booking_and_the_specialist_is_asked_once() -> None:
    made = agreed()
    sent()
    clock_changed(made)
    made.refresh_from_db()
    assert made.reads_now == slots.wall_time(made.start, "Europe/Brussels") != made.agreed_local
    start = made.start
    assert clock_check.flag_all(now=database_now()) == 0, "known already"
    assert len(sent()) == 1
    clock_check.keep(consultation=made, actor=made.specialist.user, now=database_now())
    made.refresh_from_db()
    assert (made.start, made.reads_now) == (start, "") and made.agreed_local == slots.wall_time(
        start, "Europe/Brussels"
    )
    assert clock_check.flag_all(now=database_now()) == 0


def test_case_34_a_suspension_tells_the_member_in_neutral_words_with_three_who_are_free_soonest() -> None:
    topic = make_topic()
    others = [make_specialist(topics=[topic], name=f"Dr Other {nth}") for nth in range(4)]
    made = agreed()
    made.specialist.topics.add(topic)
    sent()
    vetting.suspend(specialist=made.specialist, actor=make_curator(), reason="A complaint.", now=database_now())
    mails = sent()
    to_client = next(each for each in mails if each.to == [made.client.email])
    assert (
        to_client.body.count("Dr Other") == 3 and "complaint" not in to_client.body and "suspend" not in to_client.body
    )
    assert "METHOD:CANCEL" in str(
        next(part for part in to_client.message().walk() if part.get_content_type() == "text/calendar").get_payload(
            decode=True
        )
    )
    found = colleagues.free_soonest(like=made.specialist, member=made.client, now=database_now())
    assert len(found) == 3 and set(found) <= set(others)
    to_specialist = next(each for each in mails if "half hour" in each.subject and each.to != to_client.to)
    assert "Dr Other" not in to_specialist.body
