"""The demo: into an empty site only, once, through the rules, and without a mail about its history."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from articles.models import Article
from cases.models import Case
from consultations import attendance, openings_sync
from consultations.models import Consultation
from curation import desk
from notifications.models import Notification
from portal import demo_people
from questions.models import Question
from specialists.models import Opening, Specialist
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> None:
    call_command("load_demo", stdout=StringIO())


def test_a_site_with_people_is_left_alone() -> None:
    factories.make_user()
    with pytest.raises(CommandError, match="empty one only"):
        call_command("load_demo", stdout=StringIO())
    assert not Specialist.objects.exists()


@pytest.mark.usefixtures("demo")
def test_a_second_time_changes_nothing() -> None:
    before = (User.objects.count(), Article.objects.count(), Question.objects.count())
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "already" in out.getvalue()
    assert (User.objects.count(), Article.objects.count(), Question.objects.count()) == before


@pytest.mark.usefixtures("demo")
def test_everybody_who_is_promised_can_log_in_and_history_stays_quiet(client: Client) -> None:
    for email in demo_people.TOLD:
        user = User.objects.get(email=email)
        assert user.check_password(demo_people.PASSWORD), email
        assert user.emailaddress_set.filter(verified=True, primary=True, email=email).exists()
    response = client.post("/accounts/login/", {"login": demo_people.VISITOR, "password": demo_people.PASSWORD})
    assert response.status_code == 302
    assert Specialist.objects.get(user__email="specialist@example.org").state == "live"
    assert Specialist.objects.get(user__email="applicant@example.org").state == "submitted"

    # Nothing of the past is sent, and each queue of the desk has work.
    assert not Notification.objects.due(timezone.now()).exists()
    assert not mail.outbox
    assert set(Case.objects.open().values_list("kind", flat=True)) == set(desk.counts())
    assert any(letter.waiting for letter in desk.letters())


@pytest.mark.usefixtures("demo")
def test_half_hours_of_each_sort_and_pages_that_show_them(client: Client) -> None:
    states = set(Consultation.objects.values_list("state", flat=True))
    assert {"ended", "confirmed", "cancelled"} <= states
    now = timezone.now()
    visitor = User.objects.get(email=demo_people.VISITOR)
    assert Consultation.objects.visible_to(visitor).upcoming(now).exists()
    assert Consultation.objects.visible_to(visitor).past(now).exists()
    assert not Consultation.objects.filter(state="confirmed", end__lte=now).exists()
    over = Consultation.objects.filter(state="ended")
    assert {each.attendance for each in over} == {"met"} and any(attendance.both_yes(each) for each in over)
    client.force_login(visitor)
    waiting = over.get(client=visitor)
    assert b"Would you like to go on together?" in client.get(f"/consultations/{waiting.public_id}/fit/").content
    for specialist in Specialist.objects.bookable():
        rows = set(Opening.objects.listed(now).filter(specialist=specialist).values_list("start", flat=True))
        assert rows, specialist
        assert rows == set(openings_sync.true_openings(specialist, now))

    # The public pages show it.
    for path in ("/", "/topics/sleep/", "/search/?q=panic", "/articles/", "/questions/", "/specialists/"):
        page = client.get(path)
        assert page.status_code == 200, path
    assert "Okonjo" in client.get("/search/?q=Okonjo").content.decode()
    assert Article.objects.published(timezone.now()).count() == 9
    article = Article.objects.get(slug="why-worry-gets-louder-at-night")
    assert article.reviewer_name == "Dr Ruth Abramov"
