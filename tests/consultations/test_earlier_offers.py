"""What may be answered to an offered half hour, what it keeps from others, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.deactivation import deactivate
from consultations import (
    earlier_offers,
    ending,
    moving,
    openings_sync,
    proposals,
    refusals,
    waiting_line,
)
from consultations.models import Consultation, EarlierOffer, EarlierWish, Schedule
from notifications.models import Notification
from specialists.changes import announce
from specialists.models import Opening
from tests.consultations.earlier import NOW, accept, at, book, cancel, join, make_open, offered, only, waits
from tests.factories import make_curator, make_user

pytestmark = pytest.mark.django_db
State = EarlierOffer.State


def test_accepting_moves_the_booking_counts_for_nobody_and_ends_the_place() -> None:
    specialist = make_open()
    member = waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    moved = accept(only(), member)
    assert moved.start == at(3, 10) and (moved.moves_by_client, moved.moves_by_specialist) == (0, 0)
    assert moved.sequence == 1 and moved.events.filter(what="moved", actor=member).count() == 1
    assert only().state == State.TAKEN and EarlierWish.objects.get().ended_at == NOW
    assert accept(only(), member) == moved and moved.events.count() == 2
    assert Notification.objects.filter(kind="consultation_moved").count() == 2
    assert Opening.objects.filter(specialist=specialist, start=at(5, 10)).exists()


def test_somebody_who_has_moved_twice_may_still_accept() -> None:
    specialist = make_open()
    member = waits(specialist, at(5, 10))
    Consultation.objects.update(moves_by_client=2)
    cancel(book(specialist, make_user(), at(3, 10)))
    assert accept(only(), member).start == at(3, 10)


def test_where_the_specialist_answers_requests_accepting_asks_them_and_the_place_stays() -> None:
    specialist = make_open()
    member = waits(specialist, at(5, 10))
    made = book(specialist, make_user(), at(3, 10))
    Schedule.objects.filter(specialist=specialist).update(by_request=True)
    cancel(made)
    kept = accept(only(), member)
    assert kept.start == at(5, 10) and kept.proposals.get().starts == [at(3, 10)]
    assert only().state == State.TAKEN and EarlierWish.objects.get().ended_at is None


def test_without_a_booking_it_is_booked_on_its_own_page_and_ends_the_place() -> None:
    specialist, member = make_open(), make_user()
    join(specialist, member)
    Opening.objects.filter(specialist=specialist).delete()
    openings_sync.refresh(specialist_id=specialist.pk, now=NOW)
    offer = only()
    assert accept(offer, member) is None and only().state == State.OPEN
    book(specialist, member, offer.start)
    assert only().state == State.TAKEN and EarlierWish.objects.get().ended_at == NOW


def test_booking_something_by_oneself_keeps_the_place() -> None:
    specialist, member = make_open(), make_user()
    join(specialist, member)
    book(specialist, member, at(4, 10))
    book(make_open(), member, at(2, 10))
    assert EarlierWish.objects.get().ended_at is None


def test_while_it_is_offered_nobody_else_books_moves_or_holds_it() -> None:
    specialist = make_open()
    member = waits(specialist, at(5, 10))
    other = make_user()
    theirs = book(specialist, other, at(6, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    with pytest.raises(refusals.Offered) as refused:
        book(specialist, make_user(), at(3, 10))
    assert "offered to somebody who waits" in str(refused.value) and at(3, 10) not in refused.value.nearest
    with pytest.raises(refusals.Offered):
        moving.move(consultation=theirs, actor=other, start=at(3, 10), seen=0, now=NOW)
    mine = Consultation.objects.get(client=member)
    moved = moving.move(consultation=mine, actor=member, start=at(3, 10), seen=0, now=NOW)
    assert moved.start == at(3, 10) and only().state == State.TAKEN


def test_it_is_open_to_everybody_the_moment_the_offer_ends() -> None:
    specialist = make_open()
    member = waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    end = only().expires_at
    with pytest.raises(refusals.OfferOver):
        accept(only(), member, end)
    assert book(specialist, make_user(), at(3, 10), end).start == at(3, 10)


def test_passing_on_asks_the_next_and_each_person_once() -> None:
    specialist = make_open()
    first, second = waits(specialist, at(5, 10)), waits(specialist, at(6, 10), NOW + timedelta(minutes=1))
    cancel(book(specialist, make_user(), at(3, 10)))
    offer = only()
    for _twice in range(2):
        earlier_offers.pass_on(offer=offer, actor=first, now=NOW)
    assert offered() == [(first.pk, at(3, 10), "passed"), (second.pk, at(3, 10), "open")]
    with pytest.raises(refusals.OfferOver):
        accept(offer, first)
    earlier_offers.go_on_all(now=NOW + timedelta(minutes=29))
    assert offered()[1][2] == "open"
    earlier_offers.go_on_all(now=NOW + timedelta(minutes=30))
    assert [state for *_what, state in offered()] == ["passed", "over"]
    assert EarlierWish.objects.standing().count() == 2
    with pytest.raises(refusals.OfferOver):
        earlier_offers.pass_on(offer=EarlierOffer.objects.latest("pk"), actor=second, now=NOW)


def test_only_the_person_who_was_asked_answers() -> None:
    specialist = make_open()
    waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    for stranger in (make_user(), specialist.user):
        with pytest.raises(refusals.NotYours):
            accept(only(), stranger)
        with pytest.raises(refusals.NotYours):
            earlier_offers.pass_on(offer=only(), actor=stranger, now=NOW)


def test_an_offer_that_would_not_be_earlier_any_more_changes_nothing() -> None:
    specialist = make_open()
    member = waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    mine = Consultation.objects.get(client=member)
    moving.move(consultation=mine, actor=member, start=at(2, 10), seen=0, now=NOW)
    with pytest.raises(refusals.OfferOver, match="sooner"):
        accept(only(), member)
    assert Consultation.objects.get(client=member).start == at(2, 10)


def test_a_half_hour_of_ones_own_elsewhere_is_named() -> None:
    specialist, other = make_open(), make_open()
    member = waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    book(other, member, at(3, 10))
    with pytest.raises(refusals.AlreadyElsewhere, match=other.name):
        accept(only(), member)


def test_times_the_specialist_proposed_are_answered_first() -> None:
    specialist = make_open()
    member = waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    mine = Consultation.objects.get(client=member)
    proposals.propose(consultation=mine, actor=specialist.user, starts=[at(6, 10)], words="", seen=0, now=NOW)
    with pytest.raises(refusals.AnswerFirst):
        accept(only(), member)


# How it ends


def test_leaving_passes_what_is_offered_to_the_next() -> None:
    specialist = make_open()
    first, second = waits(specialist, at(5, 10)), waits(specialist, at(6, 10), NOW + timedelta(minutes=1))
    cancel(book(specialist, make_user(), at(3, 10)))
    waiting_line.leave(specialist=specialist, member=first, now=NOW)
    assert offered() == [(first.pk, at(3, 10), "over"), (second.pk, at(3, 10), "open")]
    join(specialist, first, NOW + timedelta(minutes=1))
    earlier_offers.pass_on(offer=EarlierOffer.objects.latest("pk"), actor=second, now=NOW)
    assert len(offered()) == 2, "nobody is asked twice, not even from a new place"


def test_an_account_that_closes_leaves_its_offer_to_the_next_tick() -> None:
    specialist = make_open()
    first, second = make_user(), make_user()
    join(specialist, first)
    join(specialist, second, NOW + timedelta(minutes=1))
    Opening.objects.filter(specialist=specialist).delete()
    openings_sync.refresh(specialist_id=specialist.pk, now=NOW)
    start = EarlierOffer.objects.earliest("pk").start
    deactivate(user=first, actor=make_curator(is_superuser=True), reason="harm", now=NOW)
    earlier_offers.go_on_all(now=NOW)
    assert (first.pk, start, "over") in offered()
    assert (second.pk, start, "open") in offered() or (second.pk, start + timedelta(minutes=30), "open") in offered()


@pytest.mark.parametrize("change", ["paused", "free_off", "suspended", "lapsed", "withdrawn"])
def test_case_34_offers_end_when_the_specialist_takes_nobody_and_places_stay_until_they_leave(change: str) -> None:
    specialist = make_open()
    waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)))
    field, value = {"paused": ("accepting", False), "free_off": ("offers_free", False)}.get(
        change, ("state", "suspended")
    )
    setattr(specialist, field, value)
    specialist.save()
    announce(specialist=specialist, change=change, now=NOW)
    assert only().state == State.OVER
    assert (EarlierWish.objects.get().ended_at is None) == (change != "withdrawn")


def test_the_place_ends_once_the_two_have_met() -> None:
    specialist = make_open()
    member = waits(specialist, at(1, 10))
    other = make_user()
    join(specialist, other)
    ending.end_past(now=at(1, 10, 30))
    assert waiting_line.end_met(now=at(1, 11)) == 1
    assert EarlierWish.objects.get(member=member).ended_at == at(1, 11)
    assert EarlierWish.objects.get(member=other).ended_at is None
