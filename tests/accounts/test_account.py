"""The account page, its rules, and closing an account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import consents, deactivation, details, joining
from accounts.acts import Act, act_of, acts, add_act
from accounts.models import Consent, User
from audit.models import Entry
from tests.accounts.conftest import begin, log_in
from tests.factories import make_curator, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def test_a_visitor_sees_the_wall(client: Client) -> None:
    response = client.get("/account/")
    assert response.status_code == 200
    assert "You need to be logged in to see your account." in response.content.decode()


def test_details_are_shown_and_saved(client: Client, member) -> None:
    client.force_login(member)
    page = client.get("/account/").content.decode()
    assert member.display_name in page and "Europe" in page and "/accounts/sessions/" in page
    response = client.post(
        "/account/", {"display_name": " Ines ", "time_zone": "Europe/Lisbon", "discreet": "on"}, follow=True
    )
    assert "Your details are saved." in response.content.decode()
    member.refresh_from_db()
    assert (member.display_name, member.time_zone, member.discreet) == ("Ines", "Europe/Lisbon", True)


def test_a_wrong_zone_is_refused(client: Client, member) -> None:
    client.force_login(member)
    response = client.post("/account/", {"display_name": "Ines", "time_zone": "Mars/Base"})
    assert response.status_code == 200 and "error-summary" in response.content.decode()
    with pytest.raises(details.UnknownZone):
        details.change(user=member, display_name="Ines", time_zone="Mars/Base", discreet=False)


def test_a_session_that_ended_while_changing_details(client: Client, member) -> None:
    client.post("/account/", {"display_name": "Ines", "time_zone": "Europe/Lisbon"})
    way = log_in(client)["Location"]
    page = client.get(way, follow=True).content.decode()
    assert 'value="Ines"' in page
    member.refresh_from_db()
    assert member.display_name != "Ines"


def test_joining_records_what_was_agreed_to(member) -> None:
    joining.join(user=member, display_name="I", time_zone="No/Where", locale="en", now=NOW)
    assert member.time_zone == ""
    assert list(Consent.objects.values_list("document", "version").order_by("document")) == sorted(
        consents.VERSIONS.items()
    )
    assert Entry.objects.get(verb="joined").actor_id == member.pk


def test_closing_an_account(client: Client, member, monkeypatch, django_capture_on_commit_callbacks) -> None:
    told: list[User] = []
    monkeypatch.setattr(deactivation, "on_deactivate", [lambda *, user, actor, now: told.append(user)])
    log_in(client)
    curator = make_curator()
    with django_capture_on_commit_callbacks(execute=True):
        deactivation.deactivate(user=member, actor=curator, reason="harm", now=NOW)
    assert told == [member] and not User.objects.get(pk=member.pk).is_active
    assert "need to be logged in" in client.get("/account/").content.decode()
    assert Entry.objects.get(verb="deactivated").detail == {"reason": "harm"}
    with pytest.raises(deactivation.AlreadyClosed):
        deactivation.deactivate(user=member, actor=curator, reason="harm", now=NOW)


def test_who_may_close_an_account(member) -> None:
    admin = make_user(is_superuser=True)
    for actor, user in ((make_user(), member), (make_curator(), admin)):
        with pytest.raises(deactivation.NotAllowed):
            deactivation.deactivate(user=user, actor=actor, reason="harm", now=NOW)
    with pytest.raises(deactivation.UnknownReason):
        deactivation.deactivate(user=member, actor=member, reason="because", now=NOW)
    deactivation.deactivate(user=member, actor=member, reason="asked", now=NOW)


def test_two_apps_cannot_claim_one_act() -> None:
    add_act(acts["account"])
    with pytest.raises(ValueError, match="two acts"):
        add_act(Act(kind="account", sentence="Another."))
    assert str(act_of("unheard-of").sentence) == "You need to be logged in to open this page."


def test_the_account_page_asks_as_often_for_one_act_as_for_three(client: Client, member) -> None:
    counts = []
    for rows in (1, 3):
        for number in range(rows):
            begin(client, body=f"letter {rows} {number}")
        log_in(client)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/account/").status_code == 200
        counts.append(len(asked))
        client.session.flush()
    assert counts[0] == counts[1] <= 12
