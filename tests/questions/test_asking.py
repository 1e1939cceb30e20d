"""Asking: under an alias, before a curator first, and without a thread back to the person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from cases import queue
from cases.models import Case
from notifications.models import Notification
from questions import answering, asking, reading
from questions.models import Answer, OwnQuestions, Question, State
from specialists.models import State as SpecialistState
from tests.factories import make_curator, make_specialist, make_topic, make_user

pytestmark = pytest.mark.django_db
BODY = "For some weeks I wake at four and cannot get back to sleep, whatever I try."


def ask(asker=None, *, title="Why do I wake at four?", body=BODY, topics=(), now=None) -> Question:
    return asking.ask(
        asker=asker or make_user(), title=title, body=body, topics=topics, language="en", now=now or timezone.now()
    )


def published(**fields) -> Question:
    question = ask(**fields)
    asking.publish(subject_id=question.pk, actor=make_curator(), reason="", now=timezone.now())
    question.refresh_from_db()
    return question


def answer(question: Question, specialist=None, body="It is common, and there are things to try. " * 3) -> Answer:
    specialist = specialist or make_specialist()
    return answering.answer(question=question, specialist=specialist, body=body, now=timezone.now())


def test_a_question_waits_for_a_curator_under_an_alias() -> None:
    asker = make_user(display_name="Inês")
    question = ask(asker, topics=[make_topic("sleep")])
    assert question.state == State.WAITING and question.alias and "Inês" not in question.alias
    assert Case.objects.open().get(kind=asking.CASE).subject_id == question.pk
    assert asking.asker_id(question) == asker.pk
    assert [each for each, _ in asking.own_ids(asker)] == [question.pk]


@pytest.mark.parametrize(
    ("title", "body"),
    [("Short", BODY), ("x" * 141, BODY), ("Why do I wake at four?", "Too short"), ("Why at four?", "x" * 4001)],
)
def test_lengths_are_refused_with_a_sentence(title, body) -> None:
    with pytest.raises(asking.WrongLength):
        ask(title=title, body=body)
    assert not Question.objects.exists()


def test_five_a_day_and_then_tomorrow() -> None:
    asker, now = make_user(), datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    for _nth in range(asking.A_DAY):
        ask(asker, now=now)
    with pytest.raises(asking.TooMany) as refusal:
        ask(asker, now=now)
    assert refusal.value.retry_after == 6 * 3600
    ask(asker, now=now + timedelta(hours=6))


def test_a_text_that_sounds_urgent_comes_first_on_the_desk() -> None:
    ask()
    urgent = ask(body="I don't want to be alive any more and nobody knows about it.")
    assert Case.objects.open().by_urgency()[0].subject_id == urgent.pk


def test_no_foreign_key_leads_from_a_question_to_a_person() -> None:
    users = apps.get_model("accounts.User")
    related = [field.related_model for field in Question._meta.get_fields() if field.is_relation]
    assert users not in related and OwnQuestions not in related


def test_rows_beside_the_person_do_not_name_the_question() -> None:
    asker = make_user()
    question = published(asker=asker)
    answer(question)
    rows = Notification.objects.filter(recipient=asker)
    assert rows.count() == 2
    assert {row.subject_id for row in rows} == {None}
    assert {int(row.sealed_subject) for row in rows} == {question.pk}
    given = str(Answer.objects.get().pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_key, occasion, created_at FROM notifications_notification")
        for key, occasion, at in cursor.fetchall():
            assert str(question.pk) != key and given not in occasion.split()
            assert (at.minute, at.second, at.microsecond) == (0, 0, 0)
        cursor.execute(
            "SELECT sealed_asker FROM questions_question UNION SELECT sealed_ids FROM questions_ownquestions"
        )
        assert not any(b"user" in bytes(value) for (value,) in cursor.fetchall())


def test_two_questions_of_one_person_share_nothing_visible() -> None:
    asker = make_user()
    first, second = ask(asker), ask(asker)
    assert first.public_id != second.public_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_asker FROM questions_question")
        sealed = [bytes(value) for (value,) in cursor.fetchall()]
    assert sealed[0][5:] != sealed[1][5:]
    assert json.loads(first.sealed_asker)["salt"] != json.loads(second.sealed_asker)["salt"]


def test_a_decision_is_made_once() -> None:
    question = published()
    with pytest.raises(asking.Refused):
        asking.decline(subject_id=question.pk, actor=make_curator(), reason="Late", now=timezone.now())


@pytest.mark.parametrize("decide", [asking.publish, asking.decline])
def test_members_decide_nothing(decide) -> None:
    question = ask()
    with pytest.raises(asking.Refused, match="Only our team"):
        decide(subject_id=question.pk, actor=make_user(), reason="", now=timezone.now())
    question.refresh_from_db()
    assert question.state == State.WAITING


def test_a_declined_question_keeps_the_reason_for_its_asker() -> None:
    asker, curator = make_user(), make_curator()
    question = ask(asker)
    case = Case.objects.get()
    with pytest.raises(queue.Refused):
        queue.decide(case_id=case.pk, decision="decline", reason=" ", curator=curator, now=timezone.now())
    queue.decide(case_id=case.pk, decision="decline", reason="It names people.", curator=curator, now=timezone.now())
    question.refresh_from_db()
    assert (question.state, question.decline_reason) == (State.DECLINED, "It names people.")
    assert reading.visible(question.public_id, asker) == question
    assert reading.visible(question.public_id, make_user()) is None


def test_the_asker_takes_a_question_back_and_nobody_else_does() -> None:
    asker = make_user()
    question = published(asker=asker)
    with pytest.raises(asking.Refused):
        asking.withdraw(question=question, asker=make_user(), now=timezone.now())
    for _twice in range(2):
        asking.withdraw(question=question, asker=asker, now=timezone.now())
    assert reading.visible(question.public_id, asker) is None
    assert reading.page_of()[0] == []


def test_a_waiting_question_taken_back_leaves_the_desk() -> None:
    asker = make_user()
    asking.withdraw(question=ask(asker), asker=asker, now=timezone.now())
    assert not Case.objects.open().exists()


def test_a_specialist_answers_once_and_may_change_it() -> None:
    question, specialist = published(), make_specialist()
    first = answer(question, specialist)
    assert answer(question, specialist, "A better answer, with a little more to hold on to.").pk == first.pk
    assert Notification.objects.filter(kind="question_answered").count() == 1


@pytest.mark.parametrize("fields", [{"state": SpecialistState.SUBMITTED}, {"verified": False}])
def test_only_verified_live_specialists_answer(fields) -> None:
    with pytest.raises(answering.NotVerified):
        answer(published(), make_specialist(**fields))


def test_nobody_answers_themselves() -> None:
    specialist = make_specialist()
    with pytest.raises(answering.OwnQuestion):
        answer(published(asker=specialist.user), specialist)


def test_a_question_that_is_not_public_takes_no_answer() -> None:
    with pytest.raises(answering.Refused):
        answer(ask())


@pytest.mark.parametrize("body", ["Too short", "x" * 6001])
def test_answers_have_a_length(body) -> None:
    with pytest.raises(answering.Refused, match="characters"):
        answer(published(), body=body)


def test_an_answer_taken_back_is_gone_from_the_page() -> None:
    question = published()
    given = answer(question)
    with pytest.raises(answering.Refused):
        answering.withdraw_answer(given=given, specialist=make_specialist(), now=timezone.now())
    answering.withdraw_answer(given=given, specialist=given.specialist, now=timezone.now())
    assert reading.visible(question.public_id, None).standing == []


def test_pages_follow_one_another_without_gaps_or_repeats(monkeypatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    made = {published(title=f"Question number {nth} of five").pk for nth in range(5)}
    seen, after = [], ""
    while True:
        rows, after = reading.page_of(after=after)
        seen += [row.pk for row in rows]
        if not after:
            break
    assert len(seen) == 5 and set(seen) == made


def test_words_find_titles_texts_and_topics() -> None:
    sleep = make_topic("sleep")
    one = published(title="Lying awake at night again", topics=[sleep])
    published(title="A quarrel about the dishes", body="We argue about the washing-up every single evening.")
    assert reading.page_of(words="awake")[0] == [one]
    assert reading.page_of(words=sleep.name)[0] == [one]
    assert reading.page_of(topic="sleep")[0] == [one]
    assert reading.page_of(topic="no-such-topic")[0] == []


def test_the_questions_close_by_share_words() -> None:
    near = published(title="Waking early and lying awake")
    published(title="A quarrel about the dishes", body="We argue about the washing-up every single evening.")
    assert reading.close_to("I keep waking early") == [near]
    assert reading.close_to("") == []
