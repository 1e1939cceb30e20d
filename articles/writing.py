"""Writing: begin an article, keep each version of it, send it to a second person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles import markdown, sections
from articles.models import Article, ArticleVersion, State
from audit import trail
from cases import queue
from references.citation import Reference
from specialists.models import PUBLIC_STATES, Specialist
from topics.models import Topic

if TYPE_CHECKING:
    from accounts.models import User

CASE = "article"
FEWEST_WORDS = 100
RESERVED = frozenset({"feed", "new"})
"""Addresses of pages that stand where an article's would."""
TRIES = 5


class Refused(Exception):
    """Something about writing that cannot be done now; the message says why and what to do."""


class NotAWriter(Refused):
    """Only the specialists here and curators write."""


class ChangedMeanwhile(Refused):
    """A newer version was saved since this one was opened; nothing was stored."""


class NotReady(Refused):
    """Too little to show to a second person; the message names what is missing."""


def may_write(user: User) -> bool:
    """Curators, and specialists whose profile is public."""
    return user.is_curator or Specialist.objects.filter(user=user, state__in=PUBLIC_STATES).exists()


@transaction.atomic
def begin(
    *,
    author: User,
    title: str,
    now: datetime,
    specialist: Specialist | None = None,
    language: str = "en",
    slug: str = "",
) -> Article:
    """Make the empty draft that versions are written to; the address is made of the title and stays.

    Without `specialist` it is the author's own profile, where there is one. Raises NotAWriter.
    """
    if not may_write(author):
        raise NotAWriter(
            _("Articles are written by the specialists here. You can write one once your profile is live.")
        )
    if specialist is None:
        specialist = Specialist.objects.filter(user=author, state__in=PUBLIC_STATES).first()
    article = _at_a_free_address(
        slug or title, language=language, author=author, specialist=specialist, created_at=now
    )  # fmt: skip
    trail.record(verb="begun", subject_kind=CASE, subject_id=article.pk, actor_id=author.pk, now=now)
    return article


def _at_a_free_address(words: str, **fields: Any) -> Article:
    """The article's row; where somebody takes the same address at the same moment, the next free one."""
    for _nth in range(TRIES - 1):
        try:
            with transaction.atomic():
                return Article.objects.create(slug=_free_slug(words), **fields)
        except IntegrityError:
            continue
    return Article.objects.create(slug=f"{_free_slug(words)}-{get_random_string(5).lower()}", **fields)


def _free_slug(words: str) -> str:
    """The address for these words, numbered when it is taken; scripts without Latin letters get "article"."""
    base = slugify(words)[:100].strip("-") or "article"
    taken = set(Article.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    free = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in free if slug not in taken)


@transaction.atomic
def write_version(
    *,
    article: Article,
    title: str,
    standfirst: str,
    source: str,
    summary: str,
    references: Sequence[Reference],
    topics: Iterable[Topic],
    actor: User,
    now: datetime,
    base: int = 0,
    conflict_of_interest: str | None = None,
) -> ArticleVersion:
    """Store a new version. `base` is the number of the newest version its writer saw, 0 for none.

    A summary that the source ends with is taken out of it: the page shows it once, below the text. A version
    written while the article is in review takes it back: what a curator approves is what they read.
    Topics of a published article change only by a curator's hand. Raises ChangedMeanwhile and Refused.
    """
    article = _to_write(article, actor, base=base, now=now)
    summary = summary.strip()
    source = source.rstrip().removesuffix(summary).rstrip()
    version = ArticleVersion.objects.create(
        article=article,
        number=base + 1,
        written_by=actor,
        written_at=now,
        title=title.strip(),
        standfirst=standfirst.strip(),
        source=source,
        summary=summary,
        references=[reference.to_dict() for reference in references],
        **derived(source=source, summary=summary, reference_count=len(references)),
    )
    _settle(article, topics=topics, actor=actor, conflict_of_interest=conflict_of_interest)
    trail.record(
        verb="wrote", subject_kind=CASE, subject_id=article.pk, actor_id=actor.pk, now=now, version=version.number
    )
    return version


