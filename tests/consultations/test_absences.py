"""Days away over existing bookings: each is answered before anything is saved, all of it or nothing (BOOKING 33)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from consultations import absences, booking, hours, outside, refusals
from consultations.models import Absence, Consultation, DateException, State
from consultations.outside import Answer
from notifications.models import Notification
from specialists.models import Opening
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
PATH = "/practice/availability/away/"
DATE = "/practice/availability/date/"


def at(days: int = 2, hour: int = 10) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def day(days: int = 2) -> date:
    return at(days).date()


def book(specialist, start=None, **fields) -> Consultation:
    return booking.book(
        specialist=specialist, client=make_user(**fields), start=start or at(), now=timezone.now(), location="PT"
    )


def add(specialist, first: int, last: int, answers=None, actor=None) -> Absence:
    return absences.add(
        specialist=specialist,
        actor=actor or specialist.user,
        first_day=day(first),
        last_day=day(last),
        answers=answers or {},
        now=timezone.now(),
    )


def text_of(page) -> str:
    return " ".join(BeautifulSoup(page.content, "html.parser").main.get_text(" ").split())


def typed(made: Consultation, what: str, **more) -> dict[str, object]:
    fields = {"seen": made.sequence, "what": what} | more
    return {f"{made.public_id}-{name}": value for name, value in fields.items()}


def test_without_bookings_days_away_are_saved_at_once(client) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    answer = client.post(PATH, {"first_day": str(day(3)), "last_day": str(day(4))})
    assert answer.status_code == 303 and answer["Location"] == "/practice/availability/"
    left = set(Opening.objects.filter(specialist=specialist).values_list("start__date", flat=True))
    assert left and not left & {day(3), day(4)}
    absence = Absence.objects.get()
    client.post(f"{PATH}{absence.pk}/", {"first_day": str(day(3)), "last_day": ""})
    absence.refresh_from_db()
    assert (absence.first_day, absence.last_day) == (day(3), day(3))
    assert Opening.objects.filter(specialist=specialist, start__date=day(4)).exists()
    for _twice in range(2):
        client.post(f"{PATH}{absence.pk}/", {"do": "remove"})
    assert not Absence.objects.exists() and Opening.objects.filter(start__date=day(3)).exists()


def test_case_33_an_absence_over_bookings_asks_for_each_and_is_one_act(client) -> None:
    specialist = make_specialist()
    kept, moved, off = (book(specialist, at(hour=hour)) for hour in (9, 12, 15))
    beside = book(specialist, at(days=5))
    client.force_login(specialist.user)
    days = {"first_day": str(day(1)), "last_day": str(day(3))}
    page = client.post(PATH, days)
    assert page.status_code == 200 and not Absence.objects.exists()
    assert "3 half hours lie within these days" in text_of(page) and "Say what happens with each" in text_of(page)
    assert beside.client.get_short_name() not in text_of(page)
    offered = BeautifulSoup(page.content, "html.parser").select(f'input[name="{moved.public_id}-starts"]')
    starts = [each["value"] for each in offered]
    assert starts and not any(start.startswith((str(day(1)), str(day(2)), str(day(3)))) for start in starts)
    some = days | typed(kept, "keep") | typed(moved, "propose", starts=starts[:2], words="A later day?")
    page = client.post(PATH, some)
    assert page.status_code == 200 and not Absence.objects.exists() and "A later day?" in page.content.decode()
    ticked = BeautifulSoup(page.content, "html.parser").select(f'input[name="{moved.public_id}-starts"][checked]')
    assert [each["value"] for each in ticked] == starts[:2]
    page = client.post(PATH, some | typed(off, ""))
    name = off.client.get_short_name()
    assert f"Say what happens with {name}, " in text_of(page) and not Absence.objects.exists()
    answer = client.post(PATH, some | typed(off, "cancel", words="I am sorry."))
    assert answer.status_code == 303 and Absence.objects.count() == 1
    for each in (kept, moved, off):
        each.refresh_from_db()
    assert (kept.state, kept.kept_outside) == (State.CONFIRMED, True)
    assert (moved.state, moved.proposals.waiting().count()) == (State.CONFIRMED, 1)
    assert (off.state, off.cancel_reason) == (State.CANCELLED, "I am sorry.")
    news = Notification.objects.filter(kind__in=("consultation_proposed", "consultation_cancelled"))
    told = set(news.values_list("kind", "recipient"))
    assert told == {
        ("consultation_proposed", moved.client_id),
        ("consultation_cancelled", off.client_id),
        ("consultation_cancelled", specialist.user_id),
    }
    assert outside.outside(specialist, timezone.now()) == []


def test_case_33_a_refusal_at_the_last_booking_undoes_the_first() -> None:
    specialist = make_specialist()
    first, second = book(specialist, at(hour=9)), book(specialist, at(hour=12))
    answers = {first.pk: Answer("cancel", seen=0), second.pk: Answer("propose", seen=0, starts=(at(days=3),))}
    with pytest.raises(outside.NotAnswered) as caught:
        add(specialist, 1, 3, answers)
    assert caught.value.consultation.pk == second.pk
    assert isinstance(caught.value.__cause__, refusals.NotOffered), "the days away are closed already"
    first.refresh_from_db()
    assert first.state == State.CONFIRMED and not Absence.objects.exists()
    assert not Notification.objects.filter(kind="consultation_cancelled").exists()
    with pytest.raises(outside.Unanswered) as missing:
        add(specialist, 1, 3, {first.pk: Answer("keep", seen=0)})
    assert [each.pk for each in missing.value.consultations] == [second.pk]
    first.refresh_from_db()
    assert not first.kept_outside


def test_a_booking_made_while_the_form_was_open_is_asked_about(client) -> None:
    specialist = make_specialist()
    first = book(specialist, at(hour=9))
    client.force_login(specialist.user)
    days = {"first_day": str(day()), "last_day": str(day())}
    client.post(PATH, days)
    second = book(specialist, at(hour=14))
    page = client.post(PATH, days | typed(first, "cancel", words="A line to keep"))
    assert not Absence.objects.exists() and second.client.get_short_name() in text_of(page)
    assert "A line to keep" in page.content.decode() and "There are half hours within these days." in text_of(page)
    first.refresh_from_db()
    assert first.state == State.CONFIRMED
    assert client.post(PATH, days | typed(first, "keep") | typed(second, "keep")).status_code == 303


def test_what_was_called_off_meanwhile_needs_no_answer(client) -> None:
    specialist = make_specialist()
    made = book(specialist)
    client.force_login(specialist.user)
    days = {"first_day": str(day()), "last_day": str(day())}
    client.post(PATH, days)
    Consultation.objects.filter(pk=made.pk).update(state=State.CANCELLED)
    assert client.post(PATH, days | typed(made, "cancel")).status_code == 303 and Absence.objects.exists()


def test_a_refusal_of_the_rule_is_said_at_its_booking_with_everything_kept(client) -> None:
    specialist = make_specialist()
    made = book(specialist)
    client.force_login(specialist.user)
    days = {"first_day": str(day()), "last_day": str(day())}
    stale = days | typed(made, "cancel", words="Sorry") | {f"{made.public_id}-seen": 5}
    page = client.post(PATH, stale)
    assert "was changed while you were choosing" in text_of(page) and "Sorry" in page.content.decode()
    assert f'value="{day()}"' in page.content.decode() and not Absence.objects.exists()


def test_changing_days_away_asks_only_about_bookings_they_newly_cover() -> None:
    specialist = make_specialist()
    old, new = book(specialist, at(days=3)), book(specialist, at(days=5))
    absence = add(specialist, 3, 3, {old.pk: Answer("keep", seen=0)})
    known = {"absence": absence, "actor": specialist.user, "first_day": day(3), "last_day": day(6)}
    with pytest.raises(outside.Unanswered) as missing:
        absences.change(**known, answers={}, now=timezone.now())
    assert [each.pk for each in missing.value.consultations] == [new.pk]
    absences.change(**known, answers={new.pk: Answer("keep", seen=0)}, now=timezone.now())
    absence.refresh_from_db()
    assert absence.last_day == day(6)
    absences.remove(absence=absence, actor=specialist.user, now=timezone.now())
    assert not Consultation.objects.filter(kept_outside=True).exists(), "inside the hours again"
    with pytest.raises(refusals.NotOpen):
        absences.change(**known, answers={}, now=timezone.now())


def test_refusals_of_days_away() -> None:
    specialist, now = make_specialist(), timezone.now()
    add(specialist, 10, 12)
    for first, last, sentence in (
        (5, 4, "before the first"),
        (-3, -2, "is over"),
        (1, 400, "more than a year"),
        (800, 801, "more than two years away"),
        (12, 14, "touch others you are away"),
    ):
        with pytest.raises(hours.Refused, match=sentence):
            add(specialist, first, last)
    with pytest.raises(refusals.NotYours):
        add(specialist, 1, 1, actor=make_user())
    other = make_specialist()
    with pytest.raises(refusals.NotYours):
        absences.remove(absence=Absence.objects.get(), actor=other.user, now=now)
    assert Absence.objects.count() == 1
    assert add(specialist, -1, 1), "away since yesterday"


def test_days_are_those_of_the_specialists_calendar() -> None:
    specialist = make_specialist(time_zone="Pacific/Kiritimati")  # UTC+14
    specialist.schedule.windows.all().update(start="00:00", end="23:30")
    made = book(specialist, at(days=3, hour=12))
    local = made.start.astimezone(timezone.get_fixed_timezone(14 * 60)).date()
    assert local == day(4)
    now = timezone.now()
    assert absences.within(specialist, local, local, now) == [made]
    assert absences.within(specialist, day(3), day(3), now) == []


def test_closing_a_date_asks_as_well_and_extra_hours_go(client) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    evening = {"date": str(day()), "kind": "open", "start": "20:00", "end": "21:00"}
    assert client.post(DATE, evening).status_code == 303
    assert client.post(DATE, evening | {"start": "21:00", "end": "22:30"}).status_code == 303
    assert specialist.schedule.exceptions.count() == 2
    made = book(specialist, at(hour=20))
    close = {"date": str(day()), "kind": "closed", "start": "20:00"}
    page = client.post(DATE, close)
    assert "1 half hour lies within these days" in text_of(page) and specialist.schedule.exceptions.count() == 2
    assert client.post(DATE, close | typed(made, "cancel")).status_code == 303
    [closed] = DateException.objects.all()
    assert (closed.date, closed.start) == (day(), None)
    assert not Opening.objects.filter(specialist=specialist, start__date=day()).exists()
    assert client.post(DATE, close).status_code == 303 and DateException.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose the date."),
        ({"date": "9999-12-31", "start": "10:00", "end": "11:00"}, "more than two years away"),
        ({"date": "0001-01-01", "start": "10:00", "end": "11:00"}, "is over"),
        ({"start": "10:00", "end": ""}, "Say when it ends."),
        ({"start": "", "end": "11:00"}, "Say when it begins."),
        ({"start": "11:00", "end": "10:00"}, "11:00–10:00 ends before it begins."),
        ({"start": "19:30", "end": "20:30"}, "overlap. Join them or move one."),
    ],
)
def test_extra_hours_are_refused_with_the_day_in_the_sentence(client, fields, sentence) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    evening = {"date": str(day()), "kind": "open", "start": "20:00", "end": "21:00"}
    client.post(DATE, evening)
    page = client.post(DATE, ({"date": str(day()), "kind": "open"} if fields else {"kind": "open"}) | fields)
    assert page.status_code == 200 and sentence in text_of(page) and specialist.schedule.exceptions.count() == 1
    if fields.get("start"):
        assert f'value="{fields["start"]}"' in page.content.decode()


def test_extra_hours_on_a_day_away_are_refused(client) -> None:
    specialist = make_specialist()
    client.force_login(specialist.user)
    more = {"kind": "open", "start": "20:00", "end": "21:00"}
    add(specialist, 5, 6)
    assert "You are away from" in text_of(client.post(DATE, more | {"date": str(day(5))}))
    client.post(DATE, {"date": str(day(8)), "kind": "closed"})
    assert "You are away on" in text_of(client.post(DATE, more | {"date": str(day(8))}))
    assert client.post(DATE, more | {"date": str(day(7)), "start": "23:00", "end": "01:00"}).status_code == 303
