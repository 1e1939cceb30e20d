"""The page of the soonest half hours, for visitors, machines and people who find nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from specialists.models import Opening, Specialist
from specialists.profiles import free_slug
from tests.factories import make_specialist, make_topic

pytestmark = pytest.mark.django_db
PATH = "/specialists/soonest/"
JSON = {"Accept": "application/json"}


def text(response) -> str:
    return response.content.decode()


def at(days: int, hour: int, minute: int = 0) -> datetime:
    day = timezone.now().astimezone(UTC).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), UTC)


def opening(who: Specialist, start: datetime) -> None:
    Opening.objects.create(specialist=who, start=start, closes_at=start - timedelta(hours=1))


def test_the_page_for_a_visitor(client) -> None:
    who = make_specialist(hours=False, name="Dr Ada <i>Example", topics=[make_topic("sleep")])
    for minute in (0, 30):
        opening(who, at(1, 10, minute))
    opening(who, at(1, 12))
    response = client.get(f"{PATH}?topic=sleep")
    page = text(response)
    assert response["Cache-Control"].startswith("public") and not response.cookies and "csrf" not in page
    assert '<form method="post"' not in page and "<i>Example" not in page
    assert "Tomorrow<span>" in page and page.count(f"/consultations/book/{who.slug}/?start=") == 2
    assert "Free half hours for sleep" in page and "Works with: Sleep." in page
    assert f'href="/specialists/{who.slug}/?from={at(1, 0):%Y-%m-%d}#times"' in page
    assert "More of Dr Ada &lt;i&gt;Example’s times that day" in page


def test_every_time_is_read_out_in_full(client) -> None:
    who = make_specialist(hours=False)
    opening(who, at(3, 23, 30))
    link = re.search(r'<a class="slot".*?</a>', text(client.get(f"{PATH}?tz=Asia/Tokyo")))
    assert link
    said = re.sub(r"<svg.*?</svg>|<[^>]+>", "", link[0])
    there = at(4, 8, 30)
    assert said == f"{there:%A} {there.day} {there:%B}, 08:30, Tokyo time, with {who.name}"
    assert "tz=Asia%2FTokyo" in link[0]


def test_soonest_is_no_ones_address() -> None:
    assert free_slug("Soonest") == "soonest-2" and free_slug("Join") == "join-2"


def test_an_empty_day_leads_to_the_next_free_one(client) -> None:
    who = make_specialist(hours=False, languages=["pl"])
    opening(who, at(5, 10))
    opening(make_specialist(hours=False), at(3, 10))
    later = f"{at(5, 0):%Y-%m-%d}"
    page = text(client.get(f"{PATH}?day=tomorrow&language=pl"))
    assert "Nothing is free that day" in page and f"?language=pl&amp;day={later}" in page
    page = re.sub(r"<[^>]+>", "", text(client.get(f"{PATH}?day={at(3, 0):%Y-%m-%d}")))
    assert f"The next free day after that is {at(5, 0):%A} {at(5, 0).day}" in page
    data = client.get(f"{PATH}?day=tomorrow&language=pl", headers=JSON).json()
    assert data["results"] == [] and data["next_free"] == f"{at(5, 10):%Y-%m-%dT%H:%M:%SZ}"


def test_nothing_that_fits_says_what_to_let_go(client) -> None:
    opening(make_specialist(hours=False, languages=["pl"]), at(2, 10))
    make_topic("sleep")
    page = text(client.get(f"{PATH}?topic=sleep&language=pl"))
    assert "No free half hour fits all of this" in page and "With any concern" in page and ">10:00<" in page
    assert "In any language" not in page
    Opening.objects.all().delete()
    assert "Start again from all times" in text(client.get(f"{PATH}?topic=sleep&language=pl"))
    assert "No half hour is open at the moment" in text(client.get(PATH))


def test_pages_lead_on_and_back(client) -> None:
    for nth in range(23):
        opening(make_specialist(hours=False, verified=False), at(1 + nth % 3, 10))
    first = text(client.get(f"{PATH}?within=7&tz=UTC"))
    assert first.count('class="soon"') == 20 and "Back to the beginning" not in first
    link = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', first)
    assert link and "within=7" in link[1] and "tz=UTC" in link[1]
    second = text(client.get(PATH + link[1].replace("&amp;", "&")))
    assert second.count('class="soon"') == 3 and "Back to the beginning" in second and 'rel="next"' not in second


def test_json_for_machines(client) -> None:
    who = make_specialist(topics=[make_topic("sleep")])
    response = client.get(f"{PATH}?topic=sleep&tz=Europe/Lisbon&format=fax", headers=JSON)
    data = response.json()
    assert response["Cache-Control"] == "no-store" and data["zone"] == "Europe/Lisbon" and len(data["notes"]) == 1
    assert data["count"] == len(data["results"]) == 6 and data["after"] == "" and data["next_free"] is None
    row = data["results"][0]
    assert (row["slug"], row["topics"], row["why"]) == (who.slug, ["sleep"], "Works with: Sleep.")
    assert datetime.fromisoformat(row["end"]) - datetime.fromisoformat(row["start"]) == timedelta(minutes=30)
    assert [each["more_that_day"] for each in data["results"]] == [False, True] * 3


def test_as_many_queries_for_many_as_for_one(client) -> None:
    counts: list[int] = []
    client.get(PATH)
    for _ in range(2):
        make_specialist(topics=[make_topic("sleep")])
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{PATH}?topic=sleep&within=7&day=tomorrow")
        counts.append(len(queries))
        make_specialist(topics=[make_topic("sleep"), make_topic("grief")])
    assert counts[0] == counts[1] < 25


def test_a_reading_wall_stands_before_it(client, settings) -> None:
    settings.READING_WALLS = ["specialists"]
    who = make_specialist()
    page = text(client.get(PATH))
    assert who.name not in page and "logged in to see our specialists" in page


def test_it_is_found_from_where_people_look(client) -> None:
    make_specialist()
    for path in ("/", "/specialists/", "/about/ordering/"):
        assert f'href="{PATH}' in text(client.get(path)), path
    assert f"{PATH}</loc>" in text(client.get("/sitemap.xml"))
