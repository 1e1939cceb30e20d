"""One half hour's own page: how it stands for each side, what can be done, and who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import cancelling, clock_check, moving, requests
from consultations.models import Consultation
from consultations.slots import wall_time
from specialists.changes import announce
from specialists.models import ExcludedMember
from tests.consultations.agreed import agree, ask, at, begin, fresh, propose
from tests.factories import make_specialist, make_topic, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def shown(client, made, person) -> str:
    client.force_login(person)
    answer = client.get(f"/consultations/{made.public_id}/")
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def both(client, made) -> tuple[str, str]:
    return shown(client, made, made.client), shown(client, made, made.specialist.user)


def test_a_request_says_until_when_to_each(client) -> None:
    member, specialist = both(client, ask())
    assert "You asked " in member and "by " in member and "at the latest" in member
    assert "Take it back" in member and "Ask for another time" in member and "/answer/" not in member
    assert " asks for this half hour." in specialist and "Please answer by" in specialist
    assert "Say yes or no" in specialist and "/cancel/" not in specialist and "Add to my calendar" not in specialist


def test_a_booking_offers_what_can_be_done_now(client) -> None:
    made = agree()
    member, specialist = both(client, made)
    for page in (member, specialist):
        assert "It’s booked with" in page and "invite.ics" in page and "/reschedule/" in page and "/cancel/" in page
        assert "/crisis/" in page.split("<main")[1].split("</main>")[0]
    begun = shown(client, begin(made), made.client)
    assert "is now." in begun and "/reschedule/" not in begun and "/cancel/" not in begun
    over = shown(client, begin(made, timedelta(minutes=31)), made.client)
    assert "is over." in over and "/fit/" in over and "invite.ics" not in over


def test_declined_and_lapsed_leave_the_member_with_others(client) -> None:
    topic = make_topic()
    others = [make_specialist(topics=[topic]) for _each in range(4)]
    declined = ask(make_specialist(topics=[topic]))
    requests.decline(consultation=declined, actor=declined.specialist.user, reason="", now=database_now())
    lapsed = ask(make_specialist(topics=[topic]), start=at(12))
    Consultation.objects.filter(pk=lapsed.pk).update(expires_at=database_now())
    for made, said in ((declined, "can’t take this half hour."), (lapsed, "This request ran out.")):
        member, specialist = both(client, made)
        assert said in member and "Others who are free soonest" in member
        assert sum(other.name in member for other in others) >= 2
        assert "Others who are free soonest" not in specialist
    assert "You said no to this half hour." in shown(client, declined, declined.specialist.user)


@pytest.mark.parametrize("who", ["client", "specialist", "site"])
def test_a_cancelled_one_says_by_whom_without_blame(client, who) -> None:
    made = agree(make_specialist())
    make_specialist()
    actor = {"client": made.client, "specialist": made.specialist.user, "site": None}[who]
    cancelling.cancel(consultation=made, actor=actor, reason="I am ill.", now=database_now())
    member, specialist = both(client, made)
    said = {
        "client": ("Cancelled by you", "Cancelled by the other person"),
        "specialist": ("Cancelled by the other person", "Cancelled by you"),
        "site": ("Called off", "Called off"),
    }[who]
    assert said[0] in member and said[1] in specialist and "I am ill." in member and "I am ill." in specialist
    assert ("Others who are free soonest" in member) is (who != "client")


def test_the_history_is_read_by_both_without_blame(client) -> None:
    made = agree(client=make_user(display_name="Inês", time_zone="UTC"))
    moving.move(consultation=made, actor=made.client, start=at(14), seen=0, now=database_now())
    propose(fresh(made), made.specialist.user, at(15))
    member, specialist = both(client, made)
    name = made.specialist.name
    for words in ("You booked it", "You moved it", f"{name} proposed other times"):
        assert words in member.split("What happened")[1]
    for words in ("Inês booked it", "Inês moved it", "You proposed other times"):
        assert words in specialist.split("What happened")[1]
    moved = member.split("You moved it")[1].split("</li>")[0]
    assert moved.index("10:00") < moved.index("14:00")


def test_the_note_is_for_the_two_and_only_the_member_calls_it_theirs(client) -> None:
    member, specialist = both(client, agree(note="My secret"))
    assert "What you wrote in advance" in member and "What they wrote in advance" in specialist
    assert "My secret" in member and "My secret" in specialist


def test_a_proposal_waits_for_the_other_side(client) -> None:
    made = agree()
    propose(made, made.specialist.user, at(14), words="A line of mine")
    member, specialist = both(client, made)
    assert "Choose, or keep your time" in member and "A line of mine" in member
    assert "Look at it, or take it back" in specialist and "/reschedule/" not in member


def test_case_06_the_specialist_is_asked_about_a_clock_that_reads_another_time(client) -> None:
    made = agree()
    Consultation.objects.update(agreed_local=wall_time(made.start, "Asia/Kathmandu"))
    clock_check.flag_all(now=database_now())
    member, specialist = both(client, made)
    assert "Your clock will read another time" in specialist and "it was 15:45 on your clock" in specialist
    assert "Keep it at 10:00" in specialist and "Your clock will read another time" not in member
    clock = f"/consultations/{made.public_id}/clock/"
    client.force_login(made.client)
    assert client.post(clock).status_code == 404
    client.force_login(made.specialist.user)
    assert client.get(clock).status_code == 405 and fresh(made).reads_now
    for _twice in range(2):
        assert client.post(clock).status_code == 303
    assert not fresh(made).reads_now and made.events.last().what == "clock kept"


def test_case_36_excluding_from_the_page_of_a_half_hour(client) -> None:
    made = agree()
    path = f"/consultations/{made.public_id}/exclude/"
    member, specialist = both(client, made)
    assert path in specialist and path not in member
    for person in (made.client, make_user()):
        client.force_login(person)
        assert client.get(path).status_code == 404 and client.post(path, {"do": "exclude"}).status_code == 404
    client.force_login(made.specialist.user)
    page = client.get(path).content.decode()
    assert "Hold it or cancel it first." in page and 'value="exclude"' not in page
    assert client.post(path, {"do": "exclude"}).status_code == 409 and not ExcludedMember.objects.exists()
    cancelling.cancel(consultation=made, actor=made.specialist.user, reason="", now=database_now())
    assert client.post(path, {"do": "exclude"}).status_code == 303 and ExcludedMember.objects.exists()
    assert "isn’t offered your times" in client.get(path).content.decode()
    told = shown(client, made, made.client)
    assert "offer" not in told.split("<main")[1].split("</main>")[0].replace("offered", "")
    client.force_login(made.specialist.user)
    assert client.post(path, {"do": "admit"}).status_code == 303 and not ExcludedMember.objects.exists()


def test_case_34_on_the_page_a_suspension_is_told_in_neutral_words(client) -> None:
    topic = make_topic()
    others = [make_specialist(topics=[topic]) for _each in range(3)]
    made = agree(make_specialist(topics=[topic]))
    announce(specialist=made.specialist, change="suspended", now=database_now())
    member = shown(client, made, made.client)
    main = member.split("<main")[1].split("</main>")[0]
    assert "Called off." in main and all(other.name in main for other in others)
    assert "suspend" not in main.lower() and "licence" not in main.lower()


def test_the_page_asks_the_database_as_often_after_many_events(client) -> None:
    made = agree()
    client.force_login(made.client)
    counts = set()
    for start in (at(14), at(15)):
        moving.move(consultation=made, actor=made.client, start=start, seen=fresh(made).sequence, now=database_now())
        client.get(f"/consultations/{made.public_id}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/consultations/{made.public_id}/")
        counts.add(len(queries))
    assert len(counts) == 1 and max(counts) <= 9
