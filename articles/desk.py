"""Articles on the curation desk: what a curator sees of one, and what can be decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from articles import publishing, reading
from articles.models import Article, ArticleVersion
from articles.writing import CASE
from cases.models import Case
from cases.queue import Decision, Kind, add_kind
from references import guard
from references.citation import Reference


@dataclass(frozen=True)
class Draft:
    """An article as the desk and its author's preview show it: the newest version and what the guard says."""

    article: Article
    version: ArticleVersion
    entries: list[reading.Entry]
    flagged: list[tuple[int, list[guard.Flag]]]


def draft(article: Article, version: ArticleVersion) -> Draft:
    """The version with its references read by the guard; the year it was written counts as today."""
    listed = [Reference.from_dict(each) for each in version.references]
    found = [(number, guard.flags(each, listed, version.written_at.year)) for number, each in enumerate(listed, 1)]
    return Draft(article, version, reading.entries(version), [(number, flags) for number, flags in found if flags])


def load(ids: list[int]) -> Mapping[int, Draft]:
    """Newest versions by article id, in three queries however many articles."""
    rows = ArticleVersion.objects.filter(article__in=ids).order_by("article", "-number").distinct("article")
    whole = rows.select_related("article__author", "article__specialist", "written_by").prefetch_related(
        "article__topics__names"
    )
    return {version.article_id: draft(version.article, version) for version in whole}


def latest_reason(article: Article) -> str:
    """What a curator wrote when they last asked for changes, "" when nobody has."""
    asked = Case.objects.filter(kind=CASE, subject_id=article.pk, decision="changes").order_by("-decided_at").first()
    return asked.reason if asked else ""


def is_waiting(article: Article) -> bool:
    """Whether a curator has still to decide about it."""
    return Case.objects.open().filter(kind=CASE, subject_id=article.pk).exists()


def register() -> None:
    """Makes articles known to the desk."""
    add_kind(
        Kind(
            code=CASE,
            label=_("Articles to review"),
            template="articles/case.html",
            load=load,
            title=lambda subject: subject.version.title,
            decisions=(
                Decision("publish", _("Publish"), publishing.approve, needs_reason=False),
                Decision("changes", _("Ask for changes"), publishing.ask_for_changes, negative=True),
            ),
        )
    )
