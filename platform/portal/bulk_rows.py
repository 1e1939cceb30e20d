"""What the synthetic rows say, kind by kind. Words are drawn from the vocabulary and a few plain sentences."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from accounts.models import User
from articles.models import Article, ArticleVersion
from consultations.models import Schedule, WeeklyWindow
from portal import bulk_hours
from portal.bulk import copy, fresh_ids, random_id, skewed
from questions.models import Answer, Question
from specialists.models import Licence, Opening, Specialist
from topics.models import Topic

FIRST = tuple(
    "Ana Bruno Chloe Dario Edda Farid Greta Hugo Ilse Jonas Kaja Luca Mira Noor Otto Petra Rui Sara Tomas Vera".split()  # noqa: SIM905
)
LAST = tuple(
    "Almeida Becker Costa Dubois Eriksen Fischer Garcia Horvat Ivanov Jansen Kovacs Lopez Marin Nowak Okoye".split()  # noqa: SIM905
)
CITIES = (
    ("Lisbon", "PT", "Europe/Lisbon"),
    ("Berlin", "DE", "Europe/Berlin"),
    ("Paris", "FR", "Europe/Paris"),
    ("Warsaw", "PL", "Europe/Warsaw"),
    ("London", "GB", "Europe/London"),
    ("New York", "US", "America/New_York"),
    ("Kathmandu", "NP", "Asia/Kathmandu"),
)
LANGUAGES = ["en", "de", "fr", "es", "pt", "pl", "nl", "it", "tr", "uk", "ar", "zh"]
FORMATS = ["video", "phone", "in_person"]
SENTENCE = "On most evenings it comes back, and by the time the house is quiet there is nothing to do but wait for it."


@dataclass
class Load:
    """One run: the dice, the moment, the topics there are, and how many rows of each table were written."""

    dice: random.Random
    now: datetime
    written: dict[type[Model], int] = field(default_factory=dict)
    topics: list[int] = field(default_factory=list)

    def put(self, model: type[Model], rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
        self.written[model] = self.written.get(model, 0) + copy(model, rows)

    def people(self, count: int, prefix: str) -> list[int]:
        """Accounts that nobody can log in to: their addresses are reserved for examples and they have no password."""
        ids = fresh_ids(User, count)
        self.put(
            User,
            (
                {
                    "id": pk,
                    "public_id": random_id(self.dice),
                    "email": f"{prefix}{pk}@bulk.example.org",
                    "password": "!",
                    "display_name": self.dice.choice(FIRST),
                    "date_joined": self.now,
                }
                for pk in ids
            ),
        )
        return ids

    def links(self, through: type[Model], owner: str, ids: list[int], most: int = 3) -> None:
        """Ties rows to topics, the common ones more often."""
        pairs = [(pk, topic) for pk in ids for topic in skewed(self.dice, self.topics, most)]
        keys = fresh_ids(through, len(pairs))
        self.put(
            through, [{"id": key, owner: pk, "topic_id": topic} for key, (pk, topic) in zip(keys, pairs, strict=True)]
        )


def specialists(load: Load, count: int, checked_by: int) -> None:
    """Live specialists with licence, topics, hours and four weeks of open half hours; one in five has no hours."""
    dice, now = load.dice, load.now
    users, ids = load.people(count, "specialist"), fresh_ids(Specialist, count)
    kept = bulk_hours.weeks(dice)
    weeks = {pk: dice.choice(kept) if dice.random() < 0.8 else () for pk in ids}
    places = {pk: skewed(dice, list(CITIES), 1)[0] for pk in ids}
    openings = {pk: bulk_hours.starts(weeks[pk], places[pk][2], now) if weeks[pk] else () for pk in ids}
    load.put(
        Specialist,
        (_specialist(load, pk, user, places[pk], openings[pk]) for pk, user in zip(ids, users, strict=True)),
    )
    load.links(Specialist.topics.through, "specialist_id", ids, 4)
    licences = zip(fresh_ids(Licence, count), ids, strict=True)
    load.put(Licence, ({"id": key} | _licence(load, pk, checked_by) for key, pk in licences))
    schedules = dict(zip(fresh_ids(Schedule, count), ids, strict=True))
    load.put(
        Schedule,
        ({"id": key, "specialist_id": pk, "rolled_to": now.date()} for key, pk in schedules.items()),
    )
    windows = [(key, *each) for key, pk in schedules.items() for each in weeks[pk]]
    load.put(
        WeeklyWindow,
        (
            {"id": key, "schedule_id": schedule, "weekday": day, "start": begins, "end": ends}
            for key, (schedule, day, begins, ends) in zip(fresh_ids(WeeklyWindow, len(windows)), windows, strict=True)
        ),
    )
    keys = iter(fresh_ids(Opening, sum(map(len, openings.values()))))
    load.put(
        Opening,
        (
            {"id": next(keys), "specialist_id": pk, "start": start, "closes_at": start - bulk_hours.NOTICE}
            for pk, starts in openings.items()
            for start in starts
        ),
    )


def _specialist(
    load: Load, pk: int, user: int, place: tuple[str, str, str], starts: Sequence[datetime]
) -> dict[str, Any]:
    dice, now = load.dice, load.now
    city, country, zone = place
    return {
        "id": pk,
        "public_id": random_id(dice),
        "user_id": user,
        "slug": f"bulk-{pk}",
        "state": "live",
        "name": f"{dice.choice(FIRST)} {dice.choice(LAST)}",
        "title": "Psychotherapist",
        "headline": SENTENCE[:100],
        "about_who": SENTENCE * 3,
        "languages": skewed(dice, LANGUAGES, 3),
        "formats": skewed(dice, FORMATS, 3),
        "city": city,
        "country": country,
        "time_zone": zone,
        "fee_minor": dice.randint(30, 140) * 100,
        "currency": "EUR",
        "next_free": starts[0] if starts else None,
        "live_since": now,
        "confirmed_at": now,
        "created_at": now,
    }


def _licence(load: Load, pk: int, checked_by: int) -> dict[str, Any]:
    return {
        "specialist_id": pk,
        "body": "Synthetic board",
        "number": f"BULK-{pk}",
        "country": "PT",
        "valid_until": (load.now + timedelta(days=load.dice.randint(30, 900))).date(),
        "state": "verified",
        "checked_by_id": checked_by,
        "checked_at": load.now,
    }


def articles(load: Load, count: int, author: int, reviewer: int) -> None:
    """Published articles of one version each."""
    ids, versions = fresh_ids(Article, count), fresh_ids(ArticleVersion, count)
    when = {pk: load.now - timedelta(minutes=load.dice.randint(10, 500_000)) for pk in ids}
    base = {"author_id": author, "created_at": load.now, "reviewer_id": reviewer, "reviewer_name": "Synthetic reviewer"}
    load.put(Article, ({"id": pk, "slug": f"bulk-{pk}", "state": "draft"} | base for pk in ids))
    html = "".join(f'<h2 id="part-{nth}">Part {nth}</h2><p>{SENTENCE * 6}</p>' for nth in range(1, 5))
    words = {"source": SENTENCE * 24, "html": html, "standfirst": SENTENCE, "reading_minutes": 4}
    sections = [{"id": f"part-{nth}", "heading": f"Part {nth}", "body": SENTENCE} for nth in range(1, 5)]
    load.put(
        ArticleVersion,
        (
            {"id": key, "article_id": pk, "number": 1, "written_by_id": author, "written_at": load.now}
            | words
            | {"title": f"What evenings bring, number {pk}", "sections": sections}
            for key, pk in zip(versions, ids, strict=True)
        ),
    )
    changed = [
        Article(pk=pk, live_id=key, state="published", published_at=when[pk])
        for key, pk in zip(versions, ids, strict=True)
    ]
    Article.objects.bulk_update(changed, ["live", "state", "published_at"], batch_size=2000)
    load.links(Article.topics.through, "article_id", ids)


def questions(load: Load, count: int, answering: list[int]) -> None:
    """Published questions with none to three answers."""
    dice = load.dice
    ids = fresh_ids(Question, count)
    day = {pk: (load.now - timedelta(days=dice.randint(0, 700))).date() for pk in ids}
    load.put(
        Question,
        (
            {
                "id": pk,
                "public_id": f"b{random_id(dice).hex[:11]}",
                "slug": f"bulk-{pk}",
                "state": "published",
                "title": f"Why do evenings feel so long, number {pk}?",
                "body": SENTENCE * 4,
                "alias": "Quiet Harbour",
                "asked_on": day[pk],
                "published_on": day[pk],
            }
            for pk in ids
        ),
    )
    load.links(Question.topics.through, "question_id", ids)
    if not answering:
        return
    pairs = [(pk, who) for pk in ids for who in dice.sample(answering, min(len(answering), dice.randint(0, 3)))]
    keys = fresh_ids(Answer, len(pairs))
    load.put(
        Answer,
        (
            {"id": key, "question_id": pk, "specialist_id": who, "body": SENTENCE * 4, "answered_on": day[pk]}
            for key, (pk, who) in zip(keys, pairs, strict=True)
        ),
    )


def topic_ids() -> list[int]:
    """All topics, the first the most common."""
    return list(Topic.objects.order_by("position", "pk").values_list("pk", flat=True))
