"""What readers see of articles: the list with its search, one article, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from articles.models import WORDS, Article, ArticleQuerySet, ArticleVersion
from references import formatting
from references.citation import Reference
from topics.models import Synonym, Topic, TopicName

PAGE = 20
RELATED = 3
SHORTEST_WORD = 3


@dataclass(frozen=True)
class Row:
    """One article in a list, as `components/article_row.html` takes it."""

    title: str
    url: str
    standfirst: str
    author: str
    minutes: int
    references: int


@dataclass(frozen=True)
class Entry:
    """One numbered reference: its parts for the page, and the note beside it."""

    number: int
    parts: list[formatting.Part]
    note: str


@dataclass(frozen=True)
class Page:
    """One page of the list; `after` names the last article shown when more follow."""

    articles: list[Article]
    after: str


def row(article: Article) -> Row:
    """The row of an article that came from `for_lists`."""
    live = article.live
    assert live is not None
    count = getattr(article, "reference_count", 0)
    address = reverse("articles:article", args=[article.slug])
    return Row(live.title, address, live.standfirst, article.byline, live.reading_minutes, count)


def page(*, now: datetime, q: str = "", topic: str = "", after: str = "") -> Page:
    """Published articles, newest first; an `after` that is gone begins at the beginning."""
    found = search(q, now=now)
    if topic:
        found = found.filter(topics__slug=topic)
    last = Article.objects.published(now).filter(slug=after).first() if after else None
    if last is not None:
        same = Q(published_at=last.published_at, id__lt=last.pk)
        found = found.filter(Q(published_at__lt=last.published_at) | same)
    rows = list(found.newest().for_lists().prefetch_related(_topics())[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].slug if len(rows) > PAGE else "")


def _topics() -> Prefetch:
    return Prefetch("topics", queryset=Topic.objects.named())


def search(q: str, *, now: datetime) -> ArticleQuerySet:
    """Published articles whose words match, or that are about a concern the words mean; all without words."""
    found = Article.objects.published(now)
    words = " ".join(q.split())[:200]
    if not words:
        return found
    matching = ArticleVersion.objects.annotate(words=WORDS).filter(
        words=SearchQuery(words, config="english", search_type="websearch")
    )
    about = Article.topics.through.objects.filter(topic__in=meant(words)).values("article_id")
    return found.filter(Q(live__in=matching.values("pk")) | Q(pk__in=about))


def meant(words: str) -> set[int]:
    """Ids of the concerns that these words name, in any language and by any synonym."""
    asked = words.lower()
    named = TopicName.objects.annotate(low=Lower("name")).filter(low=asked).values_list("topic", flat=True)
    said = Synonym.objects.filter(words=asked).values_list("topic", flat=True)
    return set(named.union(said)) if len(asked) >= SHORTEST_WORD else set()


def topics_in_use(now: datetime) -> QuerySet[Topic]:
    """Concerns that have something to read, in the operator's order."""
    used = Article.topics.through.objects.filter(article__in=Article.objects.published(now)).values("topic")
    return Topic.objects.filter(pk__in=used).named()


def one(slug: str, *, now: datetime) -> Article | None:
    """The published article at this address with all that its page shows; None for everything else."""
    whole = Article.objects.published(now).select_related("live", "specialist", "author")
    return whole.prefetch_related(_topics()).filter(slug=slug).first()


def related(article: Article, *, now: datetime) -> list[Article]:
    """Articles that share most concerns with this one, newest first among equals."""
    topics = [topic.pk for topic in article.topics.all()]
    others = Article.objects.published(now).exclude(pk=article.pk).filter(topics__in=topics)
    shared = others.annotate(shared=Count("topics")).order_by("-shared", F("published_at").desc(), "-id")
    return list(shared.for_lists()[:RELATED])


def entries(version: ArticleVersion) -> list[Entry]:
    """The references of a version as numbered, printable entries."""
    listed = [Reference.from_dict(each) for each in version.references]
    return [Entry(number, _printed(each), each.annotation) for number, each in enumerate(listed, 1)]


def _printed(reference: Reference) -> list[formatting.Part]:
    """The parts for the page: pages that the source names already and the DOI's own address are not said twice."""
    named, pages = (text.replace("–", "-") for text in (reference.source, reference.locator))
    twice = {"annotation"}
    if pages and pages.partition(" ")[2] in named:
        twice.add("locator")
    if reference.url == formatting.doi_address(reference):
        twice.add("url")
    return [part for part in formatting.parts(reference) if part.kind not in twice]
