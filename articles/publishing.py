"""Publishing: a second person approves, asks for changes, or takes an article off the shelf."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Article, ArticleVersion, State
from articles.writing import CASE
from audit import trail
from cases import queue
from cases.queue import Refused
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

REVIEW_LASTS = timedelta(days=730)
"""How long a review stands before the next one is due."""
PUBLISHED, CHANGES_ASKED = "article_published", "article_changes_asked"


class OwnArticle(Refused):
    """The two-person rule: who wrote the words cannot let them through."""


@transaction.atomic
def approve(
    *,
    subject_id: int,
    actor: User,
    now: datetime,
    reason: str = "",
    publish_at: datetime | None = None,
) -> None:
    """Make the newest version what readers see, from `publish_at` on (at once without it).

    Readers see the name of the curator's own profile, else of their account; `reason` is kept with the case.
    Raises Refused: not a curator, own words, nothing to approve, archived.
    """
    article, version = _for_decision(subject_id, actor)
    if actor.pk in (article.author_id, version.written_by_id):
        raise OwnArticle(_("You wrote this one. A second person has to read it before it is published."))
    first_time = article.live_id is None
    article.live, article.state = version, State.PUBLISHED
    article.reviewer, article.reviewer_name = actor, _shown_name(actor)
    article.reviewed_on = now.date()
    article.next_review_on = now.date() + REVIEW_LASTS
    if first_time or article.published_at is None:
        article.published_at = publish_at or now
    article.save()
    _tell_author(article, kind=PUBLISHED, occasion=str(version.number), due_at=max(article.published_at, now), now=now)
    trail.record(
        verb="published", subject_kind=CASE, subject_id=article.pk, actor_id=actor.pk, now=now, version=version.number
    )


@transaction.atomic
def ask_for_changes(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """Give the article back to its author with a reason; a published one stays as readers know it."""
    article, version = _for_decision(subject_id, actor)
    if article.state != State.PUBLISHED:
        article.state = State.CHANGES
        article.save(update_fields=["state"])
    occasion = f"{version.number}-{now:%Y%m%d%H%M%S}"
    _tell_author(article, kind=CHANGES_ASKED, occasion=occasion, due_at=now, now=now)
    trail.record(
        verb="changes_asked",
        subject_kind=CASE,
        subject_id=article.pk,
        actor_id=actor.pk,
        now=now,
        version=version.number,
    )


def _for_decision(subject_id: int, actor: User) -> tuple[Article, ArticleVersion]:
    article = Article.objects.select_for_update(no_key=True).get(pk=subject_id)
    if not actor.is_curator:
        raise Refused(_("Only curators decide about articles."))
    version = article.versions.first()
    if version is None:
        raise Refused(_("There is nothing to read yet."))
    if article.state not in (State.IN_REVIEW, State.PUBLISHED):
        raise Refused(_("The author has taken this one back. It will return when it is sent again."))
    return article, version


def _shown_name(actor: User) -> str:
    specialist = getattr(actor, "specialist", None)
    return specialist.name if specialist else actor.get_short_name()


def _tell_author(article: Article, *, kind: str, occasion: str, due_at: datetime, now: datetime) -> None:
    outbox.notify(kind=kind, subject_id=article.pk, recipient=article.author, occasion=occasion, due_at=due_at, now=now)


@transaction.atomic
def archive(*, article: Article, actor: User, now: datetime) -> None:
    """Take an article off the shelf for good: nobody finds it any more, its versions are kept.

    The author and curators may. Raises Refused for others; a second call changes nothing.
    """
    queue.withdraw(kind=CASE, subject_id=article.pk, now=now, reason=_("The article was archived."))
    article = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    if article.author_id != actor.pk and not actor.is_curator:
        raise Refused(_("This article is somebody else's."))
    if article.state == State.ARCHIVED:
        return
    article.state = State.ARCHIVED
    article.save(update_fields=["state"])
    outbox.withdraw(kinds=(PUBLISHED, CHANGES_ASKED), subject_id=article.pk, now=now, cause="archived")
    trail.record(verb="archived", subject_kind=CASE, subject_id=article.pk, actor_id=actor.pk, now=now)
