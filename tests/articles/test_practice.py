"""Writing pages: as author, stranger, curator, plain member and visitor."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from accounts.models import PendingAct
from articles import desk, publishing, writing
from articles.models import Article, State
from cases import queue
from cases.models import Case
from tests.articles.conftest import SOURCE, write
from tests.factories import make_curator, make_specialist, make_topic, make_user

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def fields(**more):
    said = {
        "title": "Lamps in the street",
        "standfirst": "Who is up, and why.",
        "source": SOURCE,
        "summary": "",
        "references": "Bowlby, J. (1988). A secure base. Basic Books.\nnobody knows what this is",
        "topics": [str(make_topic("sleep").pk)],
        "conflict_of_interest": "None.",
    }
    return said | more


@pytest.fixture
def author(client):
    specialist = make_specialist()
    client.force_login(specialist.user)
    return specialist.user


@pytest.mark.parametrize(
    "path", ["", "new/", "any-slug/", "any-slug/preview/", "any-slug/submit/", "any-slug/archive/"]
)
def test_visitors_meet_the_wall_before_any_look_up(client, path) -> None:
    page = client.post(f"/practice/articles/{path}") if "submit" in path else client.get(f"/practice/articles/{path}")
    assert page.status_code == 200 and "To write an article, please log in to your account." in words(page)
    assert "no-store" in page["Cache-Control"]


def test_what_a_visitor_typed_is_shown_with_the_wall(client) -> None:
    page = client.post("/practice/articles/new/", fields())
    assert page.status_code == 200 and "Lamps in the street" in words(page) and not Article.objects.exists()


def test_write_preview_send_and_publish(author, client) -> None:
    empty = words(client.get("/practice/articles/"))
    assert "No articles yet" in empty and "/practice/articles/new/" in empty
    answer = client.post("/practice/articles/new/", fields(then="preview"))
    assert answer.status_code == 302 and answer["Location"] == "/practice/articles/lamps-in-the-street/preview/"
    preview = words(client.get(answer["Location"]))
    assert "Lamps in the street" in preview and "A secure base" in preview and "Reference 2" in preview
    assert client.post("/practice/articles/lamps-in-the-street/submit/").status_code == 302
    assert "in review" in words(client.get("/practice/articles/"))
    assert "comes back to you" in words(client.get("/practice/articles/lamps-in-the-street/"))
    article = Article.objects.get()
    publishing.approve(subject_id=article.pk, actor=make_curator(), now=article.created_at)
    assert "/articles/lamps-in-the-street/" in words(client.get("/practice/articles/"))


def test_nothing_typed_is_lost_when_something_is_missing(author, client) -> None:
    page = client.post("/practice/articles/new/", fields(title=""))
    text = words(page)
    assert page.status_code == 200 and "error-summary" in text and "Give it a title." in text
    assert "Who is up, and why." in text and "nobody knows what this is" in text and not Article.objects.exists()


def test_references_come_back_as_they_were_understood(author, client) -> None:
    client.post("/practice/articles/new/", fields())
    article = Article.objects.get()
    before = article.versions.get().references
    page = client.get("/practice/articles/lamps-in-the-street/")
    shown = page.context["form"].initial["references"]
    client.post("/practice/articles/lamps-in-the-street/", fields(references=shown, base="1"))
    assert article.versions.first().number == 2 and article.versions.first().references == before


def test_another_window_wrote_meanwhile(author, client) -> None:
    client.post("/practice/articles/new/", fields())
    write(Article.objects.get(), title="From the other window")
    page = client.post("/practice/articles/lamps-in-the-street/", fields(title="From this window", base="1"))
    text = words(page)
    assert page.status_code == 200 and "in another window" in text
    assert "From the other window" in text and "From this window" in text and 'name="base" value="2"' in text
    again = client.post("/practice/articles/lamps-in-the-street/", fields(title="From this window", base="2"))
    assert again.status_code == 302 and Article.objects.get().versions.first().title == "From this window"


def test_what_is_not_ready_is_not_sent_and_says_why(author, client) -> None:
    client.post("/practice/articles/new/", fields(standfirst=""))
    page = client.post("/practice/articles/lamps-in-the-street/submit/", follow=True)
    assert "Write the standfirst" in words(page) and not Case.objects.exists()


def test_a_plain_member_is_told_who_writes(client) -> None:
    client.force_login(make_user())
    page = words(client.get("/practice/articles/"))
    assert "Articles are written by the specialists here" in page and "/specialists/join/" in page
    answer = client.post("/practice/articles/new/", fields())
    assert "once your profile is live" in words(answer) and "Who is up, and why." in words(answer)
    assert not Article.objects.exists()


def test_strangers_find_nothing_and_curators_everything(draft, client) -> None:
    article = draft()
    paths = [f"/practice/articles/{article.slug}/{path}" for path in ("", "preview/", "archive/")]
    client.force_login(make_specialist().user)
    assert {client.get(path).status_code for path in paths} == {404}
    assert client.post(f"/practice/articles/{article.slug}/submit/").status_code == 404
    assert client.post(f"/practice/articles/{article.slug}/archive/").status_code == 404
    client.force_login(make_curator())
    assert {client.get(path).status_code for path in paths} == {200}


def test_the_reason_is_read_where_one_writes(draft, client, now) -> None:
    article = draft()
    writing.submit(article=article, actor=article.author, now=now)
    case = Case.objects.get()
    queue.decide(case_id=case.pk, decision="changes", reason="Name whom it is for.", curator=make_curator(), now=now)
    client.force_login(article.author)
    assert "Name whom it is for." in words(client.get(f"/practice/articles/{article.slug}/"))


def test_archiving_asks_first(published, client) -> None:
    article = published()
    client.force_login(article.author)
    assert "Archive this article?" in words(client.get(f"/practice/articles/{article.slug}/archive/"))
    article.refresh_from_db()
    assert article.state == State.PUBLISHED
    page = client.post(f"/practice/articles/{article.slug}/archive/", follow=True)
    article.refresh_from_db()
    assert article.state == State.ARCHIVED and "Archived." in words(page)
    page = client.post(f"/practice/articles/{article.slug}/", fields(base="1"))
    assert "can be read here, but not changed" in words(page)


def test_the_list_asks_the_same_few_questions_for_many(draft, client) -> None:
    specialist = make_specialist()
    draft(specialist=specialist)
    client.force_login(specialist.user)
    client.get("/practice/articles/")
    with CaptureQueriesContext(connection) as few:
        client.get("/practice/articles/")
    draft(specialist=specialist)
    draft(specialist=specialist)
    with CaptureQueriesContext(connection) as many:
        client.get("/practice/articles/")
    assert len(few) == len(many) <= 12


def test_the_desk_shows_the_whole_article(draft) -> None:
    article = draft()
    shown = render_to_string("articles/case.html", {"subject": desk.load([article.pk])[article.pk], "case": None})
    assert "Quiet evenings" in shown and 'id="ref1"' in shown and "Version 1" in shown


def test_what_was_typed_before_logging_in_comes_back_to_be_saved(client) -> None:
    client.post("/practice/articles/new/", fields(title=""))
    begun = PendingAct.objects.get()
    client.force_login(make_specialist().user)
    page = words(client.get(f"/account/resume/{begun.public_id}/", follow=True))
    assert "Who is up, and why." in page and "Give it a title." in page and str(begun.public_id) in page
    answer = client.post("/practice/articles/new/", fields(act=str(begun.public_id)))
    begun.refresh_from_db()
    assert answer.status_code == 302 and begun.done_at is not None and Article.objects.count() == 1
