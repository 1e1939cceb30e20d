"""The join page and the signals of its room, over HTTP: for the two people, for strangers, for visitors."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations import room, room_views
from consultations.models import Consultation, RoomSignal, State
from tests.consultations.test_room import OFFER, agreed
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
WALL = "You need to be logged in to book your free consultation."


def join(made: Consultation) -> str:
    return f"/consultations/{made.public_id}/join/"


def signals(made: Consultation) -> str:
    return join(made) + "signals/"


def said(client, made: Consultation, body: object, **known):
    return client.post(signals(made), json.dumps(body), content_type="application/json", **known)


def entered(client, made: Consultation) -> tuple[str, dict]:
    visit = str(uuid.uuid4())
    answer = said(client, made, {"visit": visit, "enter": True})
    assert answer.status_code == 201
    return visit, answer.json()


def main_of(answer) -> str:
    return answer.content.decode().split("<main")[1].split("</main>")[0]


def test_it_is_for_the_two_people_alone(client) -> None:
    made = agreed()
    answer = client.get(join(made))
    assert answer.status_code == 200 and WALL in answer.content.decode() and b"data-room" not in answer.content
    assert client.get(signals(made), headers={"accept": "application/json"}).status_code == 401
    assert said(client, made, {}, headers={"accept": "application/json"}).status_code == 401
    client.force_login(make_user())
    assert client.get(join(made)).status_code == 404
    assert client.get(signals(made), {"visit": str(uuid.uuid4()), "after": 0}).status_code == 404
    assert said(client, made, {"visit": str(uuid.uuid4()), "enter": True}).status_code == 404
    for person in (made.client, made.specialist.user):
        client.force_login(person)
        answer = client.get(join(made))
        assert b"data-room" in answer.content and "no-store" in answer["Cache-Control"]
    assert not RoomSignal.objects.exists()


def test_staff_are_strangers_too(client) -> None:
    client.force_login(make_user(is_staff=True, is_superuser=True, is_curator=True))
    assert client.get(join(agreed())).status_code == 404


def test_camera_and_microphone_are_for_the_room_alone(client) -> None:
    made, early = agreed(), agreed(timezone.now() + timedelta(hours=1))
    client.force_login(made.client)
    policy = client.get(join(made))["Permissions-Policy"]
    assert "camera=(self)" in policy and "microphone=(self)" in policy and "geolocation=()" in policy
    others = [client.get(path) for path in ("/", f"/consultations/{made.public_id}/")]
    client.force_login(early.client)
    for answer in (*others, client.get(join(early))):
        assert "camera=()" in answer["Permissions-Policy"] and "microphone=()" in answer["Permissions-Policy"]


def test_before_it_opens_the_page_says_when(client) -> None:
    made = agreed(timezone.now() + timedelta(minutes=30))
    client.force_login(made.client)
    page = main_of(client.get(join(made)))
    assert f'Opens at <time datetime="{made.start - timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}' in page
    assert "data-room" not in page and f'data-opens="{(made.start - timedelta(minutes=10)).isoformat()}"' in page
    refused = said(client, made, {"visit": str(uuid.uuid4()), "enter": True})
    assert refused.status_code == 409 and refused.json()["code"] == "early"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.REQUESTED, "for this half hour."),
        (State.DECLINED, "can’t take this half hour."),
        (State.EXPIRED, "This request ran out."),
        (State.CANCELLED, "This half hour is cancelled."),
    ],
)
def test_what_is_not_agreed_says_so_and_shows_the_way_on(client, state: State, words: str) -> None:
    later = timezone.now() + timedelta(hours=3)
    made = agreed(later, state=state, expires_at=later - timedelta(hours=1))
    for person in (made.client, made.specialist.user):
        client.force_login(person)
        page = main_of(client.get(join(made)))
        assert "data-room" not in page and "data-countdown" not in page
        assert f'href="/consultations/{made.public_id}/"' in page
        if person == made.client:
            assert words in page and ('href="/specialists/"' in page) == (state != State.REQUESTED)
        elif state == State.REQUESTED:
            assert f'href="/consultations/{made.public_id}/answer/"' in page
        refused = said(client, made, {"visit": str(uuid.uuid4()), "enter": True})
        assert refused.status_code == 409 and refused.json()["code"] == "off"


def test_a_cancelled_one_carries_its_reason_escaped(client) -> None:
    made = agreed(state=State.CANCELLED, cancel_reason="<b>ill</b>")
    client.force_login(made.client)
    assert "&lt;b&gt;ill&lt;/b&gt;" in main_of(client.get(join(made)))


def test_a_moved_one_says_that_it_was_moved(client) -> None:
    made = agreed(timezone.now() + timedelta(hours=1), moves_by_specialist=1)
    client.force_login(made.client)
    assert "It was moved." in main_of(client.get(join(made)))


def test_after_it_is_over_the_page_says_so(client) -> None:
    made = agreed(timezone.now() - timedelta(minutes=41), state=State.ENDED)
    client.force_login(made.client)
    page = main_of(client.get(join(made)))
    assert f'href="/consultations/{made.public_id}/fit/"' in page
    assert "is over." in page and "data-room" not in page and "data-countdown" not in page
    refused = said(client, made, {"visit": str(uuid.uuid4()), "enter": True})
    assert refused.status_code == 409 and refused.json()["code"] == "over"


def test_a_talk_may_run_over_for_ten_minutes(client) -> None:
    made = agreed(timezone.now() - timedelta(minutes=35), state=State.ENDED)
    client.force_login(made.client)
    assert "data-room" in main_of(client.get(join(made)))
    entered(client, made)


def test_two_browsers_find_each_other(settings) -> None:
    settings.STUN_URLS = ["stun:turn.example.org"]
    made, ours, theirs = agreed(), Client(), Client()
    ours.force_login(made.client)
    theirs.force_login(made.specialist.user)
    visit, begun = entered(ours, made)
    assert begun["ice_servers"] == [{"urls": ["stun:turn.example.org"]}]
    other, begun_later = entered(theirs, made)
    assert begun_later["id"] > begun["id"]
    # What a browser says about itself can't pass for the number or the visit that we give it.
    sent = OFFER | {"id": 1, "visit": "nobody", "to": other}
    assert said(ours, made, {"visit": visit, "signals": [sent]}).json() == {"kept": 1}
    got = theirs.get(signals(made), {"visit": other, "after": 0}).json()["signals"]
    assert [(each["kind"], each["visit"]) for each in got] == [("hello", visit), ("description", visit)]
    assert got[0]["id"] == begun["id"] < got[1]["id"] and got[1]["description"] == OFFER["description"]
    assert theirs.get(signals(made), {"visit": other, "after": got[1]["id"]}).json() == {"signals": []}


def test_the_older_of_two_windows_is_told(client) -> None:
    made = agreed()
    client.force_login(made.client)
    older, _begun = entered(client, made)
    entered(client, made)
    for answer in (
        said(client, made, {"visit": older, "signals": [OFFER]}),
        client.get(signals(made), {"visit": older, "after": 0}),
    ):
        assert answer.status_code == 409
        assert answer.json() == {"code": "replaced", "error": str(room.Replaced())}


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "[" * 9000, '{"visit": 5, "enter": true}', '{"visit": "x", "signals": []}', '{"enter": true}'],
)
def test_what_is_unreadable_is_refused_in_json(client, body: str) -> None:
    made = agreed()
    client.force_login(made.client)
    answer = client.post(signals(made), body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["code"] == "unreadable"


def test_other_refusals_are_json_too(client, monkeypatch) -> None:
    made = agreed()
    client.force_login(made.client)
    visit, _begun = entered(client, made)
    assert said(client, made, {"visit": visit, "signals": "no list"}).status_code == 400
    assert client.post(signals(made), {"visit": visit}).json()["code"] == "unreadable"
    assert client.get(signals(made), {"visit": visit}).status_code == 400
    assert client.get(signals(made), {"visit": visit, "after": "9" * 40}).status_code == 400
    assert client.put(signals(made)).status_code == 405
    large = said(client, made, {"visit": visit, "signals": [OFFER], "more": "x" * room_views.BODY_BYTES})
    assert large.status_code == 413 and large.json()["code"] == "too_large"
    monkeypatch.setattr(room, "SIGNALS_A_VISIT", 1)
    full = said(client, made, {"visit": visit, "signals": [OFFER]})
    assert full.status_code == 429 and full.json()["code"] == "too_many" and 0 < int(full["Retry-After"]) <= 2400


def test_signals_need_the_token_of_a_page_of_ours() -> None:
    made, strict = agreed(), Client(enforce_csrf_checks=True)
    strict.force_login(made.client)
    assert said(strict, made, {"visit": str(uuid.uuid4()), "enter": True}).status_code == 403
    page = strict.get(join(made)).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    body = {"visit": str(uuid.uuid4()), "enter": True}
    assert said(strict, made, body, headers={"x-csrftoken": token}).status_code == 201


def test_queries_stay_few_whatever_was_said(client) -> None:
    specialist = make_specialist()
    made = agreed(specialist=specialist)
    ours, theirs = Client(), Client()
    ours.force_login(made.client)
    theirs.force_login(specialist.user)
    visit, _begun = entered(ours, made)
    other, _begun = entered(theirs, made)
    ours.get(join(made))  # the strip of helplines is kept from here on
    counts = []
    for _more in range(2):
        said(ours, made, {"visit": visit, "signals": [OFFER] * 3})
        with CaptureQueriesContext(connection) as queries:
            theirs.get(signals(made), {"visit": other, "after": 0})
        with CaptureQueriesContext(connection) as posting:
            said(ours, made, {"visit": visit, "signals": [OFFER]})
        with CaptureQueriesContext(connection) as page:
            assert ours.get(join(made)).status_code == 200
        counts.append((len(queries), len(posting), len(page)))
    assert counts[0] == counts[1]
    asking, posting, page = counts[0]
    assert asking <= 5 and posting <= 9 and page <= 5
