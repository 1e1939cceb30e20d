"""Pages of one specialist, as its owner, a stranger, a curator and a visitor see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import PendingAct
from specialists.models import Opening, ProfileChange, Specialist, State
from tests.factories import make_curator, make_licence, make_specialist, make_topic, make_user

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def text(response) -> str:
    return response.content.decode()


def editor(**fields) -> dict:
    values = {"name": "Dr Ada Example", "title": "Psychologist", "time_zone": "UTC", "languages": "English, polski"}
    return values | {"formats": ["video"], "offers_free": "on", "accepting": "on"} | fields


@pytest.mark.parametrize("state", [state for state in State if state not in (State.LIVE, State.PAUSED)])
def test_hidden_pages_are_404_by_every_route(client, state) -> None:
    row = make_specialist(state=state)
    paths = [f"/specialists/{row.slug}/", f"/specialists/{row.slug}/openings/"]
    for viewer in (None, make_user()):
        if viewer:
            client.force_login(viewer)
        for path in paths:
            assert client.get(path).status_code == 404
            assert client.get(path, headers=JSON).status_code == 404
    for viewer in (row.user, make_curator()):
        client.force_login(viewer)
        response = client.get(paths[0])
        assert response.status_code == 200 and "This is a preview" in text(response)
        assert "noindex" in text(response) and response["X-Robots-Tag"] == "noindex"
        assert "private" in response["Cache-Control"] and "ld+json" not in text(response)


def test_the_page_for_a_visitor(client) -> None:
    row = make_specialist(
        name="Dr Ada <i>Example",
        topics=[make_topic("sleep")],
        about_me="I <b>listen</b>.",
        fee_minor=7000,
        currency="EUR",
    )
    response = client.get(f"/specialists/{row.slug}/")
    page = text(response)
    assert "<b>listen" not in page and "<i>Example" not in page
    assert "<dd>€70</dd>" in page and "Licence checked" in page and "application/ld+json" in page
    assert f"/consultations/book/{row.slug}/?start=" in page and f"/messages/new/{row.slug}/" in page
    assert not response.cookies and "csrf" not in page and response["Cache-Control"].startswith("public")
    assert row.licences.get().number not in page


def test_a_paused_page_stays_without_times(client) -> None:
    row = make_specialist(state=State.PAUSED)
    page = text(client.get(f"/specialists/{row.slug}/"))
    assert "is taking a break" in page and "/consultations/book/" not in page
    assert client.get(f"/specialists/{row.slug}/openings/", headers=JSON).json()["openings"] == []


def test_openings_as_json_and_as_a_fragment(client) -> None:
    row = make_specialist()
    answer = client.get(f"/specialists/{row.slug}/openings/?tz=Asia/Tokyo", headers=JSON)
    data = answer.json()
    assert (data["specialist"], data["zone"], len(data["openings"])) == (row.slug, "Asia/Tokyo", 9)
    first = data["openings"][0]
    assert datetime.fromisoformat(first["end"]) - datetime.fromisoformat(first["start"]) == timedelta(minutes=30)
    assert answer["Cache-Control"] == "no-store"
    fragment = text(client.get(f"/specialists/{row.slug}/openings/?tz=Asia/Tokyo"))
    assert "<html" not in fragment and "19:00" in fragment and "tz=Asia%2FTokyo" in fragment


def test_later_and_earlier_dates(client) -> None:
    row = make_specialist(hours=False)
    today = timezone.now().astimezone(UTC).date()
    for days in (1, 20):
        start = datetime.combine(today + timedelta(days=days), datetime.min.time(), UTC) + timedelta(hours=10)
        Opening.objects.create(specialist=row, start=start, closes_at=start - timedelta(hours=1))
    page = text(client.get(f"/specialists/{row.slug}/"))
    later = today + timedelta(days=20)
    assert f"?from={later}" in page and "Earlier dates" not in page
    page = text(client.get(f"/specialists/{row.slug}/?from={later}"))
    assert "Earlier dates" in page and f"start={later}T10" in page
    assert client.get(f"/specialists/{row.slug}/?from=nonsense&tz=No/Where").status_code == 200


def test_joining_signed_out_keeps_what_was_written(client) -> None:
    page = text(client.get("/specialists/join/"))
    assert "To create your specialist profile, please log in to your account." in page and 'name="name"' in page
    response = client.post("/specialists/join/", {"name": "Zofia Kowal", "title": "Psychologist"})
    assert response.status_code == 200 and "Zofia Kowal" in text(response)
    act = PendingAct.objects.get()
    assert act.kind == "specialist_profile" and not Specialist.objects.exists()
    client.force_login(make_user())
    page = text(client.get(f"/specialists/join/?act={act.public_id}", follow=True))
    assert 'value="Zofia Kowal"' in page and str(act.public_id) in page


def test_joining_as_a_member(client) -> None:
    user = make_user()
    client.force_login(user)
    assert "Write your name as it is on your licence." in text(client.post("/specialists/join/", {"title": "x"}))
    response = client.post(
        "/specialists/join/", {"name": "Zofia Kowal", "title": "Psychologist", "languages": "polski"}
    )
    assert response.status_code == 302 and user.specialist.languages == ["pl"]
    assert client.get("/specialists/join/").status_code == 302
    taken = make_licence(make_specialist(hours=False, verified=False))
    licence = {f"licence_{name}": getattr(taken, name) for name in ("body", "number", "country")}
    client.force_login(make_user())
    answer = client.post("/specialists/join/", {"name": "A", "title": "B", **licence})
    assert answer.status_code == 200 and "Another profile has this licence" in text(answer)


@pytest.mark.parametrize("path", ["/practice/", "/practice/profile/", "/practice/profile/pause/"])
def test_private_pages(client, path: str) -> None:
    page = client.get(path)
    assert page.status_code in (200, 302)
    if page.status_code == 200:
        assert "please log in to your account" in text(page)
    client.force_login(make_user())
    assert client.get(path).url == "/specialists/join/"
    client.force_login(make_specialist().user)
    assert client.get(path).status_code == 200


def test_saving_in_the_editor(client) -> None:
    row = make_specialist(name="Dr Ada Example", title="Psychologist", verified=False)
    licence = make_licence(row)
    ends = licence.valid_until.isoformat()
    same = {"licence_body": licence.body, "licence_number": licence.number, "licence_country": "PT"}
    client.force_login(row.user)
    topic = make_topic("sleep")
    post = editor(topics=[topic.pk], fee="60", currency="EUR", headline="Hello", licence_valid_until=ends, **same)
    response = client.post("/practice/profile/", post)
    assert response.status_code == 302, response.context["form"].errors
    row.refresh_from_db()
    assert (row.languages, row.fee_minor, row.currency, row.headline) == (["en", "pl"], 6000, "EUR", "Hello")
    assert not ProfileChange.objects.exists()
    client.post("/practice/profile/", post | {"name": "Dr Ada Sample"})
    assert ProfileChange.objects.get().fields == {"name": "Dr Ada Sample"}
    page = text(client.get("/practice/profile/"))
    assert 'value="Dr Ada Sample"' in page and "English, Polish" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"languages": "Martian"}, "We don’t know the language “Martian”"),
        ({"fee": "60"}, "Choose the currency"),
        ({"fee": "60", "fee_max": "50", "currency": "EUR"}, "below the other"),
        ({"name": "=1+1"}, "begins with a letter"),
        ({"practising_since": "2990"}, "still to come"),
        ({"licence_body": "Order"}, "needs its body, its number"),
        ({"website": "javascript:alert(1)"}, "Enter a valid URL"),
    ],
)
def test_the_editor_says_what_to_mend(client, fields: dict, said: str) -> None:
    row = make_specialist()
    client.force_login(row.user)
    page = client.post("/practice/profile/", editor(**fields))
    assert page.status_code == 200 and said in text(page)


def test_the_buttons_ask_once_more_and_then_do_it(client) -> None:
    row = make_specialist()
    client.force_login(row.user)
    for step, state in (("pause", State.PAUSED), ("resume", State.LIVE), ("withdraw", State.WITHDRAWN)):
        assert "<form" in text(client.get(f"/practice/profile/{step}/"))
        assert client.post(f"/practice/profile/{step}/").url == "/practice/"
        row.refresh_from_db()
        assert row.state == state
    page = text(client.post("/practice/profile/submit/", follow=True))
    assert "Say who comes to you." in page and row.state == State.WITHDRAWN
    assert client.get("/practice/profile/explode/").status_code == 404


def test_the_overview_names_what_waits(client) -> None:
    row = make_specialist(hours=False)
    row.licences.update(valid_until=timezone.now().date() + timedelta(days=40))
    client.force_login(row.user)
    page = text(client.get("/practice/"))
    assert "Your licence ends in 40 days." in page and "You have no half hours open." in page
    assert "Nobody has booked yet" in page and "Your page is public" in page


def test_mails_are_sent_and_say_their_piece(mailoutbox) -> None:
    from notifications import outbox

    row = make_specialist()
    states = {
        "specialist_approved": State.LIVE,
        "specialist_suspended": State.SUSPENDED,
        "specialist_licence_ends": State.LIVE,
    }
    for kind in (
        "specialist_approved",
        "specialist_changes_asked",
        "specialist_lapsed",
        "specialist_suspended",
        "specialist_licence_ends",
    ):
        state = states.get(kind, State.CHANGES)
        Specialist.objects.update(state=state)
        now = timezone.now() - timedelta(seconds=1)
        outbox.notify(kind=kind, subject_id=row.pk, recipient=row.user, occasion=kind, due_at=now, now=now)
        call_command("deliver_due")
    assert [mail.subject for mail in mailoutbox] == [
        "Your page is public", "Something on your profile needs changing",
        "Your licence has passed its last day", "Your page is not shown at the moment",
        "Your licence ends soon",
    ]  # fmt: skip


def test_an_imported_draft_is_shown_to_no_visitor(client) -> None:
    Specialist.objects.create(
        slug="zk", name="Zofia Kowal", title="", invited_email="zk@example.net", created_at=timezone.now()
    )
    profile = client.get("/practice/profile/")
    assert profile.status_code == 200 and "please log in to your account" in profile.content.decode()
    assert "Zofia" not in profile.content.decode()
    assert client.get("/specialists/join/").status_code == 200
    for path in ("/practice/", "/specialists/zk/", "/messages/new/zk/", "/consultations/book/zk/"):
        assert "Zofia" not in client.get(path, follow=True).content.decode(), path
