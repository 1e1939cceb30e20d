"""The line and holds with real connections: one offer, one taker, one next (BOOKING 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consultations import cancelling, earlier_offers, earlier_taking, holds, moving, waiting_line
from consultations.models import Consultation, EarlierOffer, EarlierWish, Hold, Occupancy
from notifications.models import Notification
from tests.consultations.earlier import NOW, accept, at, book, cancel, join, make_open, only, waits
from tests.consultations.test_races import race
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db(transaction=True)
State = EarlierOffer.State
MINUTE = timedelta(minutes=1)
TRIES = 5


def states() -> list[str]:
    return sorted(EarlierOffer.objects.values_list("state", flat=True))


def test_half_hours_that_come_free_at_once_go_to_one_person_each_and_are_mailed_once() -> None:
    specialist = make_open()
    for nth in range(3):
        waits(specialist, at(8, 10 + nth), NOW + nth * MINUTE)
    made = [book(specialist, make_user(), at(day, 10)) for day in range(2, 7)]
    race([lambda each=each: cancel(each) for each in made * 2])
    running = EarlierOffer.objects.running(NOW)
    assert running.count() == 3 == running.values("wish").distinct().count()
    assert EarlierOffer.objects.count() == 5 == EarlierOffer.objects.values("start").distinct().count()
    assert Notification.objects.filter(kind=earlier_offers.OFFERED).count() == 5


def test_case_08_an_offer_against_a_crowd_that_books_directly() -> None:
    specialist = make_open()
    member = waits(specialist, at(8, 10))
    mover = make_user()
    theirs = book(specialist, mover, at(9, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    offer = only()
    crowd = [lambda who=who: book(specialist, who, at(3, 10)) for who in [make_user() for _nth in range(8)]]
    crowd.append(lambda: moving.move(consultation=theirs, actor=mover, start=at(3, 10), seen=0, now=NOW))
    ended = race([*crowd, lambda: accept(offer, member)])
    assert ended["booked"] == 1 and ended["Offered"] + ended["SlotTaken"] == 9
    assert Consultation.objects.holding().get(start=at(3, 10)).client == member
    assert Occupancy.objects.count() == 2 * Consultation.objects.holding().count()


@pytest.mark.parametrize("attempt", range(TRIES))
def test_an_offer_that_is_accepted_at_the_moment_it_runs_out_has_one_end(attempt: int) -> None:
    specialist = make_open()
    first, second = waits(specialist, at(8, 10)), waits(specialist, at(8, 12), NOW + MINUTE)
    cancel(book(specialist, make_user(), at(3, 10)))
    offer = only()
    last = offer.expires_at - timedelta(microseconds=1)
    ticks = [lambda: earlier_offers.go_on_all(now=offer.expires_at)] * 2
    ended = race([*ticks, lambda: accept(offer, first, last)])
    taken = Consultation.objects.filter(client=first, start=at(3, 10)).exists()
    offer.refresh_from_db()
    assert offer.state == (State.TAKEN if taken else State.OVER)
    assert ended["booked"] == (3 if taken else 2)
    assert EarlierOffer.objects.filter(wish__member=second, start=at(3, 10)).exists() == (not taken)
    assert Consultation.objects.get(client=second).start == at(8, 12)


@pytest.mark.parametrize("attempt", range(TRIES))
def test_after_the_last_moment_it_is_whoever_books_first(attempt: int) -> None:
    specialist = make_open()
    member = waits(specialist, at(8, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    offer = only()
    direct = make_user()
    last = offer.expires_at - timedelta(microseconds=1)
    ended = race([lambda: accept(offer, member, last), lambda: book(specialist, direct, at(3, 10), offer.expires_at)])
    assert ended["booked"] == 1
    winner = Consultation.objects.holding().get(start=at(3, 10)).client
    offer.refresh_from_db()
    assert offer.state == {member: State.TAKEN, direct: State.OVER}[winner]


def test_accepting_in_two_tabs_is_one_move_and_passing_beside_it_one_answer() -> None:
    specialist = make_open()
    member = waits(specialist, at(8, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    offer = only()
    passing = [lambda: earlier_offers.pass_on(offer=offer, actor=member, now=NOW)]
    race([*[lambda: accept(offer, member)] * 4, *passing])
    made = Consultation.objects.get(client=member)
    assert (made.start == at(3, 10)) == (only().state == State.TAKEN)
    assert made.events.filter(what="moved").count() == (1 if only().state == State.TAKEN else 0)


def test_the_member_cancels_while_they_accept() -> None:
    specialist = make_open()
    member = waits(specialist, at(8, 10))
    mine = Consultation.objects.get(client=member)
    cancel(book(specialist, make_user(), at(3, 10)))
    offer = only()
    race(
        [
            lambda: accept(offer, member),
            lambda: cancelling.cancel(consultation=mine, actor=member, reason="", now=NOW),
        ]
    )
    mine.refresh_from_db()
    assert mine.state == "cancelled" and not Occupancy.objects.filter(person=member).exists()
    assert earlier_taking.booking_of(specialist, member, NOW) is None


def test_ticks_at_once_ask_the_next_once() -> None:
    specialist = make_open()
    for nth in range(3):
        waits(specialist, at(8, 10 + nth), NOW + nth * MINUTE)
    cancel(book(specialist, make_user(), at(3, 10)))
    end = only().expires_at
    race([lambda: earlier_offers.go_on_all(now=end)] * 6)
    assert states() == ["open", "over"]


def test_joining_many_times_is_one_place_and_never_more_than_five() -> None:
    member, lines = make_user(), [make_specialist() for _nth in range(8)]
    assert race([lambda: join(lines[0], member)] * 6) == {"booked": 6} and EarlierWish.objects.count() == 1
    ended = race([lambda each=each: join(each, member) for each in lines[1:]])
    assert ended == {"booked": 4, "TooManyLines": 3} and EarlierWish.objects.count() == waiting_line.MOST_LINES


def test_case_13_two_browsers_keep_one_half_hour() -> None:
    specialist = make_open()
    ended = race(
        [
            lambda holder=holder: holds.hold(
                specialist=specialist, start=at(3, 10), holder=holder, address=holder, now=NOW
            )
            for holder in "abcdefgh"
        ]
    )
    assert ended == {"booked": 1, "SlotTaken": 7} and Hold.objects.count() == 1


def test_case_13_one_members_form_in_many_tabs_is_one_hold() -> None:
    specialist, member = make_open(), make_user()
    tabs = [lambda: holds.hold(specialist=specialist, start=at(3, 10), holder="b", address="x", now=NOW, member=member)]
    assert race(tabs * 8) == {"booked": 8} and Hold.objects.count() == 1
