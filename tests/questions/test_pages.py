"""The pages of questions, as visitor, asker, stranger, specialist and curator."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import PendingAct
from questions import asking
from questions.models import Question, State
from tests.factories import make_specialist, make_topic, make_user
from tests.questions.test_asking import BODY, answer, ask, published

pytestmark = pytest.mark.django_db
WALL = "To create a new question, please log in or create an account."
FIELDS = {"title": "Why do I wake at four?", "body": BODY}


def url(question: Question) -> str:
    return reverse("questions:question", args=[question.public_id, question.slug])


def test_reading_needs_no_account_and_sets_no_cookie(client) -> None:
    question = published()
    answer(question)
    for path in ("/questions/", url(question), "/questions/feed/"):
        page = client.get(path)
        assert page.status_code == 200 and not page.cookies, path
        assert "public" in page["Cache-Control"]
        assert question.title in page.content.decode()
        assert "csrfmiddlewaretoken" not in page.content.decode()


def test_a_reading_wall_stands_before_the_section(client, settings) -> None:
    settings.READING_WALLS = ["questions"]
    question = published()
    for path in ("/questions/", url(question), "/questions/feed/"):
        page = client.get(path).content.decode()
        assert "You need to be logged in to read questions" in page and question.body not in page
    client.force_login(make_user())
    assert question.body in client.get(url(question)).content.decode()


@pytest.mark.parametrize("state", [State.WAITING, State.DECLINED, State.WITHDRAWN])
def test_what_is_not_published_is_nowhere(client, state) -> None:
    question = ask()
    Question.objects.filter(pk=question.pk).update(state=state)
    assert client.get(url(question)).status_code == 404
    client.force_login(make_user())
    assert client.get(url(question)).status_code == 404
    for path in ("/questions/", "/questions/feed/", "/questions/?q=wake"):
        assert question.title not in client.get(path).content.decode()


def test_another_slug_leads_to_the_right_one(client) -> None:
    question = published()
    moved = client.get(reverse("questions:question", args=[question.public_id, "something-else"]))
    assert (moved.status_code, moved["Location"]) == (301, url(question))


@pytest.mark.parametrize("path", ["/questions/?q=%00", "/questions/?topic=%00", "/questions/a%00b/x/"])
def test_a_nul_in_the_address_is_no_fault_of_ours(client, path) -> None:
    assert client.get(path).status_code in (200, 404)


def test_machines_read_the_sites_own_address_whatever_host_was_asked(client, settings) -> None:
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://halfhour.example"
    question = published()
    for path in (url(question), "/questions/feed/"):
        page = client.get(path, headers={"host": "elsewhere.example"}).content.decode()
        assert f"https://halfhour.example{url(question)}" in page and "elsewhere.example" not in page


def test_hostile_words_stay_words(client) -> None:
    question = published(body="<script>alert(1)</script> and </script><b>more of the same text</b> here")
    html = client.get(url(question)).content.decode()
    assert "<script>alert" not in html and "<b>more" not in html


def test_who_may_not_answer_any_more_may_still_take_an_answer_back(client) -> None:
    question, specialist = published(), make_specialist()
    given = answer(question, specialist)
    specialist.state = "paused"
    specialist.save(update_fields=["state"])
    client.force_login(specialist.user)
    page = reverse("practice_questions:answer", args=[question.public_id])
    assert client.post(page, {"withdraw": "1"}).status_code == 303
    given.refresh_from_db()
    assert given.withdrawn_on is not None


def test_an_answer_of_an_expired_session_is_back_in_its_form(client) -> None:
    question, specialist = published(), make_specialist()
    page = reverse("practice_questions:answer", args=[question.public_id])
    assert client.post(page, {"body": "Get up when you wake, and keep one lamp low."}).status_code == 200
    client.force_login(specialist.user)
    back = client.get(reverse("accounts:resume", args=[PendingAct.objects.get().public_id]))
    assert "keep one lamp low" in client.get(back["Location"]).content.decode()
    done = client.post(back["Location"], {"body": "Get up when you wake, and keep one lamp low."})
    assert done.status_code == 303 and PendingAct.objects.get().done_at is not None


def test_lists_say_what_to_do_when_they_are_empty(client) -> None:
    assert "No questions yet" in client.get("/questions/").content.decode()
    assert "Nothing like that has been asked yet" in client.get("/questions/?q=zebra").content.decode()
    client.force_login(make_user())
    assert "You haven’t asked anything yet" in client.get("/questions/mine/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, rows) -> None:
    for nth in range(rows):
        answer(published(title=f"A question with number {nth}"))
    client.get("/questions/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/questions/")
    assert len(queries) == 4, [each["sql"][:100] for each in queries]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_answers(client, rows) -> None:
    question = published(topics=[make_topic("sleep")])
    for _nth in range(rows):
        answer(question)
    client.get(url(question))
    with CaptureQueriesContext(connection) as queries:
        client.get(url(question))
    assert len(queries) == 6, [each["sql"][:100] for each in queries]


def test_a_question_begun_signed_out_is_kept_and_resumed(client) -> None:
    assert WALL in client.get("/questions/ask/").content.decode()
    walled = client.post("/questions/ask/", FIELDS).content.decode()
    assert WALL in walled and FIELDS["body"] in walled
    client.force_login(make_user())
    act = str(PendingAct.objects.get().public_id)
    html = client.get(f"/account/resume/{act}/", follow=True).content.decode()
    assert FIELDS["body"] in html and not Question.objects.exists()
    assert client.post("/questions/ask/", FIELDS | {"act": act})["Location"] == "/questions/ask/thanks/"
    assert Question.objects.get().title == FIELDS["title"]


def test_what_could_identify_the_asker_is_shown_before_anything_is_sent(client) -> None:
    client.force_login(make_user())
    fields = FIELDS | {"body": BODY + " My name is Oluwaseun."}
    page = client.post("/questions/ask/", fields)
    assert "Somebody might recognise you" in page.content.decode() and not Question.objects.exists()
    seen = page.context["form"].data["seen"]
    changed = fields | {"seen": seen, "body": fields["body"] + " Call me on +351 912 345 678."}
    assert "phone number" in client.post("/questions/ask/", changed).content.decode()
    assert client.post("/questions/ask/", fields | {"seen": seen}).status_code == 303


def test_an_urgent_question_is_answered_with_where_to_call(client) -> None:
    client.force_login(make_user())
    sent = client.post("/questions/ask/", FIELDS | {"body": "I want to die and I have told nobody about it."})
    assert sent["Location"] == "/questions/ask/help-now/"
    assert "Please don’t wait" in client.get(sent["Location"]).content.decode()


def test_questions_close_by_are_shown_while_asking_without_losing_a_word(client) -> None:
    near = published()
    client.force_login(make_user())
    html = client.post("/questions/ask/", FIELDS | {"look": "1", "body": "x"}).content.decode()
    assert near.title in html and "close to yours" in html and Question.objects.count() == 1


def test_bad_input_names_the_fix_and_keeps_the_text(client) -> None:
    client.force_login(make_user())
    html = client.post("/questions/ask/", {"title": "Short", "body": "Kept words"}).content.decode()
    assert "a few words at least" in html and "Kept words" in html


def test_a_sixth_question_a_day_is_kept_for_tomorrow(client) -> None:
    asker = make_user()
    for _nth in range(asking.A_DAY):
        ask(asker)
    client.force_login(asker)
    page = client.post("/questions/ask/", FIELDS)
    assert page.status_code == 429 and page["Retry-After"] and FIELDS["body"] in page.content.decode()


def test_the_asker_sees_their_own_and_takes_it_back(client) -> None:
    asker = make_user()
    question = ask(asker)
    client.force_login(asker)
    assert question.title in client.get("/questions/mine/").content.decode()
    assert "Only you can see this" in client.get(url(question)).content.decode()
    path = reverse("questions:withdraw", args=[question.public_id])
    assert client.get(path).status_code == 200
    question.refresh_from_db()
    assert question.state == State.WAITING
    assert client.post(path)["Location"] == "/questions/mine/"
    question.refresh_from_db()
    assert question.state == State.WITHDRAWN
    client.force_login(make_user())
    assert client.post(path).status_code == 404


def test_private_pages_show_the_wall_to_visitors(client) -> None:
    question = published()
    for path in (
        "/questions/mine/",
        "/practice/questions/",
        reverse("questions:withdraw", args=[question.public_id]),
        reverse("practice_questions:answer", args=[question.public_id]),
    ):
        page = client.get(path)
        assert page.status_code == 200 and 'class="wall"' in page.content.decode()


def test_a_specialist_answers_from_their_list_and_takes_it_back(client) -> None:
    question, specialist = published(), make_specialist()
    client.force_login(specialist.user)
    assert question.title in client.get("/practice/questions/").content.decode()
    path = reverse("practice_questions:answer", args=[question.public_id])
    short = client.post(path, {"body": "Kept"}).content.decode()
    assert "A few sentences help" in short and "Kept" in short
    words = "It is common, and there are things to try tonight, one at a time."
    assert client.post(path, {"body": words}).status_code == 303
    assert words in client.get(url(question)).content.decode()
    assert client.post(path, {"withdraw": "1"}).status_code == 303
    assert words not in client.get(url(question)).content.decode()


def test_a_specialist_who_is_not_verified_is_told_why_and_keeps_the_text(client) -> None:
    question, specialist = published(), make_specialist(state="submitted")
    client.force_login(specialist.user)
    path = reverse("practice_questions:answer", args=[question.public_id])
    html = client.post(path, {"body": "These words are long enough to be an answer."}).content.decode()
    assert "once your page is live" in html and "long enough to be an answer" in html


def test_members_have_no_practice(client) -> None:
    question = published()
    client.force_login(make_user())
    assert client.get("/practice/questions/").status_code == 404
    assert client.get(reverse("practice_questions:answer", args=[question.public_id])).status_code == 404


def test_times_of_answering_specialists_are_shown_beside(client) -> None:
    question = published()
    given = answer(question)
    html = client.get(url(question)).content.decode()
    assert "has free half hours" in html and f"/consultations/book/{given.specialist.slug}/" in html
    assert question.asked_on == timezone.now().date()
