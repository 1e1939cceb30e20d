"""What calendars end with: invitations by mail and feeds, from booking to cancelling (BOOKING 40)."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.core import mail

from consultations import cancelling, feeds, invites, moving, openings_sync, proposals, requests
from consultations.models import Consultation
from notifications import delivery
from tests.consultations.calendar_client import PARSERS, CalendarClient, Parser
from tests.consultations.held import coming, held
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture(params=PARSERS)
def parse(request) -> Parser:
    return PARSERS[request.param]


def people(made: Consultation) -> list:
    return [made.client, made.specialist.user]


def clients(made: Consultation, parse: Parser) -> list[CalendarClient]:
    return [CalendarClient(person.email, parse) for person in people(made)]


def mails() -> list[mail.EmailMessage]:
    mail.outbox.clear()
    delivery.deliver(clock=database_now, most=100, seconds=20)
    return list(mail.outbox)


def free(made: Consultation, nth: int):
    return openings_sync.true_openings(made.specialist, database_now())[nth]


def move(made: Consultation, nth: int) -> Consultation:
    made.refresh_from_db()
    start = free(made, nth)
    return moving.move(consultation=made, actor=made.client, start=start, seen=made.sequence, now=database_now())


def cancel(made: Consultation) -> Consultation:
    return cancelling.cancel(consultation=made, actor=made.specialist.user, reason="", now=database_now())


def assert_exactly_one_at(calendar: CalendarClient, made: Consultation) -> None:
    [entry] = calendar.entries
    assert (entry.uid, entry.start, entry.end) == (made.uid, made.start, made.start + HALF_HOUR)


def test_case_40_moved_twice_and_cancelled_leaves_one_entry_each_time_then_none(parse: Parser) -> None:
    made = coming()
    calendars, sequences = clients(made, parse), []
    for change in (None, 10, 20):
        made = made if change is None else move(made, change)
        sent = mails()
        for calendar in calendars:
            calendar.receive(sent)
            assert_exactly_one_at(calendar, made)
            sequences.append(calendar.entries[0].sequence)
    cancel(made)
    sent = mails()
    for calendar in calendars:
        calendar.receive(sent)
        assert calendar.entries == []
    assert sequences == [0, 0, 1, 1, 2, 2]
    assert {each.known[made.uid].sequence for each in calendars} == {3}


def test_case_40_mails_that_arrive_in_any_order_or_twice_end_the_same(parse: Parser) -> None:
    made = coming()
    all_mails = mails()
    for nth in (10, 20):
        made = move(made, nth)
        all_mails += mails()
    for last in (False, True):
        if last:
            cancel(made)
            all_mails += mails()
        for seed in range(6):
            shuffled = random.Random(seed).sample(all_mails, len(all_mails)) + all_mails[:2]
            for calendar in clients(made, parse):
                calendar.receive(shuffled)
                if last:
                    assert calendar.entries == []
                else:
                    assert_exactly_one_at(calendar, made)


def test_case_40_two_moves_before_any_mail_went_leave_one_entry(parse: Parser) -> None:
    made = move(move(coming(), 10), 20)
    sent = mails()
    for calendar in clients(made, parse):
        calendar.receive(sent)
        assert_exactly_one_at(calendar, made)


def test_case_40_a_proposal_that_is_taken_moves_the_same_entry(parse: Parser) -> None:
    made = coming()
    calendar = clients(made, parse)[0]
    calendar.receive(mails())
    proposal = proposals.propose(
        consultation=made, actor=made.specialist.user, starts=[free(made, 10)], words="", seen=0, now=database_now()
    )
    made = proposals.take(proposal=proposal, actor=made.client, start=proposal.starts[0], now=database_now())
    calendar.receive(mails())
    assert_exactly_one_at(calendar, made)


def test_case_40_a_request_is_in_no_calendar_until_it_is_accepted(parse: Parser) -> None:
    specialist = make_specialist()
    specialist.schedule.by_request = True
    specialist.schedule.save()
    made = coming(specialist=specialist)
    calendar = clients(made, parse)[0]
    calendar.receive(mails())
    assert calendar.known == {}
    made = requests.accept(consultation=made, actor=specialist.user, now=database_now())
    calendar.receive(mails())
    assert_exactly_one_at(calendar, made)


def test_case_40_who_only_ever_hears_of_the_cancellation_has_no_entry(parse: Parser) -> None:
    made = coming()
    mails()
    cancel(made)
    calendar = clients(made, parse)[0]
    calendar.receive(mails())
    assert calendar.entries == []


def test_case_40_the_file_of_a_booking_in_each_state(parse: Parser) -> None:
    """The file offered for download says the same as the mails; a request is tentative."""
    specialist = make_specialist()
    specialist.schedule.by_request = True
    specialist.schedule.save()
    made = coming(specialist=specialist)
    [entry] = parse(invites.calendar_file(made, made.client))
    assert (entry.method, entry.status) == ("REQUEST", "TENTATIVE")
    requests.decline(consultation=made, actor=specialist.user, reason="", now=database_now())
    made.refresh_from_db()
    [entry] = parse(invites.calendar_file(made, made.client))
    assert (entry.method, entry.status) == ("CANCEL", "CANCELLED")


def test_case_40_lines_end_and_fold_as_the_standard_asks() -> None:
    made = coming(specialist=make_specialist(name="Dr Ada; Example, with a name that goes on, and \\ on " + "é" * 40))
    content = invites.calendar_file(made, made.client)
    assert all(len(line) <= 75 for line in content.split(b"\r\n")) and b"\n" not in content.replace(b"\r\n", b"")
    for parse in PARSERS.values():
        assert parse(content)[0].summary == f"Half hour with {made.specialist.name}"


def test_a_feed_follows_from_booking_to_cancelling(parse: Parser) -> None:
    made = coming()
    calendars = clients(made, parse)
    for change in ("booked", "moved", "moved again", "cancelled"):
        if change.startswith("moved"):
            made = move(made, 20)
        if change == "cancelled":
            cancel(made)
        for calendar, person in zip(calendars, people(made), strict=True):
            calendar.subscribe(feeds.calendar_of(reader=person, now=database_now()))
            if change == "cancelled":
                assert calendar.entries == []
            else:
                assert_exactly_one_at(calendar, made)
                [by_mail] = parse(invites.calendar_file(made, person))
                [entry] = calendar.entries
                assert (entry.sequence, entry.stamp, entry.summary) == (
                    by_mail.sequence,
                    by_mail.stamp,
                    by_mail.summary,
                )
                assert entry.organizer == "" and entry.attendees == () and entry.method == ""


def test_a_feed_has_both_hats_requests_as_tentative_and_thirty_days_back(parse: Parser) -> None:
    both_hats = make_specialist()
    person = both_hats.user
    asked = make_specialist()
    asked.schedule.by_request = True
    asked.schedule.save()
    as_specialist, as_client = coming(specialist=both_hats), coming(client=person, nth=20)
    request = coming(specialist=asked, client=person, nth=40)
    lately, long_ago = held(client=person, ago=timedelta(days=29)), held(client=person, ago=timedelta(days=31))
    strangers = coming(client=make_user())
    entries = {each.uid: each.status for each in parse(feeds.calendar_of(reader=person, now=database_now()))}
    assert entries == {
        as_specialist.uid: "CONFIRMED",
        as_client.uid: "CONFIRMED",
        request.uid: "TENTATIVE",
        lately.uid: "CONFIRMED",
    }
    assert long_ago.uid not in entries and strangers.uid not in entries
