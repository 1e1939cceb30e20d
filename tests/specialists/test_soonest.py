"""The soonest half hours: everybody's who fits, in order, none twice and none left out, by either of its ways."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict

from specialists import directory, soonest, wanted
from specialists.models import Opening, Specialist, State
from tests.factories import make_specialist, make_topic
from web import local_time

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONES = ("UTC", "Europe/Lisbon", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")
HALF = timedelta(minutes=30)


def asked(text: str = "", zone: str = "UTC") -> wanted.Wanted:
    return wanted.parse(QueryDict(text), topics=["sleep", "grief"], approaches=["cbt"], zone=zone)


def opening(who: Specialist, start: datetime, notice: timedelta = timedelta(hours=1)) -> None:
    Opening.objects.create(specialist=who, start=start, closes_at=start - notice)


def find(text: str = "", now: datetime = MONDAY, zone: str = "UTC", **options) -> soonest.Found:
    return soonest.find(asked(text, zone), zone=zone, now=now, **options)


def shown(found: soonest.Found) -> list[tuple[datetime, int]]:
    return [(entry.start, entry.specialist.pk) for entry in found.entries]


def everything(text: str, zone: str, size: int, few: int) -> list[tuple[datetime, int]]:
    seen, after = [], ""
    for _page in range(200):
        found = find(f"{text}&after={after}", zone=zone, size=size, few=few)
        seen += shown(found)
        assert len(found.entries) <= size
        after = found.after
        if not after:
            return seen
    raise AssertionError("the list has no end")


def by_hand(text: str, zone: str) -> list[tuple[datetime, int]]:
    """The same list from all rows, as its definition says."""
    wish = asked(text, zone)
    drawn = local_time.local_day(MONDAY, "UTC")
    spans = wanted.ranges(wish, zone=zone, now=MONDAY) if wish.by_time else [(MONDAY, MONDAY + soonest.FURTHEST)]
    days: dict[tuple[int, date], list[datetime]] = defaultdict(list)
    for who in Specialist.objects.bookable():
        fits = not wish.topics or who.topics.filter(slug__in=wish.topics).exists()
        fits &= not wish.languages or bool(set(who.languages) & set(wish.languages))
        fits &= not wish.formats or bool(set(who.formats) & set(wish.formats))
        for start in who.openings.filter(closes_at__gt=MONDAY).order_by("start").values_list("start", flat=True):
            if fits and any(since <= start < until for since, until in spans):
                days[who.pk, local_time.local_day(start, zone)].append(start)

    def place(pair: tuple[datetime, int]) -> tuple[datetime, str]:
        return pair[0], hashlib.md5(f"{drawn.isoformat()}:{pair[1]}".encode()).hexdigest()

    return sorted(((start, pk) for (pk, _day), starts in days.items() for start in starts[:2]), key=place)


def people(dice: random.Random, count: int) -> None:
    topics = [make_topic("sleep"), make_topic("grief")]
    for _nth in range(count):
        who = make_specialist(
            hours=False,
            verified=False,
            topics=dice.sample(topics, dice.randint(0, 2)),
            languages=dice.sample(["en", "pl"], dice.randint(1, 2)),
            formats=dice.sample(["video", "phone"], dice.randint(1, 2)),
            accepting=dice.random() < 0.9,
        )
        # Many at the same instants, and more than a few on one day.
        for nth in {dice.randint(-6, 200) for _ in range(dice.randint(0, 25))}:
            opening(who, MONDAY + nth * HALF)


@pytest.mark.parametrize("few", [0, soonest.FEW], ids=["walked", "asked one by one"])
@pytest.mark.parametrize("seed", range(2))
def test_the_list_is_what_its_definition_says(seed: int, few: int, monkeypatch) -> None:
    monkeypatch.setattr(soonest, "RAW", 7)
    monkeypatch.setattr(soonest, "MOST", 5)
    dice = random.Random(seed)
    people(dice, 14)
    for text in ("", "topic=sleep", "language=pl&format=phone", "within=2", "part=evening&within=4", "day=2026-11-25"):
        zone = dice.choice(ZONES)
        assert everything(text, zone, dice.choice([1, 3, 20]), few) == by_hand(text, zone), (text, zone)


def test_nobody_fills_the_page_and_the_rest_of_their_day_is_named() -> None:
    one, other = make_specialist(hours=False), make_specialist(hours=False)
    for nth in range(5):
        opening(one, MONDAY + timedelta(hours=2) + nth * HALF)
    opening(other, MONDAY + timedelta(hours=6))
    opening(one, MONDAY + timedelta(days=1))
    entries = find().entries
    assert [(entry.specialist.pk, entry.more) for entry in entries] == [
        (one.pk, False), (one.pk, True), (other.pk, False), (one.pk, False),
    ]  # fmt: skip


def test_several_at_one_instant_stand_in_the_days_draw_as_in_the_directory() -> None:
    start = MONDAY + timedelta(days=2)
    for _nth in range(6):
        opening(make_specialist(hours=False), start)
    Specialist.objects.update(next_free=start)
    drawn = [row.pk for row in directory.find(asked(), zone="UTC", now=MONDAY).rows]
    assert [pk for _start, pk in shown(find())] == drawn
    others = {tuple(pk for _start, pk in shown(find(now=MONDAY + timedelta(hours=12 * n)))) for n in range(4)}
    assert len(others) > 1


def test_who_takes_no_bookings_and_what_has_closed_is_not_there() -> None:
    start = MONDAY + timedelta(hours=3)
    fine = make_specialist(hours=False)
    hidden = [make_specialist(hours=False, state=state) for state in set(State) - {State.LIVE}]
    hidden += [make_specialist(hours=False, accepting=False), make_specialist(hours=False, offers_free=False)]
    for who in [fine, *hidden]:
        opening(who, start)
    opening(fine, MONDAY + HALF)
    assert shown(find()) == [(start, fine.pk)] and shown(find(few=0)) == [(start, fine.pk)]


def test_a_far_match_is_found_behind_thousands_that_do_not_fit(monkeypatch) -> None:
    monkeypatch.setattr(soonest, "RAW", 2)
    many, one = make_specialist(hours=False), make_specialist(hours=False, languages=["pl"])
    for nth in range(40):
        opening(many, MONDAY + timedelta(hours=2) + nth * HALF)
    opening(one, MONDAY + timedelta(days=20))
    assert [pk for _start, pk in shown(find("language=pl", few=0))] == [one.pk]


def test_who_stands_apart_is_left_out_and_leaves_no_gap() -> None:
    people = [make_specialist(hours=False) for _ in range(4)]
    for nth in range(3):
        for who in people:
            opening(who, MONDAY + timedelta(days=1 + nth))
    apart = frozenset(who.pk for who in people[:2])
    for few in (0, soonest.FEW):
        found = find(size=5, few=few, apart=apart)
        assert len(found.entries) == 5 and not {entry.specialist.pk for entry in found.entries} & apart
    wish, everybody = asked("day=2026-11-23"), frozenset(who.pk for who in people)
    assert soonest.next_free(wish, zone="UTC", now=MONDAY, apart=apart) == MONDAY + timedelta(days=1)
    assert soonest.next_free(wish, zone="UTC", now=MONDAY, apart=everybody) is None


def test_words_narrow_the_list() -> None:
    one, other = make_specialist(hours=False, name="Zuzanna Wolska"), make_specialist(hours=False)
    for who in (one, other):
        opening(who, MONDAY + timedelta(days=1))
    for few in (0, soonest.FEW):
        assert [pk for _start, pk in shown(find("q=wolska", few=few))] == [one.pk]
    assert find("q=nobodyiscalledthis").entries == []


def test_what_to_let_go_comes_with_the_time_it_would_give() -> None:
    pole = make_specialist(hours=False, languages=["pl"])
    sleep = make_specialist(hours=False, topics=[make_topic("sleep")])
    opening(pole, MONDAY + timedelta(days=3))
    opening(sleep, MONDAY + timedelta(days=1))
    wish = asked("topic=sleep&language=pl")
    assert soonest.find(wish, zone="UTC", now=MONDAY).entries == []
    assert soonest.relaxed(wish, zone="UTC", now=MONDAY) == [
        ("languages", MONDAY + timedelta(days=1)),
        ("topics", MONDAY + timedelta(days=3)),
    ]


def test_the_next_free_day_keeps_everything_else() -> None:
    who, other = make_specialist(hours=False, languages=["pl"]), make_specialist(hours=False)
    opening(who, datetime(2026, 11, 26, 18, tzinfo=UTC))
    opening(who, datetime(2026, 11, 25, 9, tzinfo=UTC))
    opening(other, datetime(2026, 11, 25, 18, tzinfo=UTC))
    wish = asked("day=tomorrow&part=evening&language=pl")
    assert soonest.next_free(wish, zone="UTC", now=MONDAY) == datetime(2026, 11, 26, 18, tzinfo=UTC)
    assert soonest.next_free(asked("part=evening"), zone="UTC", now=MONDAY) is None
    assert soonest.next_free(asked("day=2026-11-27"), zone="UTC", now=MONDAY) is None


@pytest.mark.parametrize("token", ["x", "é", "AAAA", "MjAyNi0xMS0yMy4wLnp6", "%00", "a" * 500])
def test_a_broken_place_begins_at_the_beginning(token: str) -> None:
    opening(make_specialist(hours=False), MONDAY + timedelta(days=1))
    assert len(find(f"after={token}").entries) == 1


def test_a_place_far_in_the_future_ends_the_list() -> None:
    opening(make_specialist(hours=False), MONDAY + timedelta(days=1))
    far = soonest.Place(date(2026, 11, 23), datetime(9999, 12, 31, tzinfo=UTC), "0" * 32)
    assert find(f"after={far.token()}").entries == []


def test_no_statement_reads_through_the_table_of_openings() -> None:
    """On some thousand rows with statistics: what is a short scan here is a long one on a large site."""
    dice = random.Random(1)
    everyone = [make_specialist(hours=False, verified=False) for _ in range(60)]
    Opening.objects.bulk_create(
        Opening(specialist=who, start=start, closes_at=start - HALF)
        for who in everyone
        for start in {MONDAY + dice.randint(1, 1300) * HALF for _ in range(90)}
    )
    statements: list[tuple[str, object]] = []

    def listen(execute, sql, params, many, context):
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE specialists_opening")
        cursor.execute("ANALYZE specialists_listing")
        for few in (0, soonest.FEW):
            with connection.execute_wrapper(listen):
                find("part=evening&language=en", few=few)
        for sql, params in statements:
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on specialists_opening" not in plan, plan
    assert len(statements) > 6