def _to_write(article: Article, actor: User, *, base: int, now: datetime) -> Article:
    """The article's row for a version on top of `base`, its open review closed because the words change."""
    # The case before the article, in the order that a decision locks them.
    queue.withdraw(kind=CASE, subject_id=article.pk, now=now, reason=_("The author wrote a new version."))
    article = _locked(article, actor)
    if newest_number(article) != base:
        raise ChangedMeanwhile(
            _(
                "This article was changed in another window since you opened it. What you wrote is kept below; "
                "compare the two before you save."
            )
        )
    return article


def _settle(article: Article, *, topics: Iterable[Topic], actor: User, conflict_of_interest: str | None) -> None:
    """What a new version changes about its article."""
    if article.live_id is None or actor.is_curator:
        article.topics.set(topics)
    if article.state == State.IN_REVIEW:
        article.state = State.DRAFT
    if conflict_of_interest is not None:
        article.conflict_of_interest = conflict_of_interest.strip()
    article.save(update_fields=["state", "conflict_of_interest"])


def _locked(article: Article, actor: User) -> Article:
    """The article's row, held until the end of the transaction, for one who may write it."""
    article = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    if article.author_id != actor.pk and not actor.is_curator:
        raise Refused(_("This article is somebody else's."))
    if article.state == State.ARCHIVED:
        raise Refused(_("This article is archived. It can be read here, but not changed any more."))
    return article


def newest_number(article: Article) -> int:
    """The number of the newest version, 0 while there is none."""
    return article.versions.aggregate(newest=Max("number"))["newest"] or 0


def derived(*, source: str, summary: str, reference_count: int) -> dict[str, Any]:
    """What is stored beside the source: the lead, the sections, the page's HTML and minutes to read."""
    lead, parts = sections.split(source)
    whole = f"{source}\n\n{summary}" if summary else source
    anchors = [anchor for anchor, _heading in markdown.outline(source)]
    named = anchors if len(anchors) == len(parts) else [""] * len(parts)
    return {
        "lead": lead,
        "sections": [{"id": anchor, **asdict(part)} for anchor, part in zip(named, parts, strict=True)],
        "html": markdown.render(whole, reference_count=reference_count),
        "reading_minutes": markdown.reading_minutes(whole),
    }


@transaction.atomic
def submit(*, article: Article, actor: User, now: datetime) -> None:
    """Send the newest version to a second person. A published article stays as it is until they approve.

    Raises NotReady with what is missing, and Refused when there is nothing new to read.
    """
    article = _locked(article, actor)
    version = article.versions.first()
    if version is None:
        raise NotReady(_("There is nothing to read yet. Write the article first, and save it."))
    _check_whole(article, version)
    due = article.next_review_on is not None and article.next_review_on <= now.date()
    if version.pk == article.live_id and not due:
        raise Refused(_("Readers see this version already. Change something first."))
    if article.state != State.PUBLISHED:
        article.state = State.IN_REVIEW
        article.save(update_fields=["state"])
    queue.open_case(kind=CASE, subject_id=article.pk, now=now)
    trail.record(
        verb="submitted", subject_kind=CASE, subject_id=article.pk, actor_id=actor.pk, now=now, version=version.number
    )


def _check_whole(article: Article, version: ArticleVersion) -> None:
    if not version.standfirst:
        raise NotReady(_("Write the standfirst: one or two sentences that lists show under the title."))
    if len(version.source.split()) < FEWEST_WORDS:
        raise NotReady(
            _("This is still short for an article. Write at least %(count)d words.") % {"count": FEWEST_WORDS}
        )
    if not article.topics.exists():
        raise NotReady(_("Choose at least one topic, so that people can find it."))
