"""Rows of lists as the components draw them, made of articles, questions and specialists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils.text import Truncator

from articles.models import Article
from questions.models import Answer, Question
from specialists.models import Format, Specialist
from topics.models import Topic
from web import names
from web.templatetags.halfhour import page


@dataclass(frozen=True)
class ArticleRow:
    """What `components/article_row.html` reads."""

    title: str
    url: str
    standfirst: str
    author: str
    minutes: int
    references: int


@dataclass(frozen=True)
class QuestionRow:
    """What `components/question_row.html` reads."""

    title: str
    url: str
    excerpt: str = ""
    answerer: str = ""
    answerer_key: str = ""
    others: int = 0
    date: date | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpecialistRow:
    """What `components/specialist_row.html` reads."""

    name: str
    key: str
    url: str
    title: str
    words: str
    facts: tuple[str, ...]
    why: str = ""
    starts: list[datetime] = field(default_factory=list)
    book_url: str = ""


@dataclass(frozen=True)
class TopicLink:
    """A topic as a link: `name` for tags, `plain` as people say it."""

    name: str
    plain: str
    url: str


def topic_links(topics: Iterable[Topic]) -> list[TopicLink]:
    return [TopicLink(topic.name, topic.plain, page(f"/topics/{topic.slug}/")) for topic in topics]


def articles_with_people(articles: QuerySet[Article]) -> QuerySet[Article]:
    """With everything a row shows, in one query."""
    return articles.for_lists().select_related("author")  # type: ignore[attr-defined]  # its QuerySet's word


def article_rows(articles: Iterable[Article]) -> list[ArticleRow]:
    return [
        ArticleRow(
            title=article.live.title,
            url=page(f"/articles/{article.slug}/"),
            standfirst=article.live.standfirst,
            author=article.specialist.name if article.specialist else article.author.get_short_name(),
            minutes=article.live.reading_minutes,
            references=len(article.live.references),
        )
        for article in articles
        if article.live
    ]


def questions_with_answers(questions: QuerySet[Question]) -> QuerySet[Question]:
    """With the answers that stand, in three queries however many."""
    standing = Answer.objects.filter(withdrawn_on=None).select_related("specialist")
    return questions.prefetch_related(
        Prefetch("answers", standing, to_attr="standing"), Prefetch("topics", Topic.objects.named())
    )


def answered_last(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Those with an answer, the newest answer first."""
    newest = Max("answers__answered_on", filter=Q(answers__withdrawn_on=None))
    return questions.annotate(newest=newest).exclude(newest=None).order_by("-newest", "-id")


def question_rows(questions: Iterable[Question]) -> list[QuestionRow]:
    return [question_row(question) for question in questions]


def question_row(question: Question) -> QuestionRow:
    standing: list[Answer] = question.standing  # type: ignore[attr-defined]  # of questions_with_answers
    url = page(f"/questions/{question.public_id}/{question.slug}/")
    if not standing:
        topics = tuple(topic.name for topic in question.topics.all())
        return QuestionRow(question.title, url, date=question.published_on, topics=topics)
    first = standing[0]
    return QuestionRow(
        title=question.title,
        url=url,
        excerpt=Truncator(first.body).words(36),
        answerer=first.specialist.name,
        answerer_key=first.specialist.slug,
        others=len(standing) - 1,
        date=max(answer.answered_on for answer in standing),
    )


def specialist_rows(specialists: Iterable[Specialist], starts: Mapping[int, list[datetime]]) -> list[SpecialistRow]:
    """`starts` are the free half hours to show, by the specialist's id."""
    return [
        SpecialistRow(
            name=specialist.name,
            key=specialist.slug,
            url=page(f"/specialists/{specialist.slug}/"),
            title=specialist.title,
            words=specialist.headline,
            facts=facts(specialist),
            starts=starts.get(specialist.pk, []),
            book_url=page(f"/consultations/book/{specialist.slug}/"),
        )
        for specialist in specialists
    ]


def facts(specialist: Specialist) -> tuple[str, ...]:
    """Languages, and how one can talk."""
    languages = ", ".join(names.language_name(code) for code in specialist.languages)
    ways = [str(Format(code).label) for code in specialist.formats if code in Format.values]
    formats = ", ".join(way if nth == 0 else way.lower() for nth, way in enumerate(ways))
    return tuple(fact for fact in (languages, formats) if fact)
