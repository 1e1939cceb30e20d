"""The directory: who is listed, in which order, why, and what the page does about mistakes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from specialists import directory, searching, wanted
from specialists.models import Opening, Specialist, State
from tests.factories import make_specialist, make_topic
from topics.models import Synonym

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(text: str = "", **known) -> wanted.Wanted:
    values = {"topics": ["sleep", "grief"], "approaches": ["cbt"], "zone": "UTC"} | known
    return wanted.parse(QueryDict(text), **values)


def names(found: directory.Found) -> set[str]:
    return {row.slug for row in found.rows}


def find(text: str = "", now: datetime | None = None, **options) -> directory.Found:
    return directory.find(asked(text), zone="UTC", now=now or timezone.now(), **options)


def test_unknown_values_are_left_out_with_a_note() -> None:
    wish = asked("topic=sleep&topic=nonsense&within=0&day=someday&part=noonish&format=fax&tz=Mars/Base&language=pl")
    assert wish.topics == ("sleep",) and wish.languages == ("pl",)
    assert (wish.within, wish.day, wish.part, wish.formats, wish.tz) == (0, "", "", (), "")
    assert len(wish.notes) == 6


def test_a_request_survives_its_own_query_string() -> None:
    wish = asked("q=a+b&topic=sleep&language=pl&format=video&free=1&accepting=1&within=7&day=today&part=evening&tz=UTC")
    assert asked(wish.query()) == wish


def test_days_and_parts_are_ranges_on_the_viewers_calendar() -> None:
    assert wanted.ranges(asked("day=2026-11-30&part=late"), zone="Europe/Lisbon", now=MONDAY) == [
        (datetime(2026, 11, 30, 21, tzinfo=UTC), datetime(2026, 12, 1, 1, tzinfo=UTC))
    ]
    weekend = wanted.ranges(asked("day=weekend"), zone="UTC", now=MONDAY)
    assert [since.date() for since, _ in weekend] == [date(2026, 11, 28), date(2026, 11, 29)]
    sunday = wanted.ranges(asked("day=weekend"), zone="UTC", now=MONDAY + timedelta(days=6))
    assert [since.date() for since, _ in sunday] == [date(2026, 11, 29)]
    assert len(wanted.ranges(asked("within=7"), zone="UTC", now=MONDAY)) == 7


def test_only_live_pages_are_listed() -> None:
    live = make_specialist()
    for state in set(State) - {State.LIVE}:
        make_specialist(state=state)
    assert names(find()) == {live.slug}


def test_each_filter_narrows() -> None:
    sleep = make_topic("sleep")
    one = make_specialist(topics=[sleep], languages=["pl"], formats=["phone"])
    two = make_specialist(languages=["en"], formats=["video"], accepting=False)
    assert names(find("topic=sleep")) == names(find("language=pl")) == names(find("format=phone")) == {one.slug}
    assert names(find("free=1")) == names(find("accepting=1")) == {one.slug}
    assert names(find("format=phone&format=video")) == {one.slug, two.slug}


def test_time_filters_look_at_half_hours_that_can_still_be_booked() -> None:
    early, late = make_specialist(hours=False), make_specialist(hours=False)
    at = {early: datetime(2026, 11, 24, 10, tzinfo=UTC), late: datetime(2026, 11, 26, 18, tzinfo=UTC)}
    for who, start in at.items():
        Opening.objects.create(specialist=who, start=start, closes_at=start - timedelta(hours=2))
    assert names(find("day=tomorrow", MONDAY)) == {early.slug}
    assert names(find("part=evening", MONDAY)) == {late.slug}
    assert names(find("within=2", MONDAY)) == {early.slug}
    assert names(find("day=2026-11-24", datetime(2026, 11, 24, 8, 30, tzinfo=UTC))) == set()
    assert find("part=evening", MONDAY).starts == {late.pk: [at[late]]}


def test_open_half_hours_first_then_the_days_draw() -> None:
    free = {make_specialist().slug for _ in range(4)}
    none = {make_specialist(hours=False).slug for _ in range(3)}
    today = [row.slug for row in find(now=MONDAY).rows]
    assert set(today[:4]) == free and set(today[4:]) == none
    assert today == [row.slug for row in find(now=MONDAY + timedelta(hours=3)).rows]
    days = {tuple(row.slug for row in find(now=MONDAY + timedelta(days=n)).rows) for n in range(8)}
    assert len(days) > 1


def test_paging_shows_everyone_once_even_over_midnight() -> None:
    everyone = {make_specialist(hours=n % 2 == 0).slug for n in range(7)}
    seen: list[str] = []
    after, now = "", MONDAY
    for _ in range(4):
        found = find(f"after={after}", now, size=2)
        seen += [row.slug for row in found.rows]
        after, now = found.after, now + timedelta(hours=8)
    assert sorted(seen) == sorted(everyone) and after == ""


@pytest.mark.parametrize("token", ["x", "é", "AAAA", "MjAyNi0xMS0yMy4wLnp6", "%00", "a" * 500])
def test_a_broken_place_begins_at_the_beginning(token: str) -> None:
    make_specialist()
    assert len(find(f"after={token}").rows) == 1


def test_facets_count_with_the_other_filters_kept() -> None:
    sleep, grief = make_topic("sleep"), make_topic("grief")
    make_specialist(topics=[sleep, grief], languages=["en", "pl"])
    make_specialist(topics=[sleep], languages=["en"])
    facets = find("language=pl").facets
    assert facets["topic"] == {"sleep": 1, "grief": 1}
    assert facets["language"] == {"en": 2, "pl": 1}
    assert find("topic=sleep").facets["format"] == {"phone": 2, "video": 2}


def test_search_knows_names_words_and_what_is_meant() -> None:
    topic = make_topic("sleep")
    Synonym.objects.get_or_create(topic=topic, language="en", words="cant sleep")
    named = make_specialist(name="Zuzanna Wolska", city="Gdynia")
    meant = make_specialist(topics=[topic])
    said = make_specialist(about_me="I play the accordion.")
    assert names(find("q=wolska")) == names(find("q=zuzanna+gdynia")) == {named.slug}
    assert meant.slug in names(find("q=cant+sleep+since+my+father+died"))
    assert names(find("q=accordion")) == {said.slug}
    assert names(find("q=%27%3B--")) == set()
    assert searching.topics_meant("nothing of the kind") == set()


def test_an_empty_page_says_what_to_let_go(client) -> None:
    make_topic("sleep")
    make_specialist(languages=["pl"])
    page = client.get("/specialists/?topic=sleep&language=pl").content.decode()
    assert "Nobody fits all of this" in page and "With any concern" in page and "1 person" in page
    assert "In any language" not in page
    Specialist.objects.all().update(state=State.DRAFT)
    assert "Nobody is here yet" in client.get("/specialists/").content.decode()


def test_the_page_says_why_and_sets_no_cookie(client) -> None:
    who = make_specialist(topics=[make_topic("sleep")], languages=["pl"])
    response = client.get("/specialists/?topic=sleep&language=pl&tz=Asia/Tokyo")
    page = response.content.decode()
    assert who.name in page and "Works with: Sleep. Speaks Polish. Next free: " in page
    assert "Times in <" in page or "Times in Tokyo" in page
    assert not response.cookies and "csrf" not in page
    assert response["Cache-Control"].startswith("public")


def test_json_for_machines(client) -> None:
    who = make_specialist(topics=[make_topic("sleep")])
    response = client.get("/specialists/", headers={"Accept": "application/json"})
    data = response.json()
    assert response["Cache-Control"] == "no-store"
    assert data["count"] == 1 and data["after"] == "" and data["facets"]["topic"] == {"sleep": 1}
    (row,) = data["results"]
    assert {"slug", "name", "topics", "languages", "formats", "next_openings", "why"} == set(row)
    assert row["slug"] == who.slug and len(row["next_openings"]) == 3 and row["next_openings"][0].endswith("Z")


def test_as_many_queries_for_many_as_for_one(client) -> None:
    counts: list[int] = []
    client.get("/specialists/")
    for _ in range(2):
        make_specialist(topics=[make_topic("sleep")])
        with CaptureQueriesContext(connection) as queries:
            client.get("/specialists/?topic=sleep&within=7")
        counts.append(len(queries))
        make_specialist(topics=[make_topic("sleep"), make_topic("grief")])
    assert counts[0] == counts[1] < 25


def test_a_reading_wall_stands_before_the_directory(client, settings) -> None:
    settings.READING_WALLS = ["specialists"]
    who = make_specialist()
    for path in ("/specialists/", f"/specialists/{who.slug}/", f"/specialists/{who.slug}/openings/"):
        page = client.get(path).content.decode()
        assert who.name not in page and "logged in to see our specialists" in page


def test_a_language_nobody_speaks_finds_nobody_rather_than_everybody() -> None:
    make_specialist(languages=["en"])
    assert find("language=sw").count == 0 and asked("language=sw").notes == ()
    assert asked("language=xyzzy&language=EN").languages == ()


def test_who_takes_nobody_new_is_not_found_by_time() -> None:
    make_specialist(accepting=False)
    assert find("within=7").count == 0 and find().count == 1
