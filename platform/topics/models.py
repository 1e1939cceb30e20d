"""The shared vocabulary: concerns in people's own words, and approaches, each named per language."""

from __future__ import annotations

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class TopicQuerySet(models.QuerySet["Topic"]):
    """Words to ask for topics with."""

    def named(self) -> TopicQuerySet:
        """With their names fetched, in the order the operator set: two queries however many topics."""
        return self.order_by("position", "slug").prefetch_related(Prefetch("names", to_attr="fetched_names"))


class Topic(models.Model):
    """One concern that articles, questions and specialists share."""

    slug = models.SlugField(_("address"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    high_risk = models.BooleanField(
        _("high risk"), default=False, help_text=_("Pages on this topic show where to get help at once.")
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.slug

    def words(self) -> TopicName | None:
        """This topic's row in the active language, else English, else whichever there is."""
        rows = {row.language: row for row in getattr(self, "fetched_names", None) or self.names.all()}
        active = (get_language() or "en").split("-")[0]
        return rows.get(active) or rows.get("en") or next(iter(rows.values()), None)

    @property
    def name(self) -> str:
        words = self.words()
        return words.name if words else self.slug

    @property
    def plain(self) -> str:
        """The concern as people say it ("I can't switch off at night")."""
        words = self.words()
        return (words.plain or words.name) if words else self.slug

    @property
    def about(self) -> str:
        words = self.words()
        return words.about if words else ""


class TopicName(models.Model):
    """A topic in one language: its plain name, how people say it, and two sentences on it."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="names")
    language = models.CharField(_("language"), max_length=12)
    name = models.CharField(_("name"), max_length=80)
    plain = models.CharField(_("in people's own words"), max_length=120, blank=True)
    about = models.TextField(_("about"), blank=True)

    class Meta:
        verbose_name = _("topic name")
        verbose_name_plural = _("topic names")
        constraints = [models.UniqueConstraint(fields=["topic", "language"], name="topic_one_name_per_language")]

    def __str__(self) -> str:
        return self.name


class Synonym(models.Model):
    """Other words that mean a topic, lower case, in one language."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="synonyms")
    language = models.CharField(_("language"), max_length=12)
    words = models.CharField(_("words"), max_length=80)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        constraints = [models.UniqueConstraint(fields=["topic", "language", "words"], name="synonym_once")]

    def __str__(self) -> str:
        return self.words


class Approach(models.Model):
    """A way of working (cognitive behavioural therapy, EMDR ...)."""

    slug = models.SlugField(_("address"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    short = models.CharField(_("short form"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("about"), blank=True)

    class Meta:
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name


class ClientGroup(models.Model):
    """Whom a specialist sees: adults, couples, parents ..."""

    slug = models.SlugField(_("address"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("client group")
        verbose_name_plural = _("client groups")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name
