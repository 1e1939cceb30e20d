"""A wall appears in place, names the act and loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import PendingAct
from tests.accounts import walled_urls
from tests.accounts.conftest import TEXT, begin, log_in, way_back

pytestmark = pytest.mark.django_db


def test_a_visitor_may_fill_in_the_form(client: Client) -> None:
    response = client.get("/letter/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<form" in page and "You need to be logged in to send letters." in page
    assert way_back(response) == "/letter/"
    assert "no-store" in response["Cache-Control"]


def test_a_posted_form_is_kept_and_comes_back(client: Client, member) -> None:
    response = client.post("/letter/?tz=Europe/Lisbon", {"body": TEXT, "tone": "warm"})
    page = response.content.decode()
    assert response.status_code == 200 and TEXT in page and "Your letter" in page
    assert "You need to be logged in to send letters." in page and "finds you" in page
    cookie = client.cookies["halfhour-acts"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 24 * 3600

    login = client.get(f"/accounts/login/?next={way_back(response)}").content.decode()
    assert "You were writing to Ada." in login
    back = log_in(client, next=way_back(response))
    assert back["Location"] == way_back(response)
    again = client.get(back["Location"])
    act = PendingAct.objects.get()
    assert again["Location"] == f"/letter/?tz=Europe%2FLisbon&act={act.public_id}"
    form = client.get(again["Location"]).content.decode()
    assert TEXT in form and 'value="warm"' in form and str(act.public_id) in form
    assert not walled_urls.sent, "resuming never submits by itself"

    done = client.post("/letter/", {"body": TEXT, "act": str(act.public_id)})
    assert done.status_code == 302 and walled_urls.sent[0]["body"] == TEXT
    act.refresh_from_db()
    assert act.done_at and act.payload == ""


def test_the_wall_offers_to_throw_it_away(client: Client) -> None:
    page = client.post("/letter/", {"body": TEXT}).content.decode()
    path = f"/account/resume/{PendingAct.objects.get().public_id}/discard/"
    assert f'action="{path}"' in page
    assert client.post(path)["Location"] == "/letter/"
    assert not PendingAct.objects.exists()


def test_what_is_kept_is_sealed(client: Client) -> None:
    begin(client)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM accounts_pendingact")
        assert b"reading at an hour" not in bytes(cursor.fetchone()[0])


def test_errors_wait_until_the_form_is_back(client: Client, member) -> None:
    way = begin(client, body="x" * 200)
    log_in(client, next=way)
    page = client.get(client.get(way)["Location"]).content.decode()
    assert "x" * 200 in page and "at most 100" in page


def test_going_back_after_sending_says_so(client: Client, member) -> None:
    way = begin(client)
    log_in(client, next=way)
    form = client.get(way)["Location"]
    client.post("/letter/", {"body": TEXT, "act": form.split("act=")[1]})
    assert client.get(form)["Location"] == way
    page = client.get(way)
    assert page.status_code == 200 and "already sent" in page.content.decode()
    assert len(walled_urls.sent) == 1


def test_secrets_are_not_kept(client: Client) -> None:
    begin(client, password="hunter2hunter2", csrfmiddlewaretoken="t" * 32)
    payload = PendingAct.objects.get().payload
    assert "hunter2" not in payload and "csrf" not in payload and "tttt" not in payload


def test_files_are_named_as_not_kept(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    letter = {"body": TEXT, "attachment": SimpleUploadedFile("scan.png", b"...")}
    page = client.post("/letter/", letter).content.decode()
    assert "Files can’t be kept" in page and "scan.png" in page


def test_too_much_text_is_shown_but_not_kept(client: Client) -> None:
    response = client.post("/letter/", {"body": "ä" * 40_000})
    page = response.content.decode()
    assert response.status_code == 413 and "ä" * 40_000 in page and "more than we can keep" in page
    assert not PendingAct.objects.exists()


def test_too_many_acts_from_one_address(client: Client) -> None:
    for number in range(20):
        begin(client, body=f"letter {number}")
    response = client.post("/letter/", {"body": TEXT})
    assert response.status_code == 429 and response["Retry-After"] == "3600"
    assert TEXT in response.content.decode()
    assert PendingAct.objects.count() == 20


def test_a_double_click_keeps_one_act(client: Client) -> None:
    assert begin(client) == begin(client)
    assert PendingAct.objects.count() == 1


def test_a_hold_knows_the_browser_and_says_so(client: Client) -> None:
    page = client.post("/letter/", {"body": TEXT, "tone": "hold"}).content.decode()
    assert "We hold 19:30 for you." in page
    assert walled_urls.held == [PendingAct.objects.get().browser]


def test_a_fragment_gets_the_wall_as_a_fragment(client: Client) -> None:
    response = client.post("/letter/", {"body": TEXT}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "You need to be logged in to send letters." in page and "<html" not in page
    assert PendingAct.objects.count() == 1
    answer = client.post("/letter/", {"body": "other"}, headers={"Accept": "application/json"})
    assert answer.status_code == 401 and answer.json()["sentence"].startswith("You need")


def test_a_private_page_shows_the_wall_before_anything(client: Client, member) -> None:
    response = client.get("/private/")
    assert response.status_code == 200 and b"mine alone" not in response.content
    assert "need to be logged in" in response.content.decode() and "no-store" in response["Cache-Control"]
    assert "csrftoken" not in response.cookies
    client.force_login(member)
    assert client.get("/private/").content == b"mine alone"


def test_a_button_pressed_after_the_session_ended(client: Client) -> None:
    response = client.post("/private/", headers={"Referer": "http://testserver/letter/?tz=UTC"})
    assert response.status_code == 200 and "nothing was changed" in response.content.decode()
    assert way_back(response) == "/letter/%3Ftz%3DUTC"
    assert way_back(client.post("/private/", headers={"Referer": "https://evil.example/x/"})) == "/private/"
    assert not PendingAct.objects.exists()


def test_a_session_that_ended_in_the_middle_of_a_form(client: Client, member) -> None:
    client.force_login(member)
    client.get("/letter/")
    client.session.flush()
    assert TEXT in client.post("/letter/", {"body": TEXT}).content.decode()


def test_reading_behind_the_wall(client: Client, member, settings) -> None:
    assert client.get("/reading/").content == b"to read"
    settings.READING_WALLS = ["articles"]
    response = client.get("/reading/")
    assert "You need to be logged in to read articles." in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    client.force_login(member)
    assert client.get("/reading/").content == b"to read"


def test_expired_acts_are_forgotten(client: Client) -> None:
    from accounts.tasks import forget_expired_acts

    begin(client)
    assert forget_expired_acts() == 0
    PendingAct.objects.update(expires_at=timezone.now() - timedelta(hours=25))
    assert forget_expired_acts() == 1
