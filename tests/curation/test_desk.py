"""The desk: who may come in, in which order things wait, and what a decision needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import PendingAct
from cases import queue
from cases.models import Case
from messaging import conversations
from questions.models import Question
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ("/curation/", "/curation/decided/", "/curation/contact/")


def make_waiting(title: str, *, at_risk: bool = False, hours_ago: int = 1) -> Case:
    now = timezone.now()
    question = Question.objects.create(
        public_id=title[:16], slug="q", title=title, body="A text.", alias="A", asked_on=now.date()
    )
    return queue.open_case(
        kind="question", subject_id=question.pk, now=now - timedelta(hours=hours_ago), at_risk=at_risk
    )


@pytest.mark.parametrize("path", [*PAGES, "/curation/1/"])
def test_visitors_meet_the_wall_and_members_find_nothing(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "/accounts/login/" in response.content.decode()
    client.force_login(factories.make_user())
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_desk_says_so(client: Client, path: str) -> None:
    client.force_login(factories.make_curator())
    page = client.get(path)
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


def test_risk_comes_first_then_the_longest_waiting(client: Client) -> None:
    make_waiting("younger", hours_ago=1)
    make_waiting("older", hours_ago=5)
    make_waiting("risky", at_risk=True, hours_ago=0)
    client.force_login(factories.make_curator())
    page = client.get("/curation/?kind=question").content.decode()
    assert page.index("risky") < page.index("older") < page.index("younger")
    assert "May be at risk" in page


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    client.force_login(factories.make_curator())
    make_waiting("one")
    client.get("/curation/")
    with CaptureQueriesContext(connection) as first:
        client.get("/curation/")
    make_waiting("two")
    make_waiting("three")
    with CaptureQueriesContext(connection) as third:
        client.get("/curation/")
    assert len(third) == len(first)


def test_opening_takes_a_case_and_a_colleague_is_told(client: Client) -> None:
    case = make_waiting("taken")
    client.force_login(factories.make_curator())
    assert client.get(f"/curation/{case.pk}/").status_code == 200
    client.force_login(factories.make_curator())
    page = client.get(f"/curation/{case.pk}/").content.decode()
    assert "A colleague is looking at this one" in page
    assert 'name="decision"' not in page


def test_a_decision_without_its_reason_keeps_the_case_open(client: Client) -> None:
    case = make_waiting("declined")
    client.force_login(factories.make_curator())
    page = client.post(f"/curation/{case.pk}/", {"decision": "decline", "reason": " "})
    assert page.status_code == 200
    assert "Write the reason in a sentence" in page.content.decode()
    case.refresh_from_db()
    assert case.decided_at is None


def test_an_unknown_decision_keeps_what_was_written(client: Client) -> None:
    case = make_waiting("kept")
    client.force_login(factories.make_curator())
    page = client.post(f"/curation/{case.pk}/", {"decision": "burn", "reason": "Because of the tone."})
    assert "Because of the tone." in page.content.decode()
    assert "Choose one of the decisions below." in page.content.decode()


def test_a_decision_closes_the_case_and_is_listed(client: Client) -> None:
    case = make_waiting("closed")
    curator = factories.make_curator()
    client.force_login(curator)
    response = client.post(f"/curation/{case.pk}/", {"decision": "decline", "reason": "It names a person."})
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.decided_by == curator
    assert "It names a person." in client.get("/curation/decided/").content.decode()
    assert "It names a person." in client.get(f"/curation/{case.pk}/").content.decode()


def test_letters_to_the_team_are_on_the_desk_and_letters_to_specialists_are_not(client: Client) -> None:
    import uuid

    now, member = timezone.now(), factories.make_user()
    thread = conversations.team_thread(member=member, subject="A bill I don't know", now=now)
    conversations.write(thread=thread, sender=member, body="What is it?", client_id=uuid.uuid4(), now=now)
    private = conversations.thread_with(member=member, specialist=factories.make_specialist(), now=now)
    conversations.write(thread=private, sender=member, body="For you alone.", client_id=uuid.uuid4(), now=now)
    client.force_login(factories.make_curator())
    page = client.get("/curation/contact/").content.decode()
    assert "A bill I don&#x27;t know" in page
    assert "Waits for our answer" in page
    assert "For you alone." not in page


def test_a_reason_of_an_expired_session_is_back_in_its_form(client: Client) -> None:
    page = f"/curation/{make_waiting('late').pk}/"
    assert "wall" in client.post(page, {"reason": "It names a clinic.", "decision": "decline"}).content.decode()
    client.force_login(factories.make_curator())
    back = client.get(f"/account/resume/{PendingAct.objects.get().public_id}/")
    assert "It names a clinic." in client.get(back["Location"]).content.decode()
