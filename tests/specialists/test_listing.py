"""Listings follow their specialists, whoever changes what; PostgreSQL sees to it."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from specialists.models import Listing, Specialist, State
from tests.factories import make_specialist, make_topic
from topics.models import Approach, Topic

pytestmark = pytest.mark.django_db


def true_listings() -> dict[int, set[str]]:
    return {
        row.pk: {
            *(f"t{topic.pk}" for topic in row.topics.all()),
            *(f"a{approach.pk}" for approach in row.approaches.all()),
            *(f"l:{code}" for code in row.languages),
            *(f"f:{code}" for code in row.formats),
        }
        for row in Specialist.objects.bookable()
    }


def listings() -> dict[int, set[str]]:
    return {row.specialist_id: set(row.marks) for row in Listing.objects.all()}


def test_a_new_specialist_is_listed_when_they_take_bookings() -> None:
    live, draft = make_specialist(topics=[make_topic("sleep")]), make_specialist(state=State.DRAFT)
    assert set(listings()) == {live.pk} and listings() == true_listings()
    Specialist.objects.filter(pk=draft.pk).update(state=State.LIVE)
    assert set(listings()) == {live.pk, draft.pk} and listings() == true_listings()


@pytest.mark.parametrize("seed", range(3))
def test_listings_stay_true_under_any_changes(seed: int) -> None:
    dice = random.Random(seed)
    topics = [make_topic(slug) for slug in ("sleep", "grief", "worry")]
    approaches = [Approach.objects.get_or_create(slug=f"way-{nth}", name=f"Way {nth}")[0] for nth in range(3)]
    people = [make_specialist(hours=False, verified=False) for _ in range(4)]
    for _step in range(40):
        row = Specialist.objects.get(pk=dice.choice(people).pk)
        change = dice.choice(["state", "offers_free", "accepting", "languages", "formats", "topics", "approaches"])
        if change in ("topics", "approaches"):
            things = topics if change == "topics" else approaches
            getattr(row, change).set(dice.sample(things, dice.randint(0, 3)))
            continue
        values = {
            "state": dice.choice([State.LIVE, State.LIVE, State.PAUSED, State.SUSPENDED]),
            "offers_free": dice.random() < 0.8,
            "accepting": dice.random() < 0.8,
            "languages": dice.sample(["en", "pl", "pt-BR"], dice.randint(1, 3)),
            "formats": dice.sample(["video", "phone", "in_person"], dice.randint(1, 3)),
        }
        setattr(row, change, values[change])
        row.save(update_fields=[change])
        assert listings() == true_listings()
    topics[0].delete() if seed else Topic.objects.filter(pk=topics[0].pk).delete()
    assert listings() == true_listings()


def test_a_change_of_anything_else_writes_no_listing() -> None:
    row = make_specialist()

    def where() -> str:
        """The place of the row's present version in the table, another after every write."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid::text FROM specialists_listing WHERE specialist_id = %s", [row.pk])
            return str(cursor.fetchone()[0])

    before = where()
    Specialist.objects.filter(pk=row.pk).update(next_free=None, headline="Other words")
    assert where() == before
    Specialist.objects.filter(pk=row.pk).update(languages=["pl"])
    assert where() != before


def test_listings_go_with_their_specialist() -> None:
    row = make_specialist(topics=[make_topic("sleep")], hours=False, verified=False)
    row.delete()
    assert listings() == {}
