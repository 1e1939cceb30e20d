"""Letters: who may write to whom, that nothing is stored twice or in the clear, and who can read it."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from messaging import conversations
from messaging.models import Message, Thread
from notifications.models import Notification
from specialists.models import State
from tests.factories import make_curator, make_specialist, make_user

pytestmark = pytest.mark.django_db


def send(thread, sender, body="Hello there.", **fields):
    values = {"client_id": uuid.uuid4(), "now": timezone.now()} | fields
    return conversations.write(thread=thread, sender=sender, body=body, **values)


@pytest.fixture
def pair():
    member, specialist = make_user(), make_specialist()
    return (
        member,
        specialist,
        conversations.thread_with(member=member, specialist=specialist, now=timezone.now()),
    )


def test_there_is_one_thread_for_a_pair(pair) -> None:
    member, specialist, thread = pair
    assert conversations.thread_with(member=member, specialist=specialist, now=timezone.now()) == thread


def test_nobody_writes_to_themselves() -> None:
    specialist = make_specialist()
    with pytest.raises(conversations.NotReachable):
        conversations.thread_with(member=specialist.user, specialist=specialist, now=timezone.now())


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.SUSPENDED, State.WITHDRAWN])
def test_a_first_letter_needs_a_public_page(state) -> None:
    with pytest.raises(conversations.NotReachable):
        conversations.thread_with(member=make_user(), specialist=make_specialist(state=state), now=timezone.now())


def test_a_letter_is_told_to_the_other_side_after_two_minutes_without_its_words(pair) -> None:
    member, specialist, thread = pair
    now = timezone.now()
    letter = send(thread, member, "My secret", now=now)
    told = Notification.objects.get(kind=conversations.ARRIVED)
    assert (told.recipient, told.occasion, told.due_at) == (
        specialist.user,
        str(letter.pk),
        now + conversations.TELL_AFTER,
    )


@pytest.mark.parametrize("body", ["", "   \n "])
def test_an_empty_letter_is_refused(pair, body) -> None:
    with pytest.raises(conversations.Empty):
        send(pair[2], pair[0], body)


def test_a_letter_that_is_too_long_is_refused_with_its_length(pair) -> None:
    with pytest.raises(conversations.TooLong, match="5001"):
        send(pair[2], pair[0], "x" * 5001)
    assert send(pair[2], pair[0], "x" * 5000).body == "x" * 5000


def test_the_same_client_id_stores_one_letter(pair) -> None:
    member, _specialist, thread = pair
    same = uuid.uuid4()
    assert send(thread, member, client_id=same) == send(thread, member, client_id=same)
    assert Message.objects.count() == 1 and Notification.objects.count() == 1


def test_thirty_letters_an_hour_without_an_answer_and_then_a_pause(pair) -> None:
    member, specialist, thread = pair
    now = timezone.now()
    for nth in range(conversations.UNANSWERED_AN_HOUR):
        send(thread, member, f"letter {nth}", now=now)
    with pytest.raises(conversations.TooMany) as refusal:
        send(thread, member, now=now + timedelta(minutes=10))
    assert refusal.value.retry_after == 50 * 60
    send(thread, specialist.user, "An answer", now=now + timedelta(minutes=11))
    send(thread, member, "Now it goes", now=now + timedelta(minutes=12))


def test_a_suspended_specialist_keeps_the_thread_but_takes_no_letters(pair) -> None:
    member, specialist, thread = pair
    send(thread, member)
    specialist.state = State.SUSPENDED
    specialist.save()
    with pytest.raises(conversations.NotReachable):
        send(thread, member)
    assert Thread.objects.visible_to(member).filter(pk=thread.pk).exists()


def test_words_are_not_in_the_database_in_the_clear(pair) -> None:
    member, _specialist, thread = pair
    send(thread, member, "Quite unmistakable words")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM messaging_message")
        assert b"unmistakable" not in bytes(cursor.fetchone()[0])


def test_curators_see_team_threads_and_no_others(pair) -> None:
    curator = make_curator()
    team = conversations.team_thread(member=pair[0], subject="A fault", now=timezone.now())
    assert list(Thread.objects.visible_to(curator)) == [team]


def test_a_closed_team_thread_takes_no_letters_and_a_new_one_begins() -> None:
    member, now = make_user(), timezone.now()
    team = conversations.team_thread(member=member, subject="A fault", now=now)
    conversations.close(thread=team, actor=member, now=now)
    team.refresh_from_db()
    with pytest.raises(conversations.Closed):
        send(team, member)
    assert conversations.team_thread(member=member, subject="Another", now=now) != team


def test_a_second_matter_for_the_team_keeps_its_subject() -> None:
    member = make_user()

    def contact(subject: str, body: str) -> Message:
        values = {"client_id": uuid.uuid4(), "now": timezone.now()}
        return conversations.contact(member=member, subject=subject, body=body, **values)

    first, again = contact("My address", "It is wrong."), contact("My address", "Still wrong.")
    other = contact("A bill", "I was sent one.")
    assert first.thread == again.thread == other.thread
    assert [first.body, again.body, other.body] == ["It is wrong.", "Still wrong.", "A bill\n\nI was sent one."]
    with pytest.raises(conversations.Empty):
        conversations.contact(member=make_user(), subject="", body=" ", client_id=uuid.uuid4(), now=timezone.now())
    assert Thread.objects.count() == 1


def test_nobody_writes_into_the_conversation_of_others(pair) -> None:
    _member, _specialist, thread = pair
    for stranger in (make_user(), make_curator(), make_specialist().user):
        with pytest.raises(conversations.Refused, match="other people"):
            send(thread, stranger)
    assert not Message.objects.exists()


def test_only_team_threads_close(pair) -> None:
    with pytest.raises(conversations.Refused):
        conversations.close(thread=pair[2], actor=pair[0], now=timezone.now())


def test_unread_counts_conversations_and_never_goes_back(pair, django_assert_num_queries) -> None:
    member, specialist, thread = pair
    first, second = send(thread, member, "one"), send(thread, member, "two")
    with django_assert_num_queries(1):
        assert conversations.unread_count(specialist.user) == 1
    assert conversations.unread_count(member) == 0
    for person in (member, specialist.user, make_user(), make_curator()):
        assert conversations.unread_count(person) == Thread.objects.of_person(person).unread_by(person).count()
    conversations.mark_read(thread=thread, user=specialist.user, last_id=second.pk, now=timezone.now())
    conversations.mark_read(thread=thread, user=specialist.user, last_id=first.pk, now=timezone.now())
    assert conversations.unread_count(specialist.user) == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_letter_over_two_connections_is_stored_once() -> None:
    member, specialist = make_user(), make_specialist()
    thread = conversations.thread_with(member=member, specialist=specialist, now=timezone.now())
    same, ready, found = uuid.uuid4(), threading.Barrier(8), []

    def post() -> None:
        try:
            ready.wait()
            found.append(send(thread, member, client_id=same).pk)
        finally:
            connections.close_all()

    posts = [threading.Thread(target=post) for _ in range(8)]
    for each in posts:
        each.start()
    for each in posts:
        each.join()
    assert len(found) == 8 and set(found) == {Message.objects.get().pk}
