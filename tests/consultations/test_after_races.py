"""Both sides at the same moment, each on a connection of its own: nothing lost, nothing told twice."""

from __future__ import annotations

import pytest

from consultations import attendance, feeds, fit
from consultations.models import Attendance, Attended, CalendarFeed, Fit
from notifications.models import Notification
from tests.consultations.held import held
from tests.consultations.test_races import race
from tests.factories import make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db(transaction=True)


def test_case_38_two_words_at_once_are_both_kept() -> None:
    made, now = held(marked=False), database_now()
    people = {made.client: Attended.MET, made.specialist.user: Attended.NOT_MET}
    race(
        [
            lambda who=who, said=said: attendance.say(consultation=made, actor=who, said=said, now=now)
            for who, said in people.items()
        ]
    )
    made.refresh_from_db()
    assert made.attendance == Attendance.UNCLEAR and made.state == "ended"


def test_two_yeses_at_once_tell_each_side_once() -> None:
    made, now = held(), database_now()
    people = [made.client, made.specialist.user]
    for who in people:
        attendance.say(consultation=made, actor=who, said=Attended.MET, now=now)
    ended = race(
        [
            lambda who=who: fit.answer(consultation=made, actor=who, choice=Fit.YES, words="", now=now)
            for who in people * 4
        ]
    )
    assert ended == {"booked": 8} and attendance.both_yes(made)
    told = Notification.objects.filter(kind="consultation_both_yes").values_list("recipient", flat=True)
    assert sorted(told) == sorted(who.pk for who in people)


def test_a_yes_beside_the_others_taking_back_is_either_mutual_or_nothing() -> None:
    made, now = held(), database_now()
    for who in (made.client, made.specialist.user):
        attendance.say(consultation=made, actor=who, said=Attended.MET, now=now)
    fit.answer(consultation=made, actor=made.client, choice=Fit.YES, words="", now=now)
    race(
        [
            lambda: fit.answer(consultation=made, actor=made.client, choice=Fit.NO, words="", now=now),
            lambda: fit.answer(consultation=made, actor=made.specialist.user, choice=Fit.YES, words="", now=now),
        ]
    )
    told = Notification.objects.filter(kind="consultation_both_yes").count()
    assert told == (2 if attendance.both_yes(made) else 0)


def test_many_windows_make_one_feed() -> None:
    person, now = make_user(), database_now()
    assert race([lambda: feeds.make(user=person, now=now) for _nth in range(6)]) == {"booked": 6}
    assert race([lambda: feeds.renew(user=person, now=now) for _nth in range(6)]) == {"booked": 6}
    assert CalendarFeed.objects.filter(user=person).count() == 1
