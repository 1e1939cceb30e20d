"""My times and the specialist's list: what waits first, both hats apart, one number of queries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import cancelling
from consultations.models import Consultation
from tests.consultations.agreed import agree, ask, at, begin, propose
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
MINE, PRACTICE = "/consultations/", "/practice/consultations/"


def parts(client, path, person) -> dict[str, str]:
    """The main part of the page by its headings of the second and third level."""
    client.force_login(person)
    main = client.get(path).content.decode().split("<main")[1].split("</main>")[0]
    pieces = re.split(r"<h[23][^>]*>(.*?)</h[23]>", main, flags=re.DOTALL)
    names = [re.sub(r"<[^>]+>", "", each).strip() for each in pieces[1::2]]
    return dict(zip(names, pieces[2::2], strict=True))


def test_my_times_in_their_parts(client) -> None:
    member = make_user(time_zone="UTC")
    next_one = agree(make_specialist(name="Dr Next"), member, at(9))
    agree(make_specialist(name="Dr Later"), member, at(9, days=3))
    ask(make_specialist(name="Dr Asked"), member, at(9, days=4))
    propose(next_one, next_one.specialist.user, at(14))
    found = parts(client, MINE, member)
    assert "Dr Next" in found["For you to answer 1"] and "/answer/" in found["For you to answer 1"]
    assert "Dr Next" in found["Next"] and "09:00 to 09:30" in re.sub(r"<[^>]+>", "", found["Next"])
    assert "Dr Later" in found["Later"] and "Dr Next" not in found["Later"]
    assert "Dr Asked" in found["Waiting for an answer"] and "answer by" in found["Waiting for an answer"]
    assert "Take it back" in found["Waiting for an answer"] and "Past and cancelled" not in found


def test_what_was_and_what_lapsed_is_past(client) -> None:
    member = make_user()
    begin(agree(make_specialist(name="Dr Over"), member), timedelta(hours=2))
    lapsed = ask(make_specialist(name="Dr Lapsed"), member, at(11))
    Consultation.objects.filter(pk=lapsed.pk).update(expires_at=database_now())
    off = agree(make_specialist(name="Dr Off"), member, at(13))
    cancelling.cancel(consultation=off, actor=member, reason="", now=database_now())
    past = parts(client, MINE, member)["Past and cancelled"]
    assert "Dr Over" in past and "Not answered in time" in past and "Cancelled by you" in past
    assert "/cancel/" not in past and "/reschedule/" not in past


def test_both_hats_are_apart(client) -> None:
    specialist = make_specialist()
    agree(make_specialist(name="Dr Mine"), specialist.user, at(9))
    agree(specialist, make_user(display_name="Inês"), at(12))
    asked = ask(specialist, make_user(display_name="Robin"), at(14))
    found = parts(client, MINE, specialist.user)
    assert "Dr Mine" in found["Next"] and "Inês" not in found["Next"]
    assert "Inês" in found["Coming"] and "Dr Mine" not in found["Coming"]
    assert "Robin" in found["For you to answer 1"] and PRACTICE in found["Coming"]
    client.force_login(asked.client)
    assert "as a specialist" not in client.get(MINE).content.decode()


def test_the_specialists_list_answers_first_then_today_then_the_rest(client) -> None:
    specialist = make_specialist(time_zone="UTC")
    agree(specialist, make_user(display_name="Tomorrow’s"), at(9, days=3), note="softly")
    today = agree(specialist, make_user(display_name="Today’s"), at(12))
    begin(today)
    moved = agree(specialist, make_user(display_name="Mover"), at(14))
    propose(moved, moved.client, at(16))
    ask(specialist, make_user(display_name="Asker"), at(9, days=4), note="Is it all right?")
    gone = agree(specialist, make_user(display_name="Gone"), at(11, days=4), by_request=False)
    cancelling.cancel(consultation=gone, actor=gone.client, reason="", now=database_now())
    found = parts(client, PRACTICE, specialist.user)
    assert "Asker" in found["For you to answer 2"] and "Mover" in found["For you to answer 2"]
    assert "Is it all right?" in found["For you to answer 2"] and "softly" in found["Coming 2"]
    assert "Today’s" in found["Today 1"] and "Gone" in found["Past and cancelled"]
    assert "Asker" not in found["Coming 2"], "nothing is agreed yet"


def test_nothing_yet_and_nobody_elses(client) -> None:
    member, specialist = make_user(), make_specialist()
    client.force_login(member)
    assert b"No half hours yet" in client.get(MINE).content and client.get(PRACTICE).status_code == 404
    client.force_login(specialist.user)
    assert b"Nobody has booked yet" in client.get(PRACTICE).content
    assert b"Nobody has booked a coming half hour with you." in client.get(MINE).content
    other = agree()
    for person in (member, specialist.user):
        client.force_login(person)
        assert str(other.public_id) not in client.get(MINE).content.decode()
    client.logout()
    for path in (MINE, PRACTICE):
        answer = client.get(path)
        assert answer.status_code == 200 and "log" in answer.content.decode().lower()
        assert str(other.public_id) not in answer.content.decode()


@pytest.mark.parametrize("path", [MINE, PRACTICE])
def test_one_number_of_queries_with_one_row_and_three(client, path) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    counts = []
    for number in range(3):
        agree(make_specialist(), specialist.user, at(9 + number))
        asked = agree(specialist, make_user(), at(14 + number))
        propose(asked, asked.client, at(9 + number, days=4))
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert len(set(counts)) == 1 and counts[0] <= 7
