"""The way back from a wall: whose act it is, how long it lives, and what is said when it can't be gone on with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import pending, return_paths
from accounts.models import PendingAct
from sealing.keys import new_key
from tests.accounts.conftest import TEXT, begin, log_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_the_first_account_that_resumes_it_owns_it(client: Client, member) -> None:
    way = begin(client)
    log_in(client, next=way)
    client.get(way)
    assert PendingAct.objects.get().account == member
    other = make_user()
    client.force_login(other)
    response = client.get(way)
    assert response.status_code == 404 and "another account" in response.content.decode()
    assert TEXT not in response.content.decode()
    page = client.get("/letter/?act=" + way.split("/")[-2], follow=True)
    assert page.status_code == 404 and TEXT not in page.content.decode()


def test_another_browser_learns_nothing(client: Client, member) -> None:
    way = begin(client)
    stranger = Client()
    assert TEXT not in stranger.get(way).content.decode()
    stranger.force_login(member)
    response = stranger.get(way)
    assert response.status_code == 404 and TEXT not in response.content.decode()
    assert PendingAct.objects.get().account is None


def test_the_visitor_sees_the_wall_again_with_the_text(client: Client) -> None:
    page = client.get(begin(client))
    assert page.status_code == 200 and TEXT in page.content.decode()


@pytest.mark.parametrize("change", ["sig", "key"])
def test_a_tampered_cookie_resumes_nothing(client: Client, member, change: str) -> None:
    way = begin(client)
    log_in(client)
    cookie = client.cookies["halfhour-acts"]
    key, stamp, signature = cookie.value.split(":")
    changed = {"sig": f"{key}:{stamp}:{signature[::-1]}", "key": f"{key[::-1]}:{stamp}:{signature}"}
    client.cookies["halfhour-acts"] = changed[change]
    response = client.get(way)
    page = response.content.decode()
    if change == "sig":
        assert response.status_code == 410 and "cookie was changed" in page and TEXT in page
    else:
        assert response.status_code == 404 and TEXT not in page
    assert PendingAct.objects.get().account is None


def test_a_tampered_cookie_still_lets_one_begin_anew(client: Client, member) -> None:
    begin(client)
    client.cookies["halfhour-acts"] = "nonsense"
    way = begin(client, body="second")
    log_in(client, next=way)
    assert "second" in client.get(way, follow=True).content.decode()


@pytest.mark.parametrize("logged_in", [True, False])
def test_an_expired_act_shows_its_text_to_copy(client: Client, member, logged_in: bool) -> None:
    way = begin(client)
    PendingAct.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    if logged_in:
        log_in(client)
    response = client.get(way)
    page = response.content.decode()
    assert response.status_code == 410 and "24 hours" in page and TEXT in page and 'href="/letter/"' in page


def test_an_act_of_another_kind_is_neither_shown_nor_done(client: Client, member) -> None:
    client.post("/account/", {"display_name": "Ines"})
    act = PendingAct.objects.get()
    log_in(client)
    client.get(f"/account/resume/{act.public_id}/")
    assert "Ines" not in client.get(f"/letter/?act={act.public_id}").content.decode()
    client.post("/letter/", {"body": TEXT, "act": str(act.public_id)})
    act.refresh_from_db()
    assert act.done_at is None


def test_an_act_that_does_not_exist(client: Client, member) -> None:
    client.force_login(member)
    nowhere = "/account/resume/7c9e6679-7425-40de-944b-e07fc1f90ae7/"
    assert client.get(nowhere).status_code == 404
    assert client.get("/letter/?act=nonsense").status_code == 200
    assert client.get("/letter/?act=7c9e6679-7425-40de-944b-e07fc1f90ae7")["Location"] == nowhere


def test_two_tabs_both_come_back(client: Client, member) -> None:
    first, second = begin(client, body="from the first tab"), begin(client, body="from the second tab")
    log_in(client, next=first)
    assert "from the first tab" in client.get(first, follow=True).content.decode()
    assert "from the second tab" in client.get(second, follow=True).content.decode()


def test_without_next_the_newest_is_found_and_others_listed(client: Client, member) -> None:
    first = begin(client, body="first")
    assert log_in(client)["Location"] == "/account/resume/"
    assert client.get("/account/resume/")["Location"] == first
    client.session.flush()
    second = begin(client, body="second")
    log_in(client)
    page = client.get("/account/resume/").content.decode()
    assert page.index(second) < page.index(first)
    client.post(second + "discard/")
    client.post(first + "discard/")
    assert "Nothing is waiting" in client.get("/account/resume/").content.decode()
    assert not PendingAct.objects.exists()


def test_an_act_whose_key_is_gone_closes_no_door(client: Client, member, settings) -> None:
    lost = begin(client, body="sealed with the old key")
    settings.FIELD_KEYS = [new_key()]
    kept = begin(client, body="sealed with the new key")
    assert client.get("/accounts/login/").status_code == 200
    assert log_in(client)["Location"] == "/account/resume/"
    assert client.get("/account/resume/")["Location"] == kept
    assert client.get("/account/").status_code == 200
    assert client.get(lost).status_code == 404


def test_nobody_throws_away_what_is_not_theirs(client: Client, member) -> None:
    way = begin(client)
    stranger = Client()
    assert stranger.post(way + "discard/").status_code == 404
    assert client.post(way + "discard/")["Location"] == "/letter/"
    assert not PendingAct.objects.exists()


def test_filling_in_again_replaces_what_was_kept(client: Client) -> None:
    way = begin(client)
    act = way.split("/")[-2]
    form = client.get(f"/letter/?act={act}").content.decode()
    assert TEXT in form and way in form.replace("%2F", "/")
    begin(client, body="better", act=act)
    assert [pending.kept(act)["body"] for act in PendingAct.objects.all()] == ["better"]


def test_logging_out_discards_what_was_begun(client: Client, member) -> None:
    elsewhere = Client()
    begin(elsewhere)
    begin(client)
    log_in(client)
    client.post("/accounts/logout/")
    assert PendingAct.objects.count() == 1
    assert log_in(elsewhere)["Location"] == "/account/resume/"


def test_the_account_page_lists_what_was_begun(client: Client, member) -> None:
    way = begin(client)
    log_in(client)
    assert way in client.get("/account/").content.decode()


HOSTILE = [
    "//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "///evil.example", "http:///evil.example", "account/", "", "/\n/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_next_leads_nowhere_else(client: Client, member, path: str) -> None:
    assert not return_paths.is_local(path)
    assert return_paths.with_act(path, "1") == "/"
    assert log_in(client, next=path)["Location"] == "/account/"


def test_a_hostile_return_path_in_a_row_leads_nowhere_else(client: Client, member) -> None:
    way = begin(client)
    PendingAct.objects.update(return_path="//evil.example/")
    log_in(client)
    assert client.get(way)["Location"] == "/"


def test_a_local_path_is_kept_with_its_query() -> None:
    assert return_paths.with_act("/letter/?tz=UTC", "1") == "/letter/?tz=UTC&act=1"
    assert return_paths.is_local("/questions/ask/?title=https://example.org/")


def test_a_post_with_an_old_token_is_shown_again(member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    client.get("/letter/")
    old = client.cookies["csrftoken"].value
    log_in_elsewhere = Client()
    log_in_elsewhere.get("/letter/")
    client.cookies["csrftoken"] = log_in_elsewhere.cookies["csrftoken"].value
    response = client.post("/letter/?tz=UTC", {"body": f"<b>{TEXT}</b>", "csrfmiddlewaretoken": old, "act": "a"})
    page = response.content.decode()
    assert response.status_code == 403 and f"&lt;b&gt;{TEXT}" in page and "Send again" in page
    assert 'action="/letter/?tz=UTC"' in page and 'name="act"' in page
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert client.post("/letter/", {"body": TEXT, "csrfmiddlewaretoken": token}).status_code == 302


def test_a_post_from_another_site_is_not_shown_again(member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        response = client.post("/letter/", {"body": "buy this"}, headers=headers)
        assert response.status_code == 403 and "buy this" not in response.content.decode()


def test_passwords_are_never_shown_again(member) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/?next=/letter/", {"login": member.email, "password": PASSWORD})
    page = response.content.decode()
    assert response.status_code == 403 and PASSWORD not in page and member.email not in page
    assert 'href="/accounts/login/?next=/letter/"' in page
    other = client.post("/letter/", {"body": TEXT, "new_password": PASSWORD}).content.decode()
    assert PASSWORD not in other
