"""The rules of a room: when it is open, whose signals it keeps, and for how long."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import threading
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from consultations import cancelling, room, room_words, tasks
from consultations.models import Consultation, RoomSignal, State
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "platform" / "web" / "static" / "halfhour"
OFFER = {"kind": "description", "description": {"type": "offer", "sdp": "v=0 198.51.100.7"}, "number": 1}


def agreed(start: datetime | None = None, **fields) -> Consultation:
    """A half hour that began a minute ago, unless another start is given."""
    start = (start or timezone.now() - timedelta(minutes=1)).replace(microsecond=0)
    fields = {"specialist": fields.pop("specialist", None) or make_specialist(), "format": "video"} | fields
    fields.setdefault("client", make_user())
    return Consultation.objects.create(
        start=start,
        end=start + timedelta(minutes=30),
        specialist_zone="UTC",
        agreed_local=f"{start:%Y-%m-%dT%H:%M%z}",
        buffer_minutes=5,
        booked_at=start - timedelta(days=1),
        **fields,
    )


def entered(made: Consultation, person, now: datetime | None = None) -> uuid.UUID:
    visit = uuid.uuid4()
    room.enter(consultation=made, person=person, visit=visit, now=now or timezone.now())
    return visit


@pytest.mark.parametrize(
    ("minutes", "phase"),
    [(-10.1, "early"), (-10, "open"), (0, "open"), (30, "open"), (39.9, "open"), (40, "over")],
)
@pytest.mark.parametrize("state", [State.CONFIRMED, State.ENDED])
def test_it_opens_ten_minutes_before_and_closes_ten_minutes_after(minutes: float, phase: str, state: State) -> None:
    made = agreed(state=state)
    assert room.phase(made, made.start + timedelta(minutes=minutes)) == phase


@pytest.mark.parametrize("state", [State.REQUESTED, State.DECLINED, State.EXPIRED, State.CANCELLED])
def test_what_is_not_agreed_has_no_room(state: State) -> None:
    made = agreed(state=state, expires_at=timezone.now())
    assert room.phase(made, made.start) == "off"
    with pytest.raises(room.Closed) as refused:
        entered(made, made.client)
    assert refused.value.code == "off" and not RoomSignal.objects.exists()


def test_each_reads_what_the_other_said_in_order_and_not_their_own() -> None:
    made, now = agreed(), timezone.now()
    member, specialist = made.client, made.specialist.user
    ours, theirs = entered(made, member), entered(made, specialist)
    answer = {"kind": "description", "description": {"type": "answer"}, "number": 1}
    room.post(consultation=made, person=member, visit=ours, signals=[OFFER, OFFER | {"number": 2}], now=now)
    room.post(consultation=made, person=specialist, visit=theirs, signals=[answer], now=now)
    read = room.read(consultation=made, person=specialist, visit=theirs, after=0, now=now)
    assert [json.loads(each.body)["kind"] for each in read] == ["hello", "description", "description"]
    assert [json.loads(each.body).get("number") for each in read] == [None, 1, 2]
    assert {each.visit for each in read} == {ours}
    assert room.read(consultation=made, person=specialist, visit=theirs, after=read[-1].pk, now=now) == []
    back = room.read(consultation=made, person=member, visit=ours, after=0, now=now)
    assert [json.loads(each.body)["kind"] for each in back] == ["hello", "description"]


def test_of_two_windows_the_newer_wins_and_the_older_is_told() -> None:
    made, now = agreed(), timezone.now()
    member, specialist = made.client, made.specialist.user
    older, theirs = entered(made, member), entered(made, specialist)
    room.post(consultation=made, person=member, visit=older, signals=[OFFER], now=now)
    newer = entered(made, member)
    with pytest.raises(room.Replaced):
        room.post(consultation=made, person=member, visit=older, signals=[OFFER], now=now)
    with pytest.raises(room.Replaced):
        room.read(consultation=made, person=member, visit=older, after=0, now=now)
    with pytest.raises(room.Replaced):
        room.enter(consultation=made, person=member, visit=older, now=now)
    read = room.read(consultation=made, person=specialist, visit=theirs, after=0, now=now)
    assert [(json.loads(each.body)["kind"], each.visit) for each in read] == [("hello", newer)]
    # The network addresses of the older window are gone already.
    assert {json.loads(each.body)["kind"] for each in RoomSignal.objects.filter(visit=older)} == {"hello"}
    assert room.read(consultation=made, person=member, visit=newer, after=0, now=now)[0].visit == theirs


def test_entering_twice_begins_one_visit_and_later_visits_have_higher_numbers() -> None:
    made, now, visit = agreed(), timezone.now(), uuid.uuid4()
    first = room.enter(consultation=made, person=made.client, visit=visit, now=now)
    assert room.enter(consultation=made, person=made.client, visit=visit, now=now) == first
    assert RoomSignal.objects.count() == 1
    later = room.enter(consultation=made, person=made.specialist.user, visit=uuid.uuid4(), now=now)
    assert later > first


def test_somebody_who_never_entered_reads_and_posts_nothing() -> None:
    made, now = agreed(), timezone.now()
    entered(made, made.client)
    with pytest.raises(room.Replaced):
        room.read(consultation=made, person=made.specialist.user, visit=uuid.uuid4(), after=0, now=now)
    with pytest.raises(room.Replaced):
        room.post(consultation=made, person=made.specialist.user, visit=uuid.uuid4(), signals=[OFFER], now=now)


@pytest.mark.parametrize(
    "signals",
    [
        [],
        [{"kind": "hello"}],
        [{"kind": "shout"}],
        ["offer"],
        [{"kind": "candidate", "candidate": "x" * room.SIGNAL_CHARS}],
        [{"kind": "candidate", "candidate": float("nan")}],
        [OFFER] * (room.SIGNALS_AT_ONCE + 1),
    ],
    ids=["none", "hello", "unknown", "no object", "too long", "not a number", "too many at once"],
)
def test_what_is_no_signal_is_refused_whole(signals) -> None:
    made = agreed()
    visit = entered(made, made.client)
    with pytest.raises(room.Unreadable):
        room.post(consultation=made, person=made.client, visit=visit, signals=signals, now=timezone.now())
    assert RoomSignal.objects.count() == 1


def test_one_visit_and_one_person_can_only_say_so_much(monkeypatch) -> None:
    monkeypatch.setattr(room, "SIGNALS_A_VISIT", 3)
    monkeypatch.setattr(room, "VISITS_EACH", 2)
    made, now = agreed(), timezone.now()
    visit = entered(made, made.client)
    room.post(consultation=made, person=made.client, visit=visit, signals=[OFFER] * 2, now=now)
    with pytest.raises(room.TooMany):
        room.post(consultation=made, person=made.client, visit=visit, signals=[OFFER], now=now)
    entered(made, made.client)
    with pytest.raises(room.TooMany):
        entered(made, made.client)
    entered(made, made.specialist.user)


def test_signals_are_sealed_in_the_database() -> None:
    made = agreed()
    visit = entered(made, made.client)
    room.post(consultation=made, person=made.client, visit=visit, signals=[OFFER], now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM consultations_roomsignal")
        assert not any(b"198.51.100.7" in bytes(body) for (body,) in cursor.fetchall())
    assert "198.51.100.7" in RoomSignal.objects.latest("pk").body


def test_the_tick_deletes_the_signals_of_closed_rooms_alone() -> None:
    now = timezone.now()
    open_now, running_over = agreed(), agreed(now - timedelta(minutes=35))
    over, off, moved = agreed(now - timedelta(minutes=35)), agreed(), agreed()
    for each in (open_now, running_over, over, off, moved):
        entered(each, each.client)
    Consultation.objects.filter(pk=over.pk).update(
        start=now - timedelta(minutes=41), end=now - timedelta(minutes=11), state=State.ENDED
    )
    Consultation.objects.filter(pk=off.pk).update(state=State.CANCELLED)
    Consultation.objects.filter(pk=moved.pk).update(
        start=now + timedelta(days=1), end=now + timedelta(days=1, minutes=30)
    )
    tasks.tick()
    left = set(RoomSignal.objects.values_list("consultation", flat=True))
    assert left == {open_now.pk, running_over.pk}
    running_over.refresh_from_db()
    assert running_over.state == State.ENDED


def test_a_called_off_half_hour_closes_its_room() -> None:
    now = timezone.now()
    made = agreed(now + timedelta(minutes=5))
    visit = entered(made, made.client)
    cancelling.cancel(consultation=made, actor=made.specialist.user, reason="", now=now)
    with pytest.raises(room.Closed):
        room.post(consultation=made, person=made.client, visit=visit, signals=[OFFER], now=now)


def test_no_server_is_named_unless_the_operator_has_some(settings) -> None:
    assert room.ice_servers(visit=uuid.uuid4(), until=timezone.now()) == []
    settings.STUN_URLS = ["stun:turn.example.org"]
    assert room.ice_servers(visit=uuid.uuid4(), until=timezone.now()) == [{"urls": ["stun:turn.example.org"]}]


def test_credentials_of_the_relay_end_with_the_room_and_name_nobody(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turns:turn.example.org"], "north"
    visit, until = uuid.uuid4(), timezone.now()
    (server,) = room.ice_servers(visit=visit, until=until)
    assert server["username"] == f"{int(until.timestamp())}:{visit.hex}"
    wanted = hmac.new(b"north", server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == wanted


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"STUN_URLS": "https://turn.example.org"}, "STUN_URLS"),
        ({"TURN_URLS": "turn:turn.example.org"}, "TURN_SECRET"),
        ({"TURN_SECRET": "north"}, "TURN_URLS"),
        ({"STUN_URLS": "stun:a.example,stun:b.example", "TURN_URLS": "turn:a.example", "TURN_SECRET": "north"}, ""),
    ],
)
def test_a_wrong_setting_stops_the_start(given: dict[str, str], said: str) -> None:
    shown = "from config import rooms; print(len(rooms.STUN_URLS))"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "platform")} | given
    done = subprocess.run([sys.executable, "-c", shown], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (not said)
    assert said in done.stderr if said else done.stdout.strip() == "2"


def test_the_page_has_every_sentence_the_scripts_say_and_no_other() -> None:
    scripts = "\n".join(path.read_text() for path in SCRIPTS.glob("room*.js"))
    known = room_words.words("Amara")
    assert all("%(" not in each for each in known.values())
    quoted = set(re.findall(r"'([a-z_]+)'", scripts)) | set(re.findall(r"words\(\)\.(\w+)", scripts))
    assert [key for key in known if key not in quoted and key not in {"early", "off", "replaced", "too_many"}] == []
    said = set(re.findall(r"(?:say|note|status)\('([a-z_]+)'", scripts)) - {"nothing"}
    assert [key for key in said if key not in known] == []


@pytest.mark.django_db(transaction=True)
def test_windows_opened_at_once_come_one_after_the_other(monkeypatch) -> None:
    """Real connections: no more visits than are allowed, and of those exactly one may go on."""
    monkeypatch.setattr(room, "VISITS_EACH", 2)
    made, now = agreed(), timezone.now()
    start, begun = threading.Barrier(8), []

    def open_window(visit: uuid.UUID) -> None:
        start.wait()
        try:
            room.enter(consultation=made, person=made.client, visit=visit, now=now)
            begun.append(visit)
        except room.TooMany:
            return
        finally:
            connection.close()

    windows = [threading.Thread(target=open_window, args=[uuid.uuid4()]) for _each in range(8)]
    for each in windows:
        each.start()
    for each in windows:
        each.join()
    assert len(begun) == RoomSignal.objects.count() == 2
    winners = [visit for visit in begun if may_post(made, visit, now)]
    assert len(winners) == 1


def may_post(made: Consultation, visit: uuid.UUID, now: datetime) -> bool:
    try:
        room.post(consultation=made, person=made.client, visit=visit, signals=[OFFER], now=now)
    except room.Replaced:
        return False
    return True
