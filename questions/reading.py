"""What pages of questions show: lists by key, the ones close by, and those a specialist could answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import Combinable

from questions.asking import own_ids
from questions.models import Answer, Question, QuestionQuerySet, State
from topics.models import Topic

if TYPE_CHECKING:
    from accounts.models import User
    from specialists.models import Specialist

PAGE = 20
CLOSE = 5


def standing_answers() -> Prefetch:
    """Answers that were not taken back, with who gave them."""
    rows = Answer.objects.filter(withdrawn_on=None).select_related("specialist").order_by("answered_on", "id")
    return Prefetch("answers", queryset=rows, to_attr="standing")


def answers_of(question: Question) -> list[Answer]:
    """The answers that `standing_answers` fetched."""
    return list(question.standing)  # type: ignore[attr-defined]


def page_of(*, topic: str = "", words: str = "", after: str = "") -> tuple[list[Question], str]:
    """Published questions, newest first, at most 20, and the key the next page starts after (or nothing)."""
    found = Question.objects.published().with_answer_count().prefetch_related(standing_answers())
    if topic:
        found = found.filter(pk__in=Question.topics.through.objects.filter(topic__slug=topic).values("question"))
    if words:
        found = found.filter(_matching(words))
    day, _, last = after.partition(".")
    if last.isdecimal() and (since := _day(day)):
        found = found.filter(Q(published_on__lt=since) | Q(published_on=since, id__lt=int(last[:18])))
    rows = list(found.order_by("-published_on", "-id")[: PAGE + 1])
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{more.published_on:%Y-%m-%d}.{more.pk}" if more else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _matching(words: str) -> Combinable | Q:
    """Words of the question, or of a topic's name or synonym."""
    return (
        Q(title__icontains=words)
        | Q(body__icontains=words)
        | Exists(Question.topics.through.objects.filter(question=OuterRef("pk"), topic__in=_topics(words)))
    )


def _topics(words: str) -> QuerySet[Topic, Any]:
    named = Q(names__name__icontains=words) | Q(synonyms__words__icontains=words)
    return Topic.objects.filter(named).values("pk")


def close_to(text: str, *, but: Question | None = None) -> list[Question]:
    """Up to five published questions that share words with this one, best first."""
    terms = [word for word in "".join(c if c.isalnum() else " " for c in text).split() if len(word) > 2][:20]
    if not terms:
        return []
    query = SearchQuery(" | ".join(terms), search_type="raw", config="english")
    vector = SearchVector("title", weight="A", config="english") + SearchVector("body", weight="C", config="english")
    found = (
        Question.objects.published()
        .prefetch_related(standing_answers())
        .annotate(rank=SearchRank(vector, query))
        .filter(rank__gt=0.05)
    )
    if but is not None:
        found = found.exclude(pk=but.pk)
    return list(found.order_by("-rank", "-id")[:CLOSE])


def visible(public_id: str, user: User | None) -> Question | None:
    """The question if it is published, or if this person asked it (whatever its state)."""
    if "\0" in public_id:
        return None
    found = Question.objects.filter(public_id=public_id).prefetch_related(standing_answers(), "topics__names").first()
    if found is None or found.state == State.PUBLISHED:
        return found
    mine = user is not None and user.is_authenticated and found.pk in {each for each, _ in own_ids(user)}
    return found if mine and found.state != State.WITHDRAWN else None


def of_asker(user: User) -> list[Question]:
    """One's own questions, newest first, from the sealed list."""
    ids = [each for each, _ in own_ids(user)]
    found: QuestionQuerySet = Question.objects.filter(pk__in=ids).exclude(state=State.WITHDRAWN)
    return list(found.with_answer_count().order_by("-id"))


def to_answer(specialist: Specialist) -> list[Question]:
    """Published questions without an answer of theirs: in their topics first, then the least answered."""
    mine = Answer.objects.filter(question=OuterRef("pk"), specialist=specialist)
    topics = specialist.topics.values_list("pk", flat=True)
    own = {each for each, _ in own_ids(specialist.user)} if specialist.user else set()
    rows = (
        Question.objects.published()
        .filter(~Exists(mine))
        .exclude(pk__in=own)
        .annotate(shared=Count("topics", filter=Q(topics__in=list(topics)), distinct=True))
        .annotate(answer_count=Count("answers", filter=Q(answers__withdrawn_on=None), distinct=True))
        .order_by("-shared", "answer_count", "-published_on", "-id")[:50]
    )
    return list(rows)
