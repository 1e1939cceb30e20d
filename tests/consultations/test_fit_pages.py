"""The page after a half hour, as each side, a stranger and a visitor see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import attendance, cancelling, fit
from consultations.models import Attended, Consultation, Fit, FitCard
from tests.consultations.held import DAY, coming, held
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
LOGIN_SENTENCE = "You need to be logged in to book your free consultation."


def path(consultation: Consultation) -> str:
    return f"/consultations/{consultation.public_id}/fit/"


def page(client, consultation: Consultation, person) -> str:
    client.force_login(person)
    answer = client.get(path(consultation))
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_owner_stranger_and_visitor(client) -> None:
    made = held()
    visitor = client.get(path(made))
    assert visitor.status_code == 200 and LOGIN_SENTENCE in visitor.content.decode()
    assert "go on together" not in visitor.content.decode()
    client.force_login(make_user())
    assert client.get(path(made)).status_code == 404
    assert client.post(path(made), {"do": "said", "said": "met"}).status_code == 404
    for person in (made.client, made.specialist.user):
        assert "Did the two of you talk?" in page(client, made, person)


def test_both_answer_one_question_after_the_other(client) -> None:
    made = held()
    client.force_login(made.client)
    assert client.post(path(made), {"do": "said", "said": "met"}).status_code == 303
    assert "Would you like to go on together?" in client.get(path(made)).content.decode()
    answer = client.post(path(made), {"do": "card", "answer": "yes", "words": "slow <b>and</b> kind"})
    assert answer.status_code == 303
    shown = client.get(path(made)).content.decode()
    assert "Your answer: Yes" in shown and "slow &lt;b&gt;and" in shown and "You both said yes" not in shown
    client.force_login(made.specialist.user)
    client.post(path(made), {"do": "said", "said": "met"})
    client.post(path(made), {"do": "card", "answer": "yes", "words": ""})
    for person in (made.client, made.specialist.user):
        assert "You both said yes." in page(client, made, person)
    assert f"/messages/new/{made.specialist.slug}/" in page(client, made, made.client)
    assert "slow" not in page(client, made, made.specialist.user)
    # Nothing can be unsaid from then on.
    assert client.post(path(made), {"do": "card", "answer": "no"}).status_code == 409
    assert client.post(path(made), {"do": "said", "said": "not_met"}).status_code == 409


def test_before_the_end_it_says_when_it_opens(client) -> None:
    made = coming()
    shown = page(client, made, made.client)
    assert "This page opens when it is over" in shown and '<form method="post" class="mb-5"' not in shown
    answer = client.post(path(made), {"do": "said", "said": "met"})
    assert answer.status_code == 409 and "over yet" in answer.content.decode()


def test_what_was_called_off_asks_nothing(client) -> None:
    made = coming()
    cancelling.cancel(consultation=made, actor=made.client, reason="", now=database_now())
    assert "called off before it began" in page(client, made, made.client)
    assert client.post(path(made), {"do": "said", "said": "not_met"}).status_code == 409


def test_nothing_chosen_is_said_beside_the_question(client) -> None:
    made = held()
    client.force_login(made.client)
    assert "Choose yes or no" in client.post(path(made), {"do": "said"}).content.decode()
    client.post(path(made), {"do": "said", "said": "met"})
    wrong = client.post(path(made), {"do": "card", "answer": "perhaps", "words": "kept"}).content.decode()
    assert "kept" in wrong and not FitCard.objects.exists()


def test_a_no_from_the_member_names_three_who_match_and_are_free(client) -> None:
    made = held()
    others = [make_specialist() for _nth in range(4)]
    now = database_now()
    attendance.say(consultation=made, actor=made.client, said=Attended.MET, now=now)
    fit.answer(consultation=made, actor=made.client, choice=Fit.NO, words="", now=now)
    shown = page(client, made, made.client)
    assert [other.name in shown for other in others] == [True, True, True, False]
    assert made.specialist.name in shown and "Somebody else may suit you better" in shown


def test_not_having_talked_offers_another_time_and_others(client) -> None:
    made = held()
    other = make_specialist()
    attendance.say(consultation=made, actor=made.client, said=Attended.NOT_MET, now=database_now())
    for person in (made.client, made.specialist.user):
        shown = page(client, made, person)
        assert "You didn’t get to talk." in shown and "/crisis/" in shown
    mine = page(client, made, made.client)
    assert other.name in mine and f"/specialists/{made.specialist.slug}/#times" in mine
    assert "is yours to take again" in mine
    assert other.name not in page(client, made, made.specialist.user)


def test_where_they_remember_differently_nothing_is_offered_that_would_be_refused(client) -> None:
    """An unclear half hour counts as had, so a new time with the same specialist could not be booked."""
    made = held()
    make_specialist()
    attendance.say(consultation=made, actor=made.client, said=Attended.NOT_MET, now=database_now())
    attendance.say(consultation=made, actor=made.specialist.user, said=Attended.MET, now=database_now())
    shown = page(client, made, made.client)
    assert "remember differently" in shown and "Or talk to somebody else" in shown
    assert "#times" not in shown and "is yours to take again" not in shown
    other = page(client, made, made.specialist.user)
    assert "remember differently" in other and "Would you like to go on together?" in other


def test_after_two_weeks_it_is_closed_and_still_readable(client) -> None:
    made = held(ago=15 * DAY)
    shown = page(client, made, made.client)
    assert "closed on" in shown and 'name="said"' not in shown
    assert client.post(path(made), {"do": "said", "said": "met"}).status_code == 409


def test_the_number_of_queries_is_fixed(client) -> None:
    counts = []
    now = database_now()
    for colleagues in (1, 3, 5):
        made = held()
        for _nth in range(colleagues):
            make_specialist()
        attendance.say(consultation=made, actor=made.client, said=Attended.MET, now=now)
        fit.answer(consultation=made, actor=made.client, choice=Fit.NO, words="", now=now)
        client.force_login(made.client)
        client.get(path(made))  # fills the cache of what stands on every page
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path(made)).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1 and counts[0] <= 16
