"""The pages of moving and cancelling, for each side, a stranger and a visitor."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from consultations import locking, moving, refusals
from consultations.models import Consultation, State
from tests.consultations.agreed import agree, ask, at, begin, fresh, iso, propose
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
LOGIN_SENTENCE = "You need to be logged in to book your free consultation."


def path(made, page="reschedule") -> str:
    return f"/consultations/{made.public_id}/{page}/"


def move(client, made, start=None, **known):
    fields = {"start": iso(start or at(14)), "seen": str(fresh(made).sequence)} | known
    return client.post(path(made), fields)


def test_owner_other_side_stranger_and_visitor(client) -> None:
    made = agree()
    for page in ("reschedule", "answer", "cancel"):
        answer = client.get(path(made, page))
        assert answer.status_code == 200 and LOGIN_SENTENCE in answer.content.decode()
        client.force_login(make_user())
        assert client.get(path(made, page)).status_code == 404
        assert client.post(path(made, page), {"do": "accept"}).status_code == 404
        for person in (made.client, made.specialist.user):
            client.force_login(person)
            shown = client.get(path(made, page))
            assert shown.status_code == 200 and "no-store" in shown["Cache-Control"]
        client.logout()


def test_the_member_chooses_by_day_with_the_whole_date_in_each_label(client) -> None:
    made = agree(client=make_user(time_zone="Asia/Tokyo"))
    client.force_login(made.client)
    page = client.get(path(made)).content.decode()
    assert page.count('type="radio"') > 20 and "You can move this half hour twice." in page
    assert page.count("<legend") == page.count('<fieldset class="slot-day">')
    value = re.escape(at(14).astimezone(TOKYO).isoformat())
    label = re.sub(r"<[^>]+>", "", re.search(rf'value="{value}".*?</label>', page).group(0))
    assert re.search(r"\w+day \d+ \w+, 23:00", label) and "14:00 in UTC" in label


def test_case_19_a_move_leads_back_to_the_booking_with_its_history(client) -> None:
    made = agree()
    client.force_login(made.client)
    answer = move(client, made)
    assert answer.status_code == 303 and answer["Location"] == f"/consultations/{made.public_id}/"
    assert fresh(made).start == at(14)
    page = client.get(answer["Location"]).content.decode()
    assert "You moved it" in page and " from " in page.split("You moved it")[1][:60]
    assert move(client, made, seen="0").status_code == 303 and fresh(made).sequence == 1, "sent twice, moved once"


def test_a_lost_time_answers_409_with_the_others_and_the_choice_kept(client) -> None:
    made = agree()
    client.force_login(made.client)
    agree(made.specialist, make_user(), at(14))
    answer = move(client, made)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Not moved: your half hour stays as it was" in page
    assert page.count('type="radio"') > 20 and fresh(made).start == at()
    nothing = client.post(path(made), {"seen": "0"})
    assert nothing.status_code == 409 and b"Choose one of the times first." in nothing.content


def test_case_20_an_old_page_reads_how_it_stands_and_may_go_on_from_there(client) -> None:
    made = agree()
    client.force_login(made.client)
    moving.move(consultation=made, actor=made.client, start=at(15), seen=0, now=database_now())
    answer = move(client, made, seen="0")
    page = answer.content.decode()
    assert answer.status_code == 409 and "was changed while you were choosing" in page
    assert 'name="seen" value="1"' in page and ">15:00</time> to" in page and fresh(made).start == at(15)
    assert move(client, made, seen="1").status_code == 303 and fresh(made).start == at(14)


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999", "²"])
def test_a_page_number_that_is_none_moves_nothing(client, seen) -> None:
    made = agree()
    client.force_login(made.client)
    assert move(client, made, seen=seen).status_code == 409 and fresh(made).sequence == 0


def test_looking_at_another_week_or_zone_keeps_what_was_chosen_and_changes_nothing(client) -> None:
    made = agree()
    client.force_login(made.specialist.user)
    later = at(14, days=9).date().isoformat()
    fields = {
        "seen": "0",
        "start": [iso(at(14)), iso(at(15))],
        "words": "a kind line",
        "look": later,
        "tz": "Asia/Tokyo",
    }
    page = client.post(path(made), fields).content.decode()
    assert "You chose" in page and page.count(" checked>") == 2 and "a kind line" in page
    assert "Times in Tokyo" in page and '<option value="Asia/Tokyo" selected>' in page and "Earlier dates" in page
    assert not made.proposals.exists()
    fields.pop("look")
    assert client.post(path(made), fields).status_code == 303 and made.proposals.get().starts == [at(14), at(15)]


def test_a_day_can_be_named_in_the_address(client) -> None:
    made = agree()
    client.force_login(made.client)
    day = at(days=5).date()
    page = client.get(path(made), {"from": day.isoformat()}).content.decode()
    assert f'datetime="{at(days=4).date()}"' not in page.split("slot-day", 1)[1] and f'datetime="{day}"' in page
    for wrong in ("x", "0001-01-01", "9999-12-31"):
        assert client.get(path(made), {"from": wrong}).status_code == 200


def test_what_the_member_has_elsewhere_is_known_to_the_member_alone(client) -> None:
    member = make_user(time_zone="UTC")
    made = agree(client=member)
    agree(make_specialist(), member, at(14))
    value = f'value="{at(14).isoformat()}"'
    client.force_login(member)
    assert value not in client.get(path(made)).content.decode()
    client.force_login(made.specialist.user)
    User.objects.filter(pk=made.specialist.user_id).update(time_zone="UTC")
    assert value in client.get(path(made)).content.decode()


def test_the_specialist_proposes_and_reads_that_it_waits(client) -> None:
    made = agree()
    client.force_login(made.specialist.user)
    assert 'type="checkbox"' in client.get(path(made)).content.decode()
    assert move(client, made, at(14)).status_code == 303 and made.proposals.get().starts == [at(14)]
    shown = client.get(f"/consultations/{made.public_id}/").content.decode()
    assert "You proposed other times" in shown and "take it back" in shown


def test_four_times_or_none_are_not_proposed(client) -> None:
    made = agree()
    client.force_login(made.specialist.user)
    for starts in ([], [iso(at(hour)) for hour in (9, 12, 13, 14)]):
        answer = client.post(path(made), {"start": starts, "seen": "0", "words": "kept line"})
        assert answer.status_code == 409 and b"one to three times" in answer.content and b"kept line" in answer.content


def test_who_is_asked_first_is_asked_about_a_move(client) -> None:
    made = ask()
    client.force_login(made.client)
    assert b"for another time" in client.get(path(made)).content, "a request that waits is moved at once"
    Consultation.objects.update(state=State.CONFIRMED, expires_at=None)
    page = client.get(path(made)).content.decode()
    assert "Propose other times to" in page and 'type="checkbox"' in page
    assert move(client, made).status_code == 303 and made.proposals.get().by == made.client


@pytest.mark.parametrize("why", ["moved twice", "cancelled", "begun", "proposed to"])
def test_where_nothing_can_be_moved_the_page_says_why_and_offers_no_times(client, why) -> None:
    made = agree()
    client.force_login(made.client)
    if why == "moved twice":
        Consultation.objects.update(moves_by_client=2)
    elif why == "cancelled":
        Consultation.objects.update(state=State.CANCELLED)
    elif why == "begun":
        begin(made)
    else:
        propose(made, made.specialist.user)
    said = {
        "moved twice": "which is the most",
        "cancelled": "This half hour is cancelled.",
        "begun": "is now.",
        "proposed to": "has proposed other times",
    }[why]
    page = client.get(path(made)).content.decode()
    assert said in page and 'name="start"' not in page
    assert move(client, made).status_code == 409


def test_case_43_busy_is_503_and_nothing_was_moved(client, monkeypatch) -> None:
    made = agree()
    client.force_login(made.client)
    monkeypatch.setattr(locking, "ATTEMPTS", 0)
    answer = move(client, made)
    assert answer.status_code == 503 and str(refusals.Busy()) in answer.content.decode() and fresh(made).start == at()


def test_case_18_cancelling_twice_after_a_move_and_after_the_start(client) -> None:
    made = agree()
    client.force_login(made.client)
    move(client, made)
    for _twice in range(2):
        assert client.post(path(made, "cancel"), {"reason": "I am ill."}).status_code == 303
    assert fresh(made).state == State.CANCELLED and fresh(made).sequence == 2
    page = client.get(path(made, "cancel")).content.decode()
    assert "This half hour is cancelled." in page and 'name="reason"' not in page
    begun = begin(agree(client=made.client))
    late = client.post(path(begun, "cancel"), {"reason": "kept words"})
    assert late.status_code == 409 and b"has begun" in late.content and fresh(begun).state == State.CONFIRMED


def test_the_page_asks_the_database_as_often_with_one_booking_as_with_many(client) -> None:
    made = agree()
    client.force_login(made.client)
    client.get(path(made))
    counts = set()
    for hour in (9, 12, 16):
        agree(made.specialist, make_user(), at(hour))
        with CaptureQueriesContext(connection) as queries:
            client.get(path(made))
        counts.add(len(queries))
    assert len(counts) == 1 and max(counts) <= 20
