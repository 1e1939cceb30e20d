"""Two people at their half hour: their windows, and what really arrives in each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from consultations.models import Consultation
from tests.browser.driving import Visit, session_of
from tests.consultations.test_room import agreed
from tests.factories import make_specialist, make_user
from tests.journeys.lossy_network import LossyNetwork

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
# What was on its way when somebody muted themselves is still heard; then a whole second brings nothing.
SILENCE = f"""async () => {{
  const before = await ({RECEIVED})('audio');
  await new Promise((done) => {{ setTimeout(done, 1000); }});
  return (await ({RECEIVED})('audio')) - before < 1e-6;
}}"""


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

    def hears_nothing(self) -> None:
        self.page.wait_for_function(SILENCE)

    def enter(self, how: str = "both") -> None:
        if how == "bare":
            self.button("Join without camera and microphone").click()
            return
        self.button({"both": "Turn on camera and microphone", "sound": "Microphone only"}[how]).click()
        self.button({"both": "Join", "sound": "Join with sound only"}[how]).click()


@pytest.fixture
def answered(transactional_db: None) -> Iterator[None]:
    """Set up first, so undone after the windows closed: their last signals are answered before tables are emptied."""
    yield
    quiet = 0
    while quiet < 3:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        time.sleep(0.1)


@pytest.fixture
def half_hour() -> Consultation:
    """A half hour that has just begun."""
    specialist = make_specialist(user=make_user(display_name="Ada"), name="Dr Ada Example", hours=False)
    return agreed(timezone.now() - timedelta(seconds=20), specialist=specialist, client=make_user(display_name="Robin"))


@pytest.fixture
def sides(visit, half_hour: Consultation) -> Callable[..., tuple[Side, Side]]:
    """The member on a phone, the specialist at a desk, both on the join page."""

    def open_both(**options) -> tuple[Side, Side]:
        member = side(visit, half_hour, as_client=True, **options)
        desk = {"width": 1280, "height": 900}
        return member, side(visit, half_hour, as_client=False, viewport=desk, **options)

    return open_both


def side(visit, made: Consultation, *, as_client: bool, network: LossyNetwork | None = None, **options) -> Side:
    person, other = (made.client, "Dr Ada Example") if as_client else (made.specialist.user, "Robin")
    window = visit(**options)
    if network:
        network.lies_between(window.context)
    window.context.add_init_script(WATCH)
    window.log_in(session_of(person))
    window.page.goto(f"/consultations/{made.public_id}/join/")
    return Side(window, window.page, other)


def connected(*both: Side) -> None:
    for each in both:
        each.says(f"Connected with {each.other}.")
