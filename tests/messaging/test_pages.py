"""The pages of conversations, as owner, stranger, curator and visitor."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import PendingAct
from messaging import conversations
from messaging.models import Message, Thread
from tests.factories import make_curator, make_specialist, make_user

pytestmark = pytest.mark.django_db
SENTENCE = "You need to be logged in to send messages."


def begin(member, specialist, *bodies):
    thread = conversations.thread_with(member=member, specialist=specialist, now=timezone.now())
    for body in bodies:
        conversations.write(thread=thread, sender=member, body=body, client_id=uuid.uuid4(), now=timezone.now())
    return thread


def url(thread) -> str:
    return reverse("messaging:thread", args=[thread.public_id])


@pytest.fixture
def talk():
    member, specialist = make_user(), make_specialist()
    return member, specialist, begin(member, specialist, "Hello, do you work with sleep?")


def test_visitors_meet_the_wall_before_any_look_up(client, talk) -> None:
    assert "You need to be logged in to read your messages." in client.get("/messages/").content.decode()
    for path in (url(talk[2]), f"/messages/{uuid.uuid4()}/"):
        page = client.get(path)
        assert page.status_code == 200 and SENTENCE in page.content.decode()


def test_a_letter_of_an_expired_session_is_back_in_the_composer(client, talk) -> None:
    walled = client.post(url(talk[2]), {"body": "Written for long", "client_id": str(uuid.uuid4())})
    assert "Written for long" in walled.content.decode()
    client.force_login(talk[0])
    back = client.get(f"/account/resume/{PendingAct.objects.get().public_id}/", follow=True)
    assert 'name="act"' in back.content.decode() and "Written for long" in back.content.decode()


def test_strangers_and_curators_find_nothing(client, talk) -> None:
    for stranger in (make_user(), make_specialist().user, make_curator()):
        client.force_login(stranger)
        assert client.get(url(talk[2])).status_code == 404
        assert client.post(url(talk[2]), {"body": "hi", "client_id": uuid.uuid4()}).status_code == 404


def test_both_sides_read_and_reading_is_remembered(client, talk) -> None:
    member, specialist, thread = talk
    client.force_login(specialist.user)
    assert conversations.unread_count(specialist.user) == 1
    assert "do you work with sleep" in client.get(url(thread)).content.decode()
    assert conversations.unread_count(specialist.user) == 0
    client.force_login(member)
    page = client.get(url(thread))
    assert "Read" in page.content.decode() and "no-store" in page["Cache-Control"]


def test_a_posted_letter_goes_once_and_the_page_comes_again(client, talk) -> None:
    member, _specialist, thread = talk
    client.force_login(member)
    fields = {"body": "One more thing.", "client_id": str(uuid.uuid4())}
    for _twice in range(2):
        answer = client.post(url(thread), fields)
        assert (answer.status_code, answer["Location"]) == (303, url(thread) + "#newest")
    assert Message.objects.filter(thread=thread).count() == 2


def test_a_script_gets_the_id_and_the_time(client, talk) -> None:
    member, _specialist, thread = talk
    client.force_login(member)
    fields = {"body": "By script.", "client_id": str(uuid.uuid4())}
    answer = client.post(url(thread), fields, headers={"Accept": "application/json"})
    assert answer.status_code == 201 and answer.json()["id"] == Message.objects.latest("id").pk
    empty = client.post(url(thread), {"body": " "}, headers={"Accept": "application/json"})
    assert empty.status_code == 400 and "Write a line or two" in empty.json()["error"]


def test_a_letter_too_long_is_kept_on_the_page(client, talk) -> None:
    client.force_login(talk[0])
    page = client.post(url(talk[2]), {"body": "y" * 5001, "client_id": str(uuid.uuid4())})
    assert page.status_code == 200 and "y" * 5001 in page.content.decode()
    assert "Send it in two parts" in page.content.decode()


def test_too_many_letters_say_when_to_come_back(client, talk) -> None:
    member, _specialist, thread = talk
    for nth in range(conversations.UNANSWERED_AN_HOUR - 1):
        begin(member, talk[1], f"letter {nth}")
    client.force_login(member)
    page = client.post(url(thread), {"body": "Kept words", "client_id": str(uuid.uuid4())})
    assert page.status_code == 429 and int(page["Retry-After"]) > 3000
    assert "Kept words" in page.content.decode()


def test_the_page_asks_for_what_is_new_and_gets_only_that(client, talk) -> None:
    member, specialist, thread = talk
    last = Message.objects.latest("id").pk
    client.force_login(member)
    assert client.get(url(thread), {"after": last}).status_code == 204
    conversations.write(
        thread=thread, sender=specialist.user, body="Yes, often.", client_id=uuid.uuid4(), now=timezone.now()
    )
    part = client.get(url(thread), {"after": last}).content.decode()
    assert "Yes, often." in part and "do you work with sleep" not in part and "<html" not in part


def test_words_stay_words(client, talk) -> None:
    member, specialist, thread = talk
    begin(member, specialist, "<script>alert(1)</script><b>bold</b>")
    client.force_login(member)
    for path in (url(thread), "/messages/"):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_an_empty_inbox_says_what_to_do(client) -> None:
    client.force_login(make_user())
    assert "No messages yet" in client.get("/messages/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_inbox_costs_the_same_for_any_number(client, rows) -> None:
    member = make_user()
    for _nth in range(rows):
        begin(member, make_specialist(hours=False), "Hello")
    client.force_login(member)
    client.get("/messages/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get("/messages/").content.decode().count('class="thread') == rows + 1
    assert len(queries) <= 8, [each["sql"][:90] for each in queries]


def test_a_first_letter_written_signed_out_is_kept_and_sent_after_logging_in(client) -> None:
    specialist, member = make_specialist(), make_user(password="a-quiet-evening-9")
    path = reverse("messaging:new", args=[specialist.slug])
    assert SENTENCE in client.get(path).content.decode()
    walled = client.post(path, {"body": "Words at night", "client_id": str(uuid.uuid4())})
    assert walled.status_code == 200 and "Words at night" in walled.content.decode()
    client.force_login(member)
    back = client.get(f"/account/resume/{PendingAct.objects.get().public_id}/", follow=True)
    html = back.content.decode()
    assert "Words at night" in html and not Message.objects.exists()
    form = {"body": "Words at night", "client_id": str(uuid.uuid4()), "act": str(PendingAct.objects.get().public_id)}
    assert client.post(path, form).status_code == 303
    assert Message.objects.get().body == "Words at night" and PendingAct.objects.get().done_at


def test_a_page_that_is_not_public_takes_no_first_letter(client) -> None:
    client.force_login(make_user())
    assert client.get(reverse("messaging:new", args=[make_specialist(state="draft").slug])).status_code == 404


def test_nobody_writes_to_themselves(client) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    page = client.post(reverse("messaging:new", args=[specialist.slug]), {"body": "Dear me"})
    assert "your own page" in page.content.decode() and "Dear me" in page.content.decode()


def test_contact_us_has_its_wall_and_a_way_in_for_those_locked_out(client) -> None:
    html = client.get("/contact/").content.decode()
    assert "You need to be logged in to contact us." in html and "mailto:" in html


def test_contact_us_opens_one_conversation_and_either_side_may_close_it(client) -> None:
    member, curator = make_user(), make_curator()
    client.force_login(member)
    fields = {"subject": "A fault", "body": "The page is upside down.", "client_id": str(uuid.uuid4())}
    assert client.post("/contact/", fields).status_code == 303
    assert client.post("/contact/", fields | {"client_id": str(uuid.uuid4())}).status_code == 303
    thread = Thread.objects.get(kind="team")
    assert thread.messages.count() == 2
    assert "open conversation with us" in client.get("/contact/").content.decode()
    client.force_login(curator)
    assert "upside down" in client.get(url(thread)).content.decode()
    assert client.post(reverse("messaging:close", args=[thread.public_id])).status_code == 303
    client.force_login(make_user())
    assert client.post(reverse("messaging:close", args=[thread.public_id])).status_code == 404


def test_a_thread_with_a_specialist_does_not_close(client, talk) -> None:
    client.force_login(talk[0])
    assert client.post(reverse("messaging:close", args=[talk[2].public_id])).status_code == 404
