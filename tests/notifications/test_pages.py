"""The list of what we told somebody, for its owner, a stranger and a visitor; and mail read in development."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import delivery, outbox
from tests.factories import make_user
from tests.notifications.conftest import NOON, Tell
from tests.notifications.kinds import CODE

URL = "/account/notifications/"
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.notifications.urls")]


def test_owner_sees_what_was_said_and_it_counts_as_read(tell: Tell, client) -> None:
    row = tell()
    delivery.deliver(clock=lambda: NOON)
    client.force_login(row.recipient)
    page = client.get(URL).content.decode()
    assert "Ada &lt;quiet-evenings&gt; has written to you" in page
    assert 'href="/topics/quiet-evenings/"' in page
    assert "Sent by email" in page
    assert "New</span>" in page
    assert "New</span>" not in client.get(URL).content.decode()


def test_stranger_sees_an_empty_list_and_how_it_fills(tell: Tell, client) -> None:
    tell()
    delivery.deliver(clock=lambda: NOON)
    client.force_login(make_user())
    page = client.get(URL).content.decode()
    assert "Nothing to tell you yet" in page
    assert "quiet-evenings" not in page


def test_visitor_sees_the_wall(client) -> None:
    answer = client.get(URL)
    assert answer.status_code == 200
    assert "/accounts/login/?next=" in answer.content.decode()


def test_what_waits_is_not_shown_and_what_was_taken_back_says_so(tell: Tell, client, monkeypatch) -> None:
    row = tell()
    client.force_login(row.recipient)
    assert "quiet-evenings" not in client.get(URL).content.decode()
    monkeypatch.setattr("notifications.post.Post.send", lambda self, mail: delivery.Outcome(delivery.Fate.AWAY))
    delivery.deliver(clock=lambda: NOON)
    assert "On its way by email" in client.get(URL).content.decode()
    outbox.withdraw(kinds=[CODE], subject_id=row.subject_id, now=NOON, cause="moved")
    assert "Not needed any more" in client.get(URL).content.decode()


def test_one_and_three_rows_cost_the_same(tell: Tell, client) -> None:
    someone = make_user()
    client.force_login(someone)
    counts = []
    for occasions in (["1"], ["2", "3"]):
        for occasion in occasions:
            tell(recipient=someone, occasion=occasion)
        delivery.deliver(clock=lambda: NOON)
        client.get(URL)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(URL)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_pages_of_thirty(tell: Tell, client) -> None:
    someone = make_user()
    for nth in range(31):
        tell(recipient=someone, occasion=str(nth))
    delivery.deliver(clock=lambda: NOON)
    client.force_login(someone)
    first = client.get(URL)
    assert len(first.context["notices"]) == 30
    second = client.get(first.context["more_url"])
    assert len(second.context["notices"]) == 1
    assert second.context["more_url"] == ""
    assert client.get(URL + "?before=99999999").context["notices"] == []


@pytest.fixture
def folder(settings, tmp_path):
    """Mail is written here, and the pages that show it are included (they are in DEBUG only)."""
    settings.EMAIL_BACKEND = "notifications.mail_folder.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


def write(subject: str) -> None:
    message = EmailMultiAlternatives(subject, "See https://example.org/here", to=["noor@example.org"])
    message.attach_alternative("<p>See <b>here</b></p><script>alert(1)</script>", "text/html")
    message.attach("half-hour.ics", "BEGIN:VCALENDAR", "text/calendar")
    message.send()


def test_mail_of_development_is_listed_newest_first(folder, client) -> None:
    assert "No mail yet" in client.get("/dev/mail/").content.decode()
    write("An older one")
    write("A newer one")
    page = client.get("/dev/mail/").content.decode()
    assert page.index("A newer one") < page.index("An older one")
    assert "noor@example.org" in page
    assert not list(folder.glob(".*"))


def test_one_mail_of_development(folder, client) -> None:
    write("Hello")
    name = next(folder.glob("*.eml")).stem
    page = client.get(f"/dev/mail/{name}/").content.decode()
    assert 'href="https://example.org/here"' in page
    assert "BEGIN:VCALENDAR" in page
    html = client.get(f"/dev/mail/{name}/html/")
    assert "<b>here</b>" in html.content.decode()
    policy = html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert client.get("/dev/mail/00000000000000000000-00000000/").status_code == 404
    assert client.get("/dev/mail/settings/").status_code == 404


def test_without_a_folder_the_page_says_where_mail_goes(settings, client) -> None:
    settings.EMAIL_FILE_PATH = None
    assert "Mail is sent" in client.get("/dev/mail/").content.decode()
