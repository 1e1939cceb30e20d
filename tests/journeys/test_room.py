"""Two people in the video room, each in a browser of their own, with a made-up camera and microphone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from consultations.models import Consultation, RoomSignal
from tests.browser.driving import Visit, session_of
from tests.consultations.test_room import agreed
from tests.factories import make_specialist, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# A page's own connections are kept where the test can ask them what really arrived.
WATCH = """
const Own = RTCPeerConnection;
globalThis.connections = [];
globalThis.RTCPeerConnection = class extends Own {
  constructor(...given) { super(...given); connections.push(this); }
};
"""
RECEIVED = """async (kind) => {
  const open = connections.filter((each) => each.connectionState === 'connected').at(-1);
  if (!open) return 0;
  const found = [...(await open.getStats()).values()];
  const stream = found.find((each) => each.type === 'inbound-rtp' && each.kind === kind);
  return stream ? (kind === 'video' ? stream.framesDecoded ?? 0 : stream.totalAudioEnergy ?? 0) : 0;
}"""
MORE = f"async ([kind, before]) => (await ({RECEIVED})(kind)) > before"


@dataclass
class Side:
    """One person in the room."""

    visit: Visit
    page: Page
    other: str

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def says(self, text: str) -> None:
        expect(self.page.locator("[data-status]")).to_have_text(text)

    def notes(self, text: str) -> None:
        expect(self.page.locator("[data-note]")).to_have_text(text)

    def received(self, kind: str) -> float:
        return float(self.page.evaluate(RECEIVED, kind))

    def receives(self, kind: str) -> None:
        """More arrives from now on, and is decoded here."""
        self.page.wait_for_function(MORE, arg=[kind, self.received(kind)])

    def enter(self, how: str = "both") -> None:
        if how == "bare":
            self.button("Join without camera and microphone").click()
            return
        self.button({"both": "Turn on camera and microphone", "sound": "Microphone only"}[how]).click()
        self.button({"both": "Join", "sound": "Join with sound only"}[how]).click()


@pytest.fixture
def made() -> Consultation:
    """A half hour that has just begun."""
    specialist = make_specialist(user=make_user(display_name="Ada"), name="Dr Ada Example", hours=False)
    return agreed(timezone.now() - timedelta(seconds=20), specialist=specialist, client=make_user(display_name="Robin"))


@pytest.fixture
def sides(visit, made: Consultation) -> Callable[..., tuple[Side, Side]]:
    """The member on a phone, the specialist at a desk, both on the join page."""

    def open_both(**options) -> tuple[Side, Side]:
        member = side(visit, made, as_client=True, **options)
        return member, side(visit, made, as_client=False, viewport={"width": 1280, "height": 900}, **options)

    return open_both


def side(visit, made: Consultation, *, as_client: bool, **options) -> Side:
    person, other = (made.client, "Dr Ada Example") if as_client else (made.specialist.user, "Robin")
    window = visit(**options)
    window.context.add_init_script(WATCH)
    window.log_in(session_of(person))
    window.page.goto(f"/consultations/{made.public_id}/join/")
    return Side(window, window.page, other)


def connected(*both: Side) -> None:
    for each in both:
        each.says(f"Connected with {each.other}.")


def test_two_people_see_and_hear_each_other_and_leave(sides, made) -> None:
    member, specialist = sides()
    assert member.visit.axe() == []
    member.button("Turn on camera and microphone").click()
    member.notes("Your microphone works.")
    expect(member.page.get_by_label("You, as they see you")).to_be_visible()
    assert member.visit.axe() == []
    assert not RoomSignal.objects.exists()
    member.button("Join").click()
    member.says("Waiting for Dr Ada Example. You don’t need to do anything.")
    specialist.enter()
    connected(member, specialist)
    for each in (member, specialist):
        for kind in ("video", "audio"):
            each.receives(kind)
        assert each.visit.axe() == []
        expect(each.page.get_by_role("timer")).to_have_text(re.compile(r"^2\d:\d\d left$"))
    specialist.button("Leave").click()
    specialist.says("You have left the room.")
    expect(specialist.button("Join again")).to_be_focused()
    member.says("Dr Ada Example has left the room. If they come back, you’ll be connected again.")
    specialist.button("Join again").click()
    specialist.enter()
    connected(member, specialist)
    member.receives("video")


def test_mute_and_camera_are_heard_of_on_the_other_side(sides) -> None:
    member, specialist = sides()
    member.enter()
    specialist.enter()
    connected(member, specialist)
    member.receives("audio")
    mute, camera = specialist.button("Mute"), specialist.button("Camera off")
    expect(mute).to_have_attribute("aria-pressed", "false")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    expect(member.page.locator("[data-about-them]")).to_have_text("Dr Ada Example is muted.")
    camera.click()
    expect(camera).to_have_attribute("aria-pressed", "true")
    expect(member.page.locator("[data-about-them]")).to_contain_text("The camera of Dr Ada Example is off.")
    expect(specialist.page.locator("[data-mine]")).to_be_hidden()
    silent = member.received("audio")
    member.page.wait_for_timeout(1500)
    assert member.received("audio") - silent < 1e-4
    mute.click()
    camera.click()
    expect(member.page.locator("[data-about-them]")).to_have_text("")
    member.receives("video")
    member.receives("audio")


def test_a_reload_and_a_lost_network_find_back(sides) -> None:
    member, specialist = sides()
    member.enter()
    specialist.enter()
    connected(member, specialist)
    member.page.reload()
    specialist.says("Robin has left the room. If they come back, you’ll be connected again.")
    member.enter()
    connected(member, specialist)
    specialist.receives("video")
    # The connection itself breaks: the one that is left asks for new ways between the two (ICE restart).
    before = member.page.evaluate("connections.at(-1).localDescription.sdp.match(/ice-ufrag:(.*)/)[1]")
    member.page.evaluate("connections.at(-1).restartIce()")
    specialist.page.evaluate("connections.at(-1).restartIce()")
    member.page.wait_for_function(
        "(before) => connections.at(-1).localDescription.sdp.match(/ice-ufrag:(.*)/)[1] !== before", arg=before
    )
    for each in (member, specialist):
        each.receives("video")
        each.receives("audio")


def test_signals_wait_for_the_network(sides, made) -> None:
    member, specialist = sides()
    member.visit.pardon("ERR_INTERNET_DISCONNECTED")
    member.enter()
    member.says("Waiting for Dr Ada Example. You don’t need to do anything.")
    member.visit.context.set_offline(True)
    member.says("No internet connection. We keep trying.")
    specialist.enter()
    specialist.says("Robin is here. Connecting…")
    member.visit.context.set_offline(False)
    connected(member, specialist)
    member.receives("video")


def test_sound_only_then_a_camera_and_nothing_at_all(sides) -> None:
    member, specialist = sides()
    member.enter("sound")
    expect(member.button("Camera off")).to_have_attribute("aria-pressed", "true")
    specialist.enter("bare")
    connected(member, specialist)
    expect(specialist.button("Mute")).to_have_attribute("aria-pressed", "true")
    specialist.receives("audio")
    assert specialist.received("video") == 0
    expect(specialist.page.locator("[data-about-them]")).to_have_text("The camera of Robin is off.")
    member.button("Camera off").click()
    member.notes("Your camera is on.")
    specialist.receives("video")
    specialist.button("Mute").click()
    specialist.notes("Your microphone is on.")
    member.receives("audio")


def test_typed_lines_go_straight_to_the_other_browser(sides, made) -> None:
    member, specialist = sides()
    posted: list[str] = []
    member.page.on("request", lambda request: posted.append(request.post_data or ""))
    member.enter("bare")
    specialist.enter("sound")
    connected(member, specialist)
    expect(member.page.get_by_label("Your line")).to_be_hidden()
    member.page.keyboard.press("Tab")
    captions = member.button("Captions")
    captions.focus()
    member.page.keyboard.press("Space")
    expect(captions).to_have_attribute("aria-pressed", "true")
    expect(member.page.get_by_label("Your line")).to_be_focused()
    member.page.keyboard.type("My name is <b>Robin</b>, with a B")
    member.page.keyboard.press("Enter")
    member.notes("Dr Ada Example has captions off and was told that you typed a line.")
    specialist.notes("Robin typed a line. Turn captions on to read it.")
    expect(specialist.page.locator("[data-log]")).to_be_hidden()
    specialist.button("Captions").click()
    expect(specialist.page.get_by_role("log")).to_have_text("Robin: My name is <b>Robin</b>, with a B")
    specialist.page.get_by_label("Your line").fill("Thank you")
    specialist.button("Send").click()
    expect(member.page.get_by_role("log")).to_contain_text("Dr Ada Example: Thank you")
    assert member.visit.axe() == [] and specialist.visit.axe() == []
    assert not any("with a B" in each for each in posted)
    assert not any("with a B" in each.body for each in RoomSignal.objects.all())


def test_a_newer_window_takes_over(visit, sides, made) -> None:
    member, specialist = sides()
    member.visit.pardon("status of 409")
    member.enter()
    specialist.enter()
    connected(member, specialist)
    newer = side(visit, made, as_client=True)
    newer.enter()
    member.says("You opened this room in another window, so this one has stopped.")
    connected(newer, specialist)
    newer.receives("video")


def test_the_room_without_permission_and_without_scripts(visit, sides, made) -> None:
    member, _specialist = sides()
    refuse = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }"
    member.page.evaluate(refuse)
    member.button("Turn on camera and microphone").click()
    member.notes("Your browser doesn’t let us use them. Allow camera and microphone beside the address, then again.")
    expect(member.button("Join without camera and microphone")).to_be_visible()
    plain = side(visit, made, as_client=True, java_script_enabled=False)
    expect(plain.page.get_by_text("The video room needs JavaScript")).to_be_visible()
    expect(plain.page.get_by_role("link", name="Write to Dr Ada Example")).to_be_visible()
    expect(plain.page.locator("[data-room]")).to_be_hidden()


def test_no_other_page_may_use_the_camera(visit, made) -> None:
    window = visit()
    window.pardon("Permissions policy violation")
    window.page.goto("/")
    asked = "navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', (error) => error.name)"
    assert window.page.evaluate(asked) == "NotAllowedError"


def test_the_page_opens_by_itself_and_closes_the_room(visit, made) -> None:
    now = timezone.now()
    soon = now + timedelta(minutes=10, seconds=8)
    Consultation.objects.filter(pk=made.pk).update(start=soon, end=soon + timedelta(minutes=30))
    member = side(visit, made, as_client=True)
    expect(member.page.get_by_role("timer")).to_have_text(re.compile(r"^Opens in 0:0\d$"))
    assert member.visit.axe() == []
    expect(member.button("Turn on camera and microphone")).to_be_visible()
    expect(member.page.get_by_role("timer")).to_have_text(re.compile(r"^Starts in \d+:\d\d$"))


def test_the_end_is_said_and_the_room_closes(visit, made) -> None:
    now = timezone.now()
    Consultation.objects.filter(pk=made.pk).update(
        start=now - timedelta(minutes=39, seconds=45), end=now - timedelta(minutes=9, seconds=45), state="ended"
    )
    member = side(visit, made, as_client=True)
    expect(member.page.get_by_role("timer")).to_have_text("The half hour is over")
    member.enter("bare")
    member.says("The room has closed. Thank you for the half hour.")
    member.button("Join again").click()
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Your half hour with Dr Ada Example is over.")


def test_five_minutes_before_the_end_it_is_said_once(visit, made) -> None:
    now = timezone.now()
    Consultation.objects.filter(pk=made.pk).update(
        start=now - timedelta(minutes=24, seconds=52), end=now + timedelta(minutes=5, seconds=8)
    )
    member = side(visit, made, as_client=True)
    said = member.page.locator("[data-said]")
    expect(said).to_have_text("")
    expect(said).to_have_text("5 minutes left.")
