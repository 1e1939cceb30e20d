"""Where people meet: what a specialist may say, who reads it, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Entry
from consultations import meeting
from consultations.models import Schedule
from tests.consultations.test_room import agreed
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
PATH = "/practice/availability/where/"
SAID = {"video": "room", "link": "", "phone": "", "phone_words": "", "address": ""}
PLACE = meeting.Place("https://meet.example.org/ada", "+44 (0)20 7946 0000", "Ring twice.", "1 Quiet Lane\n2nd floor")


def soon() -> timezone.datetime:
    return timezone.now() + timedelta(hours=3)


def test_what_is_saved_is_read_again_and_sealed() -> None:
    specialist = make_specialist()
    meeting.save(specialist=specialist, place=PLACE, now=timezone.now())
    specialist.schedule.refresh_from_db()
    assert meeting.place_of(specialist) == PLACE
    with connection.cursor() as cursor:
        cursor.execute("SELECT video_link, phone, address FROM consultations_schedule")
        assert not any(b"7946" in bytes(each) or b"Quiet" in bytes(each) for each in cursor.fetchone())
    entry = Entry.objects.latest("pk")
    assert entry.verb == "meeting place changed" and entry.detail == {}
    meeting.save(specialist=specialist, place=meeting.Place(), now=timezone.now())
    specialist.schedule.refresh_from_db()
    assert meeting.place_of(specialist) == meeting.Place()
    assert (specialist.schedule.video_link, specialist.schedule.phone) == (None, None)


def test_hours_and_limits_stay_as_they_are() -> None:
    specialist = make_specialist()
    before = Schedule.objects.values("version", "notice_minutes", "horizon_days").get()
    meeting.save(specialist=specialist, place=PLACE, now=timezone.now())
    assert Schedule.objects.values("version", "notice_minutes", "horizon_days").get() == before


def test_somebody_without_hours_can_say_it_first() -> None:
    specialist = make_specialist(hours=False)
    assert meeting.place_of(specialist) == meeting.Place()
    meeting.save(specialist=specialist, place=PLACE, now=timezone.now())
    assert Schedule.objects.get(specialist=specialist).address == PLACE.address


@pytest.mark.parametrize(
    ("number", "tel"),
    [
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("+351 21-000.0000", "+351210000000"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("", ""),
    ],
)
def test_a_number_can_be_called_from_anywhere(number: str, tel: str) -> None:
    assert meeting.Place(phone=number).tel == tel


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("link", "http://meet.example.org/ada"),
        ("link", "meet.example.org/ada"),
        ("link", "javascript:alert(1)"),
        ("link", "https://ada:secret@meet.example.org/"),
        ("link", "https://localhost/ada"),
        ("link", "https://meet.example.org/" + "a" * 500),
        ("link", "https://[::1"),
        ("phone", "0151 2345"),
        ("phone", "+44 20 CALL ME"),
        ("phone", "+12"),
        ("phone", "+1234567890123456"),
        ("phone", "+351 21 000 0000\n+351 21 000 0001"),
        ("phone_words", "a" * 301),
        ("address", "a" * 501),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(field: str, wrong: str) -> None:
    specialist = make_specialist()
    with pytest.raises(meeting.Refused) as refused:
        meeting.save(specialist=specialist, place=meeting.Place(**{field: wrong}), now=timezone.now())
    assert refused.value.field == field
    assert Schedule.objects.get().video_link is None and Schedule.objects.get().phone is None


@pytest.mark.parametrize(
    ("format", "place", "way"),
    [
        ("video", meeting.Place(), "room"),
        ("video", PLACE, "link"),
        ("phone", PLACE, "phone"),
        ("phone", meeting.Place(phone_words="I call you."), "phone"),
        ("phone", meeting.Place(link="https://a.example.org/"), "messages"),
        ("in_person", PLACE, "address"),
        ("in_person", meeting.Place(), "messages"),
    ],
)
def test_the_way_follows_from_the_format_and_what_was_said(format: str, place: meeting.Place, way: str) -> None:
    assert meeting.way(agreed(format=format), place) == way


def test_the_form_saves_and_keeps_what_was_typed_when_refused(client) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    wrong = client.post(PATH, SAID | {"video": "link", "link": "meet.example.org", "address": "1 Quiet Lane"})
    text = wrong.content.decode()
    assert wrong.status_code == 200 and "It begins with https://" in text and "1 Quiet Lane" in text
    assert "or choose the room on this site" in client.post(PATH, SAID | {"video": "link"}).content.decode()
    good = client.post(PATH, SAID | {"video": "link", "link": PLACE.link, "phone": PLACE.phone})
    assert good.status_code == 303 and good["Location"] == PATH
    page = client.get(PATH).content.decode()
    assert PLACE.link in page and PLACE.phone in page and "People with a half hour coming meet you there too." in page
    # Back to our room: a link that stands in its field does not count.
    client.post(PATH, SAID | {"link": PLACE.link})
    assert Schedule.objects.get().video_link is None


def test_the_form_is_for_specialists_alone(client) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 200 and b'name="phone"' not in answer.content and b"log in" in answer.content.lower()
    client.force_login(make_user())
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, SAID).status_code == 404


def read(client, made, person) -> str:
    client.force_login(person)
    answer = client.get(f"/consultations/{made.public_id}/join/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("format", ["video", "phone"])
def test_link_and_number_wait_until_it_opens(client, format: str) -> None:
    specialist, member = make_specialist(), make_user()
    meeting.save(specialist=specialist, place=PLACE, now=timezone.now())
    page = read(client, agreed(soon(), specialist=specialist, client=member, format=format), member)
    assert "appears here 10 minutes before" in page
    assert "meet.example.org/ada" not in page and "tel:" not in page.split("<main")[1].split("</main>")[0]


def test_an_address_is_there_at_once_for_the_way(client) -> None:
    specialist, member = make_specialist(), make_user()
    meeting.save(specialist=specialist, place=PLACE, now=timezone.now())
    page = read(client, agreed(soon(), specialist=specialist, client=member, format="in_person"), member)
    assert "1 Quiet Lane<br>2nd floor" in page


def test_by_phone_the_member_calls_unless_the_specialist_says_otherwise(client) -> None:
    specialist, member = make_specialist(), make_user()
    made = agreed(specialist=specialist, client=member, format="phone")
    assert "Agree in your messages who calls whom." in read(client, made, member)
    meeting.save(specialist=specialist, place=meeting.Place(phone=PLACE.phone), now=timezone.now())
    page = read(client, made, member)
    assert f"You call {specialist.name} at" in page and 'href="tel:+442079460000"' in page
    assert f"{member.get_short_name()} calls you on this number" in read(client, made, specialist.user)
    words = meeting.Place(phone_words="I call you.")
    meeting.save(specialist=specialist, place=words, now=timezone.now())
    page = read(client, made, member)
    assert "I call you." in page and "You call" not in page


def test_a_link_tells_the_other_site_nothing_about_us(client) -> None:
    specialist, member = make_specialist(), make_user()
    meeting.save(specialist=specialist, place=PLACE, now=timezone.now())
    page = read(client, agreed(specialist=specialist, client=member), member)
    assert f'href="{PLACE.link}" target="_blank" rel="noopener noreferrer"' in page
    assert "data-room" not in page and "which is not ours" in page


def test_when_video_fails_the_number_is_at_hand(client) -> None:
    specialist, member = make_specialist(), make_user()
    meeting.save(specialist=specialist, place=meeting.Place(phone=PLACE.phone), now=timezone.now())
    page = read(client, agreed(specialist=specialist, client=member), member)
    assert "data-room" in page and 'href="tel:+442079460000"' in page
