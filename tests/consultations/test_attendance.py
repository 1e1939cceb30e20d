"""Whether they talked, as each side says it: BOOKING 38, and what follows for the free half hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.models import Entry
from consultations import attendance, booking, cancelling, fit, openings_sync, refusals, requests
from consultations.models import Attendance, Attended, Consultation, ConsultationEvent, Fit, FitCard, State
from notifications.models import Notification
from tests.consultations.held import DAY, coming, held
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
MET, NOT_MET = Attended.MET, Attended.NOT_MET


def say(made: Consultation, actor, said: Attended, now=None) -> Consultation:
    return attendance.say(consultation=made, actor=actor, said=said, now=now or database_now())


def again(made: Consultation) -> Consultation:
    """The same two book once more."""
    now = database_now()
    start = openings_sync.true_openings(made.specialist, now)[-1]
    return booking.book(specialist=made.specialist, client=made.client, start=start, now=now, location="PT")


def test_case_38_one_voice_is_enough_and_two_may_agree() -> None:
    made = held()
    assert made.attendance == Attendance.UNKNOWN
    assert say(made, made.client, MET).attendance == Attendance.MET
    assert say(made, made.specialist.user, MET).attendance == Attendance.MET
    made.refresh_from_db()
    assert (made.client_says, made.specialist_says) == (MET, MET)


@pytest.mark.parametrize("first", [MET, NOT_MET])
def test_case_38_disagreement_is_unclear_and_nobody_pays_for_it(first) -> None:
    made, second = held(), MET if first == NOT_MET else NOT_MET
    told, history = Notification.objects.count(), ConsultationEvent.objects.count()
    before = Consultation.objects.values("state", "sequence", "changed_at").get(pk=made.pk)
    say(made, made.client, first)
    assert say(made, made.specialist.user, second).attendance == Attendance.UNCLEAR
    assert Consultation.objects.values("state", "sequence", "changed_at").get(pk=made.pk) == before
    assert (Notification.objects.count(), ConsultationEvent.objects.count()) == (told, history)
    # The member may meet others and the specialist stays in the lists.
    assert coming(client=made.client).state == State.CONFIRMED
    made.specialist.refresh_from_db()
    assert made.specialist.is_bookable


def test_case_38_what_was_called_off_is_never_a_no_show() -> None:
    cancelled, declined = coming(), coming(specialist=by_request())
    now = database_now()
    cancelling.cancel(consultation=cancelled, actor=cancelled.client, reason="", now=now)
    requests.decline(consultation=declined, actor=declined.specialist.user, reason="", now=now)
    expired = coming(specialist=by_request())
    requests.lapse_all(now=expired.expires_at)
    for made in (cancelled, declined, expired):
        for when in (now, made.end + DAY):
            with pytest.raises(attendance.NeverWas):
                say(made, made.client, NOT_MET, when)
        made.refresh_from_db()
        assert made.attendance == Attendance.UNKNOWN
    assert {cancelled.state, declined.state, expired.state} == {State.CANCELLED, State.DECLINED, State.EXPIRED}


def by_request():
    specialist = make_specialist()
    specialist.schedule.by_request = True
    specialist.schedule.save()
    return specialist


def test_case_38_nobody_says_anything_before_the_end() -> None:
    made = coming()
    for when in (database_now(), made.start, made.end - timedelta(seconds=1)):
        with pytest.raises(attendance.NotOver):
            say(made, made.client, NOT_MET, when)
    # At the end itself, whether or not the tick has been there.
    said = say(made, made.client, MET, made.end)
    assert said.state == State.ENDED and said.attendance == Attendance.MET
    made.refresh_from_db()
    assert made.state == State.ENDED


def test_only_the_two_who_met() -> None:
    made = held()
    for stranger in (make_user(), make_specialist().user):
        with pytest.raises(refusals.NotYours):
            say(made, stranger, NOT_MET)


def test_ones_own_word_can_change_for_two_weeks() -> None:
    made = held()
    say(made, made.client, NOT_MET)
    say(made, made.client, NOT_MET)
    assert Entry.objects.filter(verb="attendance_said").count() == 1, "the same word again is nothing new"
    last = made.end + attendance.OPEN_FOR
    assert say(made, made.client, MET, last - timedelta(seconds=1)).attendance == Attendance.MET
    with pytest.raises(attendance.Closed):
        say(made, made.client, NOT_MET, last)


def test_who_did_not_talk_has_no_card() -> None:
    made = held()
    say(made, made.client, MET)
    fit.answer(consultation=made, actor=made.client, choice=Fit.YES, words="", now=database_now())
    say(made, made.client, NOT_MET)
    assert not FitCard.objects.exists()


@pytest.mark.parametrize("side", ["client", "specialist"])
def test_a_half_hour_that_did_not_take_place_can_be_taken_again(side: str) -> None:
    made = held()
    say(made, made.client if side == "client" else made.specialist.user, NOT_MET)
    assert again(made).state == State.CONFIRMED


@pytest.mark.parametrize("words", [(MET, None), (NOT_MET, MET), (None, None)])
def test_one_that_did_or_may_have_uses_up_the_year(words) -> None:
    made = held()
    for actor, said in zip((made.client, made.specialist.user), words, strict=True):
        if said:
            say(made, actor, said)
    with pytest.raises(refusals.OneAYear):
        again(made)
