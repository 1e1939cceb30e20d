"""Sign-up, log-in and codes: they lead back, tell nobody who has an account, and speak our language."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from accounts.models import Consent, User
from tests.accounts.conftest import TEXT, begin, log_in, mailed_code
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = {"email": "New.Person@Example.org", "password1": PASSWORD, "display_name": "Ines", "time_zone": "Asia/Tokyo"}


def test_signing_up_resumes_the_act_after_the_code(client: Client) -> None:
    way = begin(client)
    page = client.get(f"/accounts/signup/?next={way}").content.decode()
    assert "You were writing to Ada." in page and "18 or over" in page and "data-own-zone" in page
    sent = client.post("/accounts/signup/", NEW | {"next": way})
    confirm = client.get(sent["Location"]).content.decode()
    assert "You were writing to Ada." in confirm
    done = client.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert done["Location"] == way
    assert TEXT in client.get(way, follow=True).content.decode()
    user = User.objects.get()
    assert (user.email, user.display_name, user.time_zone) == ("new.person@example.org", "Ines", "Asia/Tokyo")
    assert EmailAddress.objects.get().email == user.email
    assert set(Consent.objects.values_list("document", flat=True)) == {"terms", "privacy"}


def test_an_unknown_zone_is_not_kept(client: Client) -> None:
    client.post("/accounts/signup/", NEW | {"time_zone": "../../etc/passwd"})
    assert User.objects.get().time_zone == ""


def test_the_mailed_link_fills_in_the_code_and_confirms_nothing(client: Client) -> None:
    client.post("/accounts/signup/", NEW)
    code = mailed_code()
    link = re.search(r"http://[^/]+(/account/code/\S+)", mail.outbox[-1].body).group(1)  # type: ignore[union-attr]
    assert code in link
    page = client.get(link, follow=True)
    assert f'value="{code}"' in page.content.decode()
    assert not EmailAddress.objects.get().verified
    elsewhere = Client().get(link)
    text = elsewhere.content.decode()
    assert elsewhere.status_code == 200 and code in text and "in the browser that asked" in text


def test_signing_up_with_a_known_address_looks_the_same(client: Client, member) -> None:
    known = client.post("/accounts/signup/", NEW | {"email": member.email})
    other = Client()
    unknown = other.post("/accounts/signup/", NEW)
    assert known.status_code == unknown.status_code == 302 and known["Location"] == unknown["Location"]

    def shown(at: Client, email: str) -> str:
        page = at.get("/accounts/confirm-email/").content.decode()
        return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", page).replace(email, "")

    first, second = shown(client, member.email), shown(other, NEW["email"].lower())
    assert re.sub(r"<details.*?</details>", "", first, flags=re.S) == re.sub(
        r"<details.*?</details>", "", second, flags=re.S
    )
    assert User.objects.count() == 2
    assert "already has an account" in mail.outbox[0].body


def test_a_known_address_finds_its_act_at_the_next_log_in(client: Client, member) -> None:
    way = begin(client)
    client.post("/accounts/signup/", NEW | {"email": member.email, "next": way})
    client.post("/accounts/logout/")
    log_in(client)
    assert TEXT in client.get("/account/resume/", follow=True).content.decode()


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_codes_tell_nobody_who_has_an_account(member, path: str) -> None:
    answers = [Client().post(path, {"email": email}) for email in (member.email, "nobody@example.org")]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert len(mail.outbox) == 2


def test_logging_in_by_code_comes_back(client: Client, member) -> None:
    way = begin(client)
    client.post("/accounts/login/code/", {"email": member.email, "next": way})
    done = client.post("/accounts/login/code/confirm/", {"code": mailed_code(), "next": way})
    assert done["Location"] == way


def test_a_wrong_password_says_what_to_do(client: Client, member) -> None:
    wrong = client.post("/accounts/login/", {"login": member.email, "password": "no"}).content.decode()
    unknown = client.post("/accounts/login/", {"login": "no@example.org", "password": "no"}).content.decode()
    assert "don’t go together" in wrong and "don’t go together" in unknown


@pytest.mark.parametrize(
    ("password", "said"),
    [("short", "at least 10"), ("password1234", "common"), ("73015482647", "letters"), (NEW["email"], "easy to guess")],
)
def test_weak_passwords_are_explained(client: Client, password: str, said: str) -> None:
    page = client.post("/accounts/signup/", NEW | {"password1": password}).content.decode()
    assert said in page and not User.objects.exists()


def test_what_is_missing_at_sign_up_is_said_in_a_sentence(client: Client) -> None:
    page = client.post("/accounts/signup/", {}).content.decode()
    assert "Tell us your email address" in page and "Choose a password" in page
    assert "field is required" not in page


def test_mails_speak_our_language(client: Client, member) -> None:
    client.post("/accounts/signup/", NEW)
    client.post("/accounts/login/code/", {"email": member.email})
    client.post("/accounts/password/reset/", {"email": member.email})
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    for message in mail.outbox:
        assert "!" not in message.body + message.subject and "example.com" not in message.body
        assert "Halfhour" in message.body and message.subject


def test_the_list_of_sessions(client: Client, member) -> None:
    log_in(client)
    phone = Client(headers={"User-Agent": "Mozilla/5.0 (Android 14) Firefox/130.0"})
    log_in(phone)
    assert UserSession.objects.filter(user=member).count() == 2
    assert "Firefox on Android" in client.get("/accounts/sessions/").content.decode()
    client.post("/accounts/sessions/")
    assert UserSession.objects.filter(user=member).count() == 1
    assert "need to be logged in" in phone.get("/account/").content.decode()


def test_too_many_tries_answer_429(client: Client) -> None:
    for _try in range(31):
        response = client.post("/accounts/login/", {"login": "a@example.org", "password": "no"})
    assert response.status_code == 429 and int(response["Retry-After"]) > 0
    assert "A little too often" in response.content.decode()


def test_changing_the_password_tells_by_mail(client: Client, member, settings) -> None:
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    log_in(client)
    new = "another-evening-10"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert mail.outbox[-1].subject == "Your password has changed"
    assert "has just been changed" in mail.outbox[-1].body


def test_a_closed_account_is_told_so(client: Client) -> None:
    make_user(email="visitor@example.org", password=PASSWORD, is_active=False)
    assert client.get(log_in(client)["Location"]).status_code == 200
