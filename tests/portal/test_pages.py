"""The front page, topics, search and the pages of text, for anybody and on a site with nothing in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questions.models import Answer, Question
from specialists.models import Opening
from tests import factories
from topics.models import Topic

pytestmark = pytest.mark.django_db

TEXTS = (
    "/about/",
    "/about/ordering/",
    "/free-consultation/",
    "/for-specialists/",
    "/crisis/",
    "/privacy/",
    "/terms/",
)


def make_question(title: str, *topics: Topic) -> Question:
    today = timezone.now().date()
    question = Question.objects.create(
        public_id=title[:16],
        slug="a-question",
        state="published",
        title=title,
        body="I lie awake.",
        alias="A",
        asked_on=today,
        published_on=today,
    )
    question.topics.set(topics)
    answer = Answer(question=question, specialist=factories.make_specialist(hours=False), body="Get up for a while.")
    answer.answered_on = today
    answer.save()
    return question


@pytest.mark.parametrize("path", ["/", "/topics/", "/topics/sleep/", "/search/", "/search/?q=nothing", *TEXTS])
def test_pages_open_on_an_empty_site_and_set_no_cookie(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "public" in response["Cache-Control"]
    assert "csrfmiddlewaretoken" not in response.content.decode()


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


@pytest.mark.parametrize("path", ["/", "/topics/sleep/", "/search/?q=awake"])
def test_the_number_of_queries_does_not_grow(client: Client, path: str) -> None:
    sleep = factories.make_topic("sleep")
    factories.make_specialist(topics=[sleep], headline="I help people who lie awake.")
    make_question("one awake", sleep)
    client.get(path)
    first = queries(client, path)
    for number in range(3):
        factories.make_specialist(topics=[sleep], headline="I help people who lie awake.")
        make_question(f"{number} more awake", sleep)
    assert queries(client, path) == first


def test_a_window_leads_to_its_hours_in_the_readers_zone(client: Client) -> None:
    specialist = factories.make_specialist(hours=False)
    start = (timezone.now() + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    Opening.objects.create(specialist=specialist, start=start, closes_at=start - timedelta(hours=1))
    page = client.get("/?tz=Asia/Tokyo").content.decode()
    assert f"day={start:%Y-%m-%d}&amp;part=evening&amp;tz=Asia%2FTokyo" in page
    assert specialist.name in page


def test_a_paused_specialist_lights_no_window(client: Client) -> None:
    specialist = factories.make_specialist(accepting=False)
    page = client.get("/").content.decode()
    assert specialist.name not in page
    assert "No half hour is open this week" in page


def test_a_hub_of_high_risk_shows_where_to_get_help(client: Client) -> None:
    assert "care-now" in client.get("/topics/suicidal-thoughts/").content.decode()
    assert "care-now" not in client.get("/topics/sleep/").content.decode()
    assert client.get("/topics/no-such-thing/").status_code == 404


def test_a_topics_feed_is_atom(client: Client) -> None:
    make_question("Why do I wake at three?", factories.make_topic("sleep"))
    response = client.get("/topics/sleep/feed/")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "Why do I wake at three?" in response.content.decode()


def test_search_finds_by_words_by_slips_and_by_other_words_for_a_topic(client: Client) -> None:
    sleep = factories.make_topic("sleep")
    person = factories.make_specialist(name="Tomasz Wieliczko", topics=[sleep])
    make_question("Nights are long")
    assert person.name in client.get("/search/?q=Tomas+Wielicko").content.decode()
    assert person.name in client.get("/search/?q=insomnia").content.decode()
    assert "Nights are long" in client.get("/search/?q=lying+awake").content.decode()


@pytest.mark.parametrize("text", ["%00", "'", "a%20%26%20%7C%20!", "x" * 3000, '"', "<script>alert(1)</script>"])
def test_search_takes_whatever_is_typed(client: Client, text: str) -> None:
    response = client.get(f"/search/?q={text}")
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_search_shows_nothing_that_is_not_public(client: Client) -> None:
    hidden = factories.make_specialist(name="Hidden Person", state="draft")
    question = make_question("Unseen question")
    Question.objects.filter(pk=question.pk).update(state="waiting")
    assert hidden.slug not in client.get("/search/?q=Hidden+Person").content.decode()
    assert "Unseen question</a>" not in client.get("/search/?q=Unseen").content.decode()


def test_help_by_country(client: Client, settings) -> None:
    settings.SITE_COUNTRY = "PT"
    assert client.get("/crisis/").context["here"].code == "PT"
    page = client.get("/crisis/?country=de")
    assert page.context["here"].code == "DE"
    assert client.get("/crisis/?country=XX").context["here"].code == "PT"
