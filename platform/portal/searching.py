"""One search over articles, questions and specialists.

Words are matched by PostgreSQL's full text search, names and titles also by trigrams, so that a typing mistake
finds them; a query that means a topic in other words ("can't sleep") also finds what carries that topic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVectorField,
    TrigramSimilarity,
    TrigramWordSimilarity,
)
from django.db.models import Case, F, FloatField, Func, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat

from articles.models import Article
from questions.models import Question
from specialists.models import Specialist
from topics.models import Synonym, Topic, TopicName

Row = TypeVar("Row", bound=Model)
LONGEST = 200
SHOWN = 5
# From trying misspelt names: above it are slips of a letter or two, below it other words.
ALIKE = 0.55
TOPIC_WORTH = 0.2


@dataclass(frozen=True)
class Found:
    """What one search found; lists hold the best few, counts all of them."""

    topics: list[Topic]
    articles: QuerySet[Article]
    questions: QuerySet[Question]
    specialists: QuerySet[Specialist]


def clean(text: str) -> str:
    """What was typed, on one line and of bounded length. PostgreSQL takes no NUL."""
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def words(*columns: str | Combinable) -> Func:
    """The indexed words of three columns, from the most to the least telling."""
    return Func(*columns, function="halfhour_words", output_field=SearchVectorField())


def everything(*, text: str, now: datetime, without: frozenset[str] = frozenset()) -> Found:
    """Search for `text` (see `clean`) in all that is public at `now`, but for the sections in `without`."""
    topics = meant(text)
    blank = Value("", output_field=TextField())
    more = Concat(F("about_who"), Value(" "), F("about_me"), output_field=TextField())
    articles = Article.objects.none() if "articles" in without else Article.objects.published(now)
    questions = Question.objects.none() if "questions" in without else Question.objects.published()
    specialists = Specialist.objects.none() if "specialists" in without else Specialist.objects.public()
    return Found(
        topics=topics,
        articles=matching(
            articles, text, topics, words("live__title", "live__standfirst", "live__source"), "live__title"
        ),
        questions=matching(questions, text, topics, words("title", "body", blank), "title"),
        specialists=matching(specialists, text, topics, words("name", "headline", more), "name"),
    )


def meant(text: str) -> list[Topic]:
    """The topics that `text` names, in their own words or in others, best first; at most three."""
    said = text.lower()
    padded = Value(f" {said} ", output_field=TextField())
    inside = Concat(Value(" "), F("words"), Value(" "), output_field=TextField())
    synonyms = (
        Synonym.objects.annotate(said=padded, inside=inside, alike=TrigramSimilarity("words", said))
        .filter(Q(said__contains=F("inside")) | Q(alike__gt=ALIKE))
        .values_list("topic", flat=True)
    )
    named = (
        TopicName.objects.annotate(alike=TrigramWordSimilarity(said, "name"))
        .filter(alike__gt=ALIKE + 0.1)
        .values_list("topic", flat=True)
    )
    return list(Topic.objects.named().filter(Q(pk__in=synonyms) | Q(pk__in=named))[:3])


def matching(rows: QuerySet[Row], text: str, topics: list[Topic], vector: Func, title: str) -> QuerySet[Row]:
    """Those whose words match, whose title is alike, or that carry one of the topics; best first."""
    query = SearchQuery(text, search_type="websearch", config="english")
    # Found by all the words, ranked by the telling ones: ranking reads each row's text anew, without the index.
    telling = words(*vector.source_expressions[:2], Value("", output_field=TextField()))
    carrying = rows.filter(topics__in=topics).values("pk")
    on_topic = Case(When(pk__in=carrying, then=Value(TOPIC_WORTH)), default=Value(0.0), output_field=FloatField())
    return (
        rows.annotate(vector=vector, alike=TrigramWordSimilarity(text, title))
        .filter(Q(vector=query) | Q(alike__gt=ALIKE) | Q(pk__in=carrying))
        .annotate(worth=SearchRank(telling, query) + F("alike") * 0.5 + on_topic)
        .order_by("-worth", "-pk")
    )
