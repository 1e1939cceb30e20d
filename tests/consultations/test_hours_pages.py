"""The editor of hours as a specialist meets it without a script: typed text is kept, sentences name day and range."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from consultations import booking
from consultations.models import Absence, Consultation, DateException, State
from specialists.models import Opening
from tests.factories import make_specialist, make_user

pytestmark = pytest.mark.django_db
PATH = "/practice/availability/"
LIMITS = {"notice_minutes": "60", "horizon_days": "14", "buffer_minutes": "10", "weekly_cap": "2", "daily_cap": "1"}


def at(days: int = 2, hour: int = 10) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def logged_in(client, **fields):
    specialist = make_specialist(**fields)
    client.force_login(specialist.user)
    return specialist


def week_of(page) -> dict[str, list[tuple[str, str]]]:
    """What the page has selected, by the name of the day."""
    soup = BeautifulSoup(page.content, "html.parser")
    found = {}
    for day in soup.select("form.hours > fieldset[id^=day-]"):
        chosen = [each.select_one("option[selected]").text for each in day.select(".range select")]
        found[day.legend.text] = list(zip(chosen[::2], chosen[1::2], strict=True))
    return found


def text_of(page) -> str:
    return " ".join(BeautifulSoup(page.content, "html.parser").main.get_text(" ").split())


def value_of(page, name: str) -> str:
    return BeautifulSoup(page.content, "html.parser").select_one(f"input[name={name}]")["value"]


def test_hours_are_added_and_removed_without_saving_then_saved(client) -> None:
    specialist = logged_in(client)
    page = client.post(PATH, LIMITS | {"start_0": "09:00", "end_0": "10:00", "add": "0"})
    assert week_of(page)["Monday"] == [("09:00", "10:00"), ("11:00", "12:00")]
    assert specialist.schedule.windows.count() == 7 and "isn’t saved yet" in text_of(page)
    assert b'id="id_start_0_2" name="start_0" autofocus' in page.content
    typed = {"start_0": ["09:00", "11:00"], "end_0": ["10:00", "12:00"]}
    page = client.post(PATH, LIMITS | typed | {"remove": "0-0"})
    assert week_of(page)["Monday"] == [("11:00", "12:00")] and "Monday 09:00 to 10:00 is taken away" in text_of(page)
    good = {"start_1": ["13:00", "09:00"], "end_1": ["00:00", "10:00"], "do": "save"}
    answer = client.post(PATH, LIMITS | good)
    assert answer.status_code == 303 and answer["Location"] == PATH
    windows = list(specialist.schedule.windows.values_list("weekday", "start", "end"))
    assert [f"{day} {start:%H:%M} {end:%H:%M}" for day, start, end in windows] == ["1 09:00 10:00", "1 13:00 00:00"]
    schedule = type(specialist.schedule).objects.get(pk=specialist.schedule.pk)
    assert (schedule.weekly_cap, schedule.daily_cap, schedule.buffer_minutes) == (2, 1, 10)
    assert Opening.objects.filter(specialist=specialist).exists()
    assert Entry.objects.filter(verb="hours changed", actor_id=specialist.user_id).exists()


def test_a_day_is_copied_to_others(client) -> None:
    specialist = logged_in(client)
    typed = {"start_0": ["09:00", "22:00"], "end_0": ["10:00", "01:00"], "start_3": "14:00", "end_3": "15:00"}
    page = client.post(PATH, LIMITS | typed | {"copy": "0", "copy_0": ["0", "2", "3", "9", "x"]})
    shown = week_of(page)
    assert shown["Monday"] == shown["Wednesday"] == shown["Thursday"] == [("09:00", "10:00"), ("22:00", "01:00")]
    assert shown["Tuesday"] == [] and "Wednesday, Thursday" in text_of(page)
    page = client.post(PATH, LIMITS | typed | {"copy": "0"})
    assert week_of(page)["Thursday"] == [("14:00", "15:00")] and "Tick the days" in text_of(page)
    assert specialist.schedule.windows.count() == 7


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"start_0": "10:00", "end_0": "09:00"}, "Monday 10:00–09:00 ends before it begins. Choose a later end."),
        ({"start_5": "10:00", "end_5": "10:00"}, "Saturday 10:00–10:00 ends when it begins."),
        ({"start_5": "00:00", "end_5": "00:00"}, "Saturday 00:00–00:00: write a whole day as two ranges"),
        ({"start_6": "10:10", "end_6": "10:50"}, "Sunday 10:10–10:50 holds no whole half hour."),
        ({"start_6": "10:00", "end_6": "noon"}, "Sunday, range 1: choose a beginning and an end."),
        (
            {"start_1": ["09:00", "09:30"], "end_1": ["10:00", "11:00"]},
            "Tuesday 09:00–10:00 and Tuesday 09:30–11:00 overlap. Join them or move one.",
        ),
        (
            {"start_6": "22:00", "end_6": "02:00", "start_0": "01:00", "end_0": "03:00"},
            "Sunday 22:00–02:00 and Monday 01:00–03:00 overlap.",
        ),
    ],
)
def test_a_fault_is_said_at_its_range_and_everything_typed_stays(client, typed, sentence) -> None:
    specialist = logged_in(client)
    page = client.post(PATH, LIMITS | typed | {"do": "save", "holidays_country": "PT"})
    soup = BeautifulSoup(page.content, "html.parser")
    summary = soup.select_one(".error-summary a")
    assert page.status_code == 200 and summary.text.startswith(sentence)
    wrong = soup.select_one(summary["href"])
    assert wrong["aria-invalid"] == "true" and sentence in soup.select_one(f"#{wrong['aria-describedby']}").text
    day = ("Monday", "Tuesday", "", "", "", "Saturday", "Sunday")[int(summary["href"].split("_")[2])]
    assert week_of(page)[day], "what was typed is still there"
    assert soup.select_one("#id_holidays_country option[selected]")["value"] == "PT"
    assert specialist.schedule.windows.count() == 7


def test_a_night_runs_on_into_the_next_day(client) -> None:
    specialist = logged_in(client)
    client.post(PATH, LIMITS | {"start_6": "22:00", "end_6": "02:00", "do": "save", "daily_cap": "", "weekly_cap": ""})
    starts = Opening.objects.filter(specialist=specialist).values_list("start", flat=True)
    hours = {(start.weekday(), start.hour) for start in starts}
    assert hours == {(6, 22), (6, 23), (0, 0), (0, 1)}
    assert "Goes on until Monday, 02:00." in text_of(client.get(PATH))


def test_an_old_page_does_not_overwrite_a_newer_one(client) -> None:
    specialist = logged_in(client)
    old = value_of(client.get(PATH), "seen")
    client.post(PATH, LIMITS | {"start_0": "09:00", "end_0": "10:00", "do": "save", "seen": old})
    page = client.post(PATH, LIMITS | {"start_4": "16:00", "end_4": "17:00", "do": "save", "seen": old})
    said = text_of(page)
    assert "changed in another window" in said and "Stored now: Monday 09:00–10:00" in said
    other = LIMITS | {"weekly_cap": "", "by_request": "1", "holidays_country": "DE", "holidays_region": "BY"}
    said = text_of(client.post(PATH, other | {"start_0": "09:00", "end_0": "10:00", "do": "save", "seen": old}))
    assert "Most in one week: 2" in said and "Once they choose a time: It is booked at once" in said
    assert "Country: None" in said and "Most in one day:" not in said
    assert week_of(page)["Friday"] == [("16:00", "17:00")]
    assert [each.weekday for each in specialist.schedule.windows.all()] == [0]
    again = {"start_4": "16:00", "end_4": "17:00", "do": "save", "seen": value_of(page, "seen")}
    assert client.post(PATH, LIMITS | again).status_code == 303
    assert [each.weekday for each in specialist.schedule.windows.all()] == [4]
    client.post(f"{PATH}date/", {"date": at(5).date().isoformat(), "kind": "closed"})
    later = {"start_4": "15:00", "end_4": "17:00", "do": "save", "seen": value_of(client.get(PATH), "seen")}
    client.post(f"{PATH}away/", {"first_day": at(20).date().isoformat()})
    assert client.post(PATH, LIMITS | later).status_code == 303, "another date is no other week"


def test_case_37_the_free_half_hour_is_switched_off_and_what_is_agreed_stands(client) -> None:
    specialist = logged_in(client)
    made = booking.book(specialist=specialist, client=make_user(), start=at(), now=timezone.now(), location="PT")
    week = {f"start_{day}": "09:00" for day in range(7)} | {f"end_{day}": "17:00" for day in range(7)}
    off = LIMITS | week | {"offers_free": "0", "by_request": "1", "do": "save"}
    assert client.post(PATH, off)["Location"] == PATH
    specialist.refresh_from_db()
    made.refresh_from_db()
    assert not specialist.offers_free and not specialist.is_bookable
    assert made.state == State.CONFIRMED and made.occupancy.count() == 2
    assert not Opening.objects.filter(specialist=specialist).exists()
    assert "Nobody can book at present" in text_of(client.get(PATH))
    client.post(PATH, off | {"offers_free": "1"})
    assert Opening.objects.filter(specialist=specialist).exists()
    specialist.schedule.refresh_from_db()
    assert specialist.schedule.by_request
    client.post(PATH, LIMITS | week | {"do": "save"})
    specialist.refresh_from_db()
    assert specialist.offers_free, "a form without the switch leaves it as it is"
    verbs = Entry.objects.filter(subject_id=specialist.pk).values_list("verb", flat=True)
    assert {"free half hour off", "free half hour on"} <= set(verbs)


def test_public_holidays_are_chosen_named_and_opened(client) -> None:
    specialist = logged_in(client)
    week = {f"start_{day}": "09:00" for day in range(7)} | {f"end_{day}": "17:00" for day in range(7)}
    page = client.post(PATH, LIMITS | week | {"holidays_country": "DE", "do": "regions"})
    soup = BeautifulSoup(page.content, "html.parser")
    assert "Bayern" in [each.text for each in soup.select("#id_holidays_region option")]
    chosen = LIMITS | week | {"holidays_country": "DE", "holidays_region": "BY", "do": "save", "horizon_days": "56"}
    assert client.post(PATH, chosen).status_code == 303
    specialist.schedule.refresh_from_db()
    assert (specialist.schedule.holidays_country, specialist.schedule.holidays_region) == ("DE", "BY")
    page = client.get(PATH)
    said = text_of(page)
    assert "Epiphany" in said and "Christmas Day" in said and "closed" in said
    link = BeautifulSoup(page.content, "html.parser").select_one('a[href*="/date/?date="]')["href"]
    form = client.get(link)
    day = date.fromisoformat(link.partition("=")[2])
    assert f'value="{day}"' in form.content.decode()
    answer = client.post(f"{PATH}date/", {"date": str(day), "kind": "open", "start": "10:00", "end": "11:00"})
    assert answer.status_code == 303 and "open 10:00–11:00" in text_of(client.get(PATH))
    other = chosen | {"holidays_country": "PT"}
    client.post(PATH, other)
    specialist.schedule.refresh_from_db()
    assert (specialist.schedule.holidays_country, specialist.schedule.holidays_region) == ("PT", "")


def test_the_preview_shows_typed_hours_on_two_clocks(client) -> None:
    specialist = logged_in(client, time_zone="Europe/Berlin")
    typed = {f"start_{day}": "23:00" for day in range(7)} | {f"end_{day}": "00:00" for day in range(7)}
    shown = LIMITS | typed | {"tz": "Asia/Kathmandu", "do": "preview", "daily_cap": "", "weekly_cap": ""}
    page = client.post(PATH, shown)
    house = BeautifulSoup(page.content, "html.parser").select_one("aside .house").get_text(" ")
    assert "What people would see next" in house and "Times in Berlin, then in Kathmandu" in " ".join(house.split())
    assert "23:00" in house and ":45" in house and specialist.schedule.windows.filter(start="09:00").count() == 7
    assert "23:30" in [each.text for each in BeautifulSoup(page.content, "html.parser").select(".house tbody th")]
    stored = BeautifulSoup(client.get(f"{PATH}?tz=Asia/Tokyo").content, "html.parser").select_one("aside").get_text(" ")
    assert "then in Tokyo" in " ".join(stored.split()) and "16:30" in stored


def test_the_second_clock_is_that_of_whoever_booked_last(client) -> None:
    specialist = logged_in(client)
    member = make_user(time_zone="America/Halifax")
    booking.book(specialist=specialist, client=member, start=at(), now=timezone.now(), location="CA")
    assert "then in Halifax" in text_of(client.get(PATH))


def test_a_date_is_taken_back_and_what_was_typed_stays(client) -> None:
    specialist = logged_in(client)
    client.post(f"{PATH}date/", {"date": at().date().isoformat(), "kind": "closed"})
    gone = specialist.schedule.exceptions.get()
    page = client.post(PATH, LIMITS | {"start_2": "07:00", "end_2": "08:00", "undo": str(gone.pk)})
    assert page.status_code == 200 and week_of(page)["Wednesday"] == [("07:00", "08:00")]
    assert not DateException.objects.exists() and Opening.objects.filter(start__date=at().date()).exists()
    assert client.post(PATH, {"undo": str(gone.pk)}).status_code == 200, "twice changes nothing"


def test_owner_stranger_and_visitor(client) -> None:
    specialist = make_specialist()
    absence = Absence.objects.create(schedule=specialist.schedule, first_day=at(9).date(), last_day=at(9).date())
    pages = [PATH, *(f"{PATH}{each}" for each in ("away/", f"away/{absence.pk}/", "date/", "outside/"))]
    for each in pages:
        assert b"You need to be logged in" in client.get(each).content
    client.force_login(make_user())
    assert {client.get(each).status_code for each in pages} == {404}
    assert {client.post(each, {"do": "remove"}).status_code for each in pages} == {404}
    logged_in(client)
    assert client.get(f"{PATH}away/{absence.pk}/").status_code == 404
    assert client.post(f"{PATH}away/{absence.pk}/", {"do": "remove"}).status_code == 404
    assert Absence.objects.filter(pk=absence.pk).exists()
    client.force_login(specialist.user)
    answers = [client.get(each) for each in pages]
    assert {each.status_code for each in answers} == {200}
    assert all("no-store" in each["Cache-Control"] or "no-cache" in each["Cache-Control"] for each in answers)


def test_what_a_visitor_posts_is_kept_until_they_are_back(client) -> None:
    specialist = make_specialist()
    answer = client.post(PATH, LIMITS | {"start_3": "07:30", "end_3": "08:30", "do": "save"})
    assert b"You need to be logged in" in answer.content
    way_back = BeautifulSoup(answer.content, "html.parser").select_one("#wall a")["href"]
    client.force_login(specialist.user)
    page = client.get(unquote(way_back.split("next=")[1]), follow=True)
    assert week_of(page)["Thursday"] == [("07:30", "08:30")] and "isn’t saved yet" in text_of(page)
    assert specialist.schedule.windows.count() == 7


def test_one_number_of_queries_whatever_there_is(client) -> None:
    counts = []
    for rows in (1, 3):
        specialist = logged_in(client)
        for nth in range(rows):
            member, start = make_user(), at(2, 9 + 2 * nth)
            booking.book(specialist=specialist, client=member, start=start, now=timezone.now(), location="PT")
            day = at(30 + 2 * nth).date()
            Absence.objects.create(schedule=specialist.schedule, first_day=day, last_day=day)
            DateException.objects.create(
                schedule=specialist.schedule, date=at(4).date(), start=f"1{nth}:00", end="19:00"
            )
        specialist.schedule.windows.all().delete()
        client.get(PATH)
        for path in (PATH, f"{PATH}outside/"):
            with CaptureQueriesContext(connection) as queries:
                page = client.get(path)
            assert page.status_code == 200 and text_of(page).count("Member") >= rows
            counts.append(len(queries))
    assert counts[:2] == counts[2:] and max(counts) <= 40
    assert Consultation.objects.count() == 4
