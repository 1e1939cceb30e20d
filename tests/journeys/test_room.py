"""Two people in the video room, each in a browser of their own, with a made-up camera and microphone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from consultations.models import RoomSignal
from tests.journeys.lossy_network import lossy_network
from tests.journeys.room_world import connected, side

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("answered"),
]


def test_two_people_see_and_hear_each_other_and_leave(sides, half_hour) -> None:
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
    member.hears_nothing()
    mute.click()
    camera.click()
    expect(member.page.locator("[data-about-them]")).to_have_text("")
    member.receives("video")
    member.receives("audio")


def test_a_reload_finds_back(sides) -> None:
    member, specialist = sides()
    member.enter()
    specialist.enter()
    connected(member, specialist)
    member.page.reload()
    specialist.says("Robin has left the room. If they come back, you’ll be connected again.")
    member.enter()
    connected(member, specialist)
    specialist.receives("video")


def test_a_network_that_was_lost_is_found_again(sides) -> None:
    ufrag = "connections.at(-1).localDescription.sdp.match(/ice-ufrag:(.*)/)[1]"
    with lossy_network() as network:
        member, specialist = sides(network=network)
        member.enter()
        specialist.enter()
        connected(member, specialist)
        member.receives("video")
        assert network.carried > 0
        before = member.page.evaluate(ufrag)
        network.is_cut = True
        for each in (member, specialist):
            each.says("The connection was lost. Reconnecting…")
        network.begins_anew()
        connected(member, specialist)
        for each in (member, specialist):
            each.receives("video")
            each.receives("audio")
        assert member.page.evaluate(ufrag) != before  # ICE was restarted, on the same connection
        assert member.page.evaluate("connections.length") == 1


def test_both_sides_may_restart_at_once(sides) -> None:
    member, specialist = sides()
    member.enter()
    specialist.enter()
    connected(member, specialist)
    for each in (member, specialist):
        each.page.evaluate("connections.at(-1).restartIce()")
    states = "['signalingState', 'connectionState'].map((each) => connections.at(-1)[each]).join()"
    settled = f"() => {states} === 'stable,connected'"
    for each in (member, specialist):
        each.page.wait_for_function(settled)
        each.receives("video")
        each.receives("audio")


def test_signals_wait_for_the_network(sides, half_hour) -> None:
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


def test_typed_lines_go_straight_to_the_other_browser(sides, half_hour) -> None:
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


def test_a_newer_window_takes_over(visit, sides, half_hour) -> None:
    member, specialist = sides()
    member.visit.pardon("status of 409")
    member.enter()
    specialist.enter()
    connected(member, specialist)
    newer = side(visit, half_hour, as_client=True)
    newer.enter()
    member.says("You opened this room in another window, so this one has stopped.")
    connected(newer, specialist)
    newer.receives("video")
