"""The line for an earlier half hour: who has a place in it, and who is asked when."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from accounts.deactivation import deactivate
from consultations import (
    absences,
    earlier_offers,
    ending,
    hours,
    moving,
    openings_sync,
    refusals,
    requests,
    waiting_line,
)
from consultations.models import Consultation, EarlierOffer, EarlierWish, Schedule
from notifications.models import Notification
from specialists.models import ExcludedMember, Opening
from tests.consultations.earlier import NOW, at, book, cancel, join, make_open, offered, only, waits
from tests.factories import make_user

pytestmark = pytest.mark.django_db
State = EarlierOffer.State


def test_a_place_is_taken_once() -> None:
    specialist, member = make_open(), make_user()
    assert join(specialist, member).pk == join(specialist, member, NOW + timedelta(days=1)).pk
    waiting_line.leave(specialist=specialist, member=member, now=NOW)
    waiting_line.leave(specialist=specialist, member=member, now=NOW)
    assert EarlierWish.objects.get().ended_at == NOW
    assert join(specialist, member).ended_at is None and EarlierWish.objects.count() == 2


def test_ones_own_half_hours_and_those_of_somebody_who_takes_nobody_are_refused() -> None:
    specialist = make_open()
    with pytest.raises(refusals.OwnTime):
        join(specialist, specialist.user)
    with pytest.raises(refusals.NotBookable) as paused:
        join(make_open(accepting=False), make_user())
    member = make_user()
    ExcludedMember.objects.create(specialist=specialist, member=member, since=NOW)
    with pytest.raises(refusals.NotBookable) as excluded:
        join(specialist, member)
    assert str(paused.value) == str(excluded.value)


def test_whoever_has_met_within_the_year_needs_no_place() -> None:
    specialist, member = make_open(), make_user()
    made = book(specialist, member, at(1, 10))
    ending.end_past(now=made.end)
    with pytest.raises(refusals.OneAYear):
        join(specialist, member, made.end)


def test_five_places_for_each_member() -> None:
    member = make_user()
    for _nth in range(5):
        join(make_open(), member)
    with pytest.raises(refusals.TooManyLines):
        join(make_open(), member)


# Whose turn it is


def test_the_first_in_line_whom_it_brings_forward_is_asked_once_by_mail() -> None:
    specialist = make_open()
    waits(specialist, at(1, 11))
    first, second = waits(specialist, at(5, 10)), waits(specialist, at(6, 10), NOW + timedelta(minutes=1))
    cancel(book(specialist, make_user(), at(3, 10)))
    assert offered() == [(first.pk, at(3, 10), "open")]
    offer = only()
    assert (offer.offered_at, offer.expires_at) == (NOW, NOW + timedelta(minutes=30))
    mail = Notification.objects.get(kind="consultation_earlier")
    assert mail.recipient == first and mail.useless_after == offer.expires_at
    assert not Notification.objects.filter(kind="consultation_earlier", recipient=second).exists()


def test_a_move_a_decline_and_a_lapse_free_a_half_hour_too() -> None:
    specialist = make_open()
    member = waits(specialist, at(8, 10))
    made = book(specialist, make_user(), at(2, 10))
    moving.move(consultation=made, actor=made.client, start=at(9, 10), seen=0, now=NOW)
    assert offered() == [(member.pk, at(2, 10), "open")]
    Schedule.objects.filter(specialist=specialist).update(by_request=True)
    asked, lapsing = book(specialist, make_user(), at(3, 10)), book(specialist, make_user(), at(4, 10))
    second = waits(specialist, at(8, 12), NOW + timedelta(minutes=1))
    requests.decline(consultation=asked, actor=specialist.user, reason="", now=NOW)
    assert offered()[1:] == [(second.pk, at(3, 10), "open")]
    requests.lapse_all(now=lapsing.expires_at)
    assert offered()[2:] == [(member.pk, at(4, 10), "open")]
    assert {state for *_what, state in offered()[:2]} == {"over"}


def test_hours_that_are_added_are_offered_one_to_each() -> None:
    specialist = make_open()
    first = waits(specialist, at(5, 10))
    second = waits(specialist, at(5, 12), NOW + timedelta(minutes=1))
    hours.open_date(
        specialist=specialist, actor_id=specialist.user_id, day=at(2, 0).date(), start=time(18), end=time(21), now=NOW
    )
    assert offered() == [(first.pk, at(2, 18), "open"), (second.pk, at(2, 18, 30), "open")]


def test_an_absence_that_is_taken_back_opens_its_half_hours_to_those_who_wait() -> None:
    specialist, day = make_open(), at(2, 0).date()
    away = absences.add(specialist=specialist, actor=specialist.user, first_day=day, last_day=day, answers={}, now=NOW)
    member = waits(specialist, at(5, 10))
    absences.remove(absence=away, actor=specialist.user, now=NOW)
    assert offered() == [(member.pk, at(2, 9), "open")]


def test_with_a_pause_what_was_given_back_is_offered_and_nothing_that_excludes_it() -> None:
    specialist, members = make_open(buffer=5), [make_user() for _nth in range(3)]
    day = at(1, 0)
    specialist.schedule.windows.exclude(weekday=day.weekday()).delete()
    specialist.schedule.windows.update(start=time(13, 30), end=time(15))
    openings_sync.refresh(specialist_id=specialist.pk, now=NOW)
    made = book(specialist, make_user(), at(1, 14))
    for nth, member in enumerate(members):
        join(specialist, member, NOW + timedelta(minutes=nth))
    cancel(made)
    # 13:30 and 14:30 came free with it; neither could be booked beside 14:00.
    assert offered() == [(members[0].pk, at(1, 14), "open")]
    for nth in range(2):
        earlier_offers.pass_on(offer=EarlierOffer.objects.open().get(), actor=members[nth], now=NOW)
    assert offered()[2:] == [(members[2].pk, at(1, 14), "open")], "the third is asked too, though 13:30 is free"
    for beside in (at(1, 13, 30), at(1, 14, 30)):
        with pytest.raises(refusals.Offered):
            book(specialist, make_user(), beside)


def test_what_was_open_when_somebody_joined_is_not_offered_and_nor_is_what_comes_later() -> None:
    specialist = make_open()
    waits(specialist, at(3, 10))
    tomorrow = NOW + timedelta(days=1)
    openings_sync.refresh(specialist_id=specialist.pk, now=tomorrow)
    cancel(book(specialist, make_user(), at(4, 10), tomorrow), now=tomorrow)
    earlier_offers.go_on_all(now=tomorrow)
    assert offered() == []


def test_without_a_booking_one_is_asked_about_what_is_sooner_than_all_that_is_free() -> None:
    specialist, member = make_open(), make_user()
    join(specialist, member)
    middle = book(specialist, make_user(), at(3, 10))
    cancel(middle)
    assert offered() == []
    # Everything before the third day is taken away, and one half hour of it comes back.
    Opening.objects.filter(specialist=specialist, start__lt=at(3, 0)).delete()
    openings_sync.refresh(specialist_id=specialist.pk, now=NOW)
    assert [(who, start) for who, start, _state in offered()] == [
        (member.pk, Opening.objects.listed(NOW).earliest("start").start)
    ]


def test_nobody_is_asked_about_what_they_gave_back_or_have_at_that_time_elsewhere() -> None:
    specialist = make_open()
    member = waits(specialist, at(3, 10))
    made = Consultation.objects.get()
    moving.move(consultation=made, actor=member, start=at(5, 10), seen=0, now=NOW)
    assert offered() == []
    other = waits(specialist, at(6, 10), NOW + timedelta(minutes=1))
    book(make_open(), member, at(2, 10))
    book(make_open(), other, at(2, 10, 30))
    cancel(book(specialist, make_user(), at(2, 10)))
    assert offered() == [(other.pk, at(2, 10), "open")]


def test_what_the_specialist_called_off_is_offered_to_nobody() -> None:
    specialist = make_open()
    waits(specialist, at(5, 10))
    cancel(book(specialist, make_user(), at(3, 10)), actor=specialist.user)
    assert offered() == []


def test_excluded_members_and_closed_accounts_are_passed_over() -> None:
    specialist = make_open()
    excluded, closed = make_user(), make_user()
    join(specialist, excluded)
    join(specialist, closed)
    ExcludedMember.objects.create(specialist=specialist, member=excluded, since=NOW)
    deactivate(user=closed, actor=closed, reason="asked", now=NOW)
    assert EarlierWish.objects.standing().count() == 1
    last = waits(specialist, at(5, 10), NOW + timedelta(minutes=5))
    cancel(book(specialist, make_user(), at(3, 10)))
    assert offered() == [(last.pk, at(3, 10), "open")]


def test_somebody_with_three_half_hours_ahead_could_not_book_so_is_not_asked() -> None:
    specialist, full, free = make_open(), make_user(), make_user()
    for hour in (9, 10, 11):
        book(make_open(), full, at(7, hour))
    join(specialist, full)
    join(specialist, free, NOW + timedelta(minutes=1))
    Opening.objects.filter(specialist=specialist).delete()
    openings_sync.refresh(specialist_id=specialist.pk, now=NOW)
    assert [who for who, *_rest in offered()] == [free.pk]


# Nights, notice, and one at a time


def test_case_31_an_offer_in_the_night_begins_at_eight_and_keeps_nothing_before() -> None:
    specialist = make_open()
    waits(specialist, at(6, 10), time_zone="Asia/Tokyo")
    now = at(0, 15)  # midnight in Tokyo
    cancel(book(specialist, make_user(), at(3, 10), now), now=now)
    offer = only()
    assert offer.offered_at == at(0, 23) and offer.expires_at == at(0, 23, 30)
    mail = Notification.objects.get(kind="consultation_earlier")
    assert mail.due_at == offer.offered_at
    assert book(specialist, make_user(), at(3, 10), now + timedelta(minutes=5)).state == "confirmed"
    assert only().state == State.OVER


def test_case_31_where_the_morning_is_too_late_the_next_who_is_awake_is_asked() -> None:
    specialist = make_open()
    waits(specialist, at(6, 10), time_zone="Asia/Tokyo")
    awake = waits(specialist, at(6, 12), NOW + timedelta(minutes=1))
    now = at(0, 15)
    # Tokyo's morning is at 23:00; with a notice of ten hours this half hour has closed by then.
    Schedule.objects.filter(specialist=specialist).update(notice_minutes=600)
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    cancel(book(specialist, make_user(), at(1, 9), now), now=now)
    assert offered() == [(awake.pk, at(1, 9), "open")]


def test_an_offer_never_lasts_beyond_the_notice_and_is_not_made_in_the_last_minutes() -> None:
    specialist = make_open()
    waits(specialist, at(6, 10))
    made, late = book(specialist, make_user(), at(0, 14)), book(specialist, make_user(), at(0, 15))
    cancel(made, now=at(0, 12, 40))
    assert only().expires_at == at(0, 13)
    EarlierOffer.objects.all().delete()
    cancel(late, now=at(0, 13, 55))
    assert offered() == []


def test_one_offer_for_each_person_and_half_hour_the_second_waits_for_the_end_of_the_first() -> None:
    specialist = make_open()
    member = waits(specialist, at(6, 10))
    days = [book(specialist, make_user(), at(day, 10)) for day in (2, 3, 4)]
    for each in days:
        cancel(each)
    assert offered() == [(member.pk, at(2, 10), "open"), (member.pk, at(3, 10), "open")]
    first, second = EarlierOffer.objects.order_by("pk")
    assert second.offered_at == first.expires_at
    # Not kept before its time: anybody may book it directly.
    book(specialist, make_user(), at(3, 10))
