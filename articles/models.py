"""Articles: a page with its states, and immutable versions that hold the words (DECISIONS 20)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User


TITLE_LIMIT, STANDFIRST_LIMIT, SUMMARY_LIMIT, SOURCE_LIMIT = 160, 400, 3000, 100_000
"""Characters that one version has room for."""


class State(models.TextChoices):
    """Where an article is on its way."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    CHANGES = "changes", _("changes asked for")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class ArticleQuerySet(models.QuerySet["Article"]):
    """Words to ask for articles with."""

    def published(self, now: datetime) -> ArticleQuerySet:
        """What every reader may see at `now`; a later publication date is a schedule."""
        return self.filter(state=State.PUBLISHED, published_at__lte=now, live__isnull=False)

    def visible_to(self, user: User) -> ArticleQuerySet:
        """Those one writes; curators see all."""
        return self if user.is_curator else self.filter(author=user)

    def newest(self) -> ArticleQuerySet:
        return self.order_by("-published_at", "-id")

    def for_lists(self) -> ArticleQuerySet:
        """With what a row of a list shows and `reference_count`, without the words of the article."""
        heavy = ("source", "html", "sections", "lead", "summary", "references")
        counted = Func(F("live__references"), function="jsonb_array_length", output_field=models.IntegerField())
        rows = self.select_related("live", "specialist", "author").annotate(reference_count=counted)
        return rows.defer(*(f"live__{name}" for name in heavy))

    def due_for_review(self, today: date) -> ArticleQuerySet:
        """Published ones whose next review has come due."""
        return self.filter(state=State.PUBLISHED, next_review_on__lte=today)


class Article(models.Model):
    """One article's address, people, dates and state. Its words are in versions."""

    slug = models.SlugField(_("address"), max_length=120, unique=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    live = models.OneToOneField(
        "articles.ArticleVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("what readers see")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="articles", verbose_name=_("author")
    )
    specialist = models.ForeignKey(
        "specialists.Specialist",
        models.PROTECT,
        null=True,
        related_name="articles",
        verbose_name=_("by the specialist"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="reviewed_articles",
        verbose_name=_("reviewer"),
    )
    reviewer_name = models.CharField(_("reviewer as shown"), max_length=120, blank=True)
    topics = models.ManyToManyField("topics.Topic", related_name="articles", verbose_name=_("topics"), blank=True)
    conflict_of_interest = models.CharField(_("conflict of interest"), max_length=240, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True)
    next_review_on = models.DateField(_("next review due"), null=True)
    created_at = models.DateTimeField(_("begun at"))

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(live__isnull=False, published_at__isnull=False, reviewer__isnull=False),
                name="published_article_whole",
            ),
            # The two-person rule: whoever wrote it cannot be the one who let it through, and somebody must have.
            models.CheckConstraint(condition=~Q(reviewer=models.F("author")), name="author_is_not_reviewer"),
        ]
        indexes = [models.Index(fields=["-published_at", "-id"], condition=Q(state="published"), name="article_newest")]

    def __str__(self) -> str:
        return self.slug

    @property
    def byline(self) -> str:
        """Who wrote it, as readers see it."""
        return self.specialist.name if self.specialist else self.author.get_short_name()


# Searched by exactly this expression; the index below answers it.
WORDS = SearchVector("title", "standfirst", "source", config="english")


class ArticleVersion(models.Model):
    """The words at one moment. A trigger in the first migration refuses to change a row.

    `source` is the one Markdown source; `lead`, `sections`, `html` and `reading_minutes` are derived from it when
    the version is written. `references` is a list of objects as `references.Reference.to_dict` gives them.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"))
    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    standfirst = models.CharField(_("standfirst"), max_length=STANDFIRST_LIMIT, blank=True)
    source = models.TextField(_("text"), max_length=SOURCE_LIMIT)
    summary = models.TextField(_("summary"), max_length=SUMMARY_LIMIT, blank=True)
    references = models.JSONField(_("references"), default=list)
    lead = models.TextField(blank=True)
    sections = models.JSONField(default=list)
    html = models.TextField(blank=True)
    reading_minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=1)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="version_number_once")]
        indexes = [GinIndex(WORDS, name="version_words")]

    def __str__(self) -> str:
        return self.title
