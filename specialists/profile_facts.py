"""What a profile shows beside the row of its specialist, each in one query that is written once for each process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from specialists.models import Licence, LicenceState, Specialist
from topics.models import Approach, ClientGroup, Topic, TopicName
from web.prepared import Prepared

SHOWN_WRITINGS = 5


@dataclass(frozen=True)
class Checked:
    """The licence that our team checked: by which body, and when."""

    body: str
    checked_at: datetime


@dataclass(frozen=True)
class Writing:
    """An article or an answer as a link: `key` is the question's, `minutes` the article's."""

    slug: str
    title: str
    key: str = ""
    minutes: int = 0


def _topic_names(who: int) -> QuerySet[TopicName, Any]:
    rows = TopicName.objects.filter(topic__specialists=who).order_by("topic__position", "topic__slug", "pk")
    return rows.values_list("topic__slug", "language", "name")


def _articles(who: int, now: datetime) -> QuerySet[Any, Any]:
    rows = Specialist(pk=who).articles.published(now).order_by("-published_at", "-id")
    return rows.values_list("slug", "live__title", "live__reading_minutes")[:SHOWN_WRITINGS]


def _answers(who: int) -> QuerySet[Any, Any]:
    rows = Specialist(pk=who).answers.filter(question__state="published", withdrawn_on=None).order_by("-pk")
    return rows.values_list("question__slug", "question__title", "question__public_id")[:SHOWN_WRITINGS]


_ask_topics = Prepared(_topic_names, who=int)
_ask_articles = Prepared(_articles, who=int, now=datetime)
_ask_answers = Prepared(_answers, who=int)
_ask_approaches = Prepared(lambda who: Approach.objects.filter(specialists=who).values_list("name"), who=int)
_ask_groups = Prepared(lambda who: ClientGroup.objects.filter(specialists=who).values_list("name"), who=int)
_ask_licence = Prepared(
    lambda who: Licence.objects.filter(specialist=who).order_by("-pk").values_list("state", "body", "checked_at")[:1],
    who=int,
)


def topics(specialist: Specialist) -> list[Topic]:
    """What people come to them about, in the operator's order; each knows its name in the language of the page."""
    found = []
    for slug, rows in groupby(_ask_topics(who=specialist.pk), key=lambda row: row[0]):
        topic = Topic(slug=slug)
        topic.fetched_names = [TopicName(language=language, name=name) for _slug, language, name in rows]  # type: ignore[attr-defined]
        found.append(topic)
    return found


def licence(specialist: Specialist) -> Checked | None:
    """The licence that stands behind the page, the newest one given, when our team checked it."""
    return next(
        (Checked(body, at) for state, body, at in _ask_licence(who=specialist.pk) if state == LicenceState.VERIFIED),
        None,
    )


def approaches(specialist: Specialist) -> list[str]:
    """How they work."""
    return [name for (name,) in _ask_approaches(who=specialist.pk)]


def client_groups(specialist: Specialist) -> list[str]:
    """Whom they see."""
    return [name for (name,) in _ask_groups(who=specialist.pk)]


def articles(specialist: Specialist, now: datetime) -> list[Writing]:
    """Their articles that anyone may read, newest first; the upper app gives the relation."""
    return [Writing(slug, title, minutes=minutes) for slug, title, minutes in _ask_articles(who=specialist.pk, now=now)]


def answers(specialist: Specialist) -> list[Writing]:
    """Their answers that anyone may read, newest first; the upper app gives the relation."""
    return [Writing(slug, title, key) for slug, title, key in _ask_answers(who=specialist.pk)]
