"""Questions asked in public under a fresh alias, and specialists' answers.

There is no foreign key from a question to a person (DECISIONS 21): the asker stands on the question as a sealed
user id, and each person has one sealed list of their own questions.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField


class State(models.TextChoices):
    """Where a question is."""

    WAITING = "waiting", _("being read by our team")
    PUBLISHED = "published", _("published")
    DECLINED = "declined", _("not published")
    WITHDRAWN = "withdrawn", _("withdrawn by the asker")


class QuestionQuerySet(models.QuerySet["Question"]):
    """Words to ask for questions with."""

    def published(self) -> QuestionQuerySet:
        return self.filter(state=State.PUBLISHED)

    def with_answer_count(self) -> QuestionQuerySet:
        return self.annotate(answer_count=Count("answers", filter=Q(answers__withdrawn_on=None)))


class Question(models.Model):
    """One question. Dates only, never times, so that nobody can be found by when they were awake."""

    public_id = models.CharField(max_length=16, unique=True)
    slug = models.SlugField(max_length=80)
    language = models.CharField(_("language"), max_length=12, default="en")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    title = models.CharField(_("question in one line"), max_length=140)
    body = models.TextField(_("what is going on"), max_length=4000)
    alias = models.CharField(_("alias"), max_length=60)
    sealed_asker = SealedTextField(null=True)
    topics = models.ManyToManyField("topics.Topic", related_name="questions", verbose_name=_("topics"), blank=True)
    at_risk = models.BooleanField(_("someone may be at risk"), default=False)
    asked_on = models.DateField(_("asked on"))
    published_on = models.DateField(_("published on"), null=True)
    decline_reason = models.TextField(_("why it was not published"), blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False),
                name="published_question_has_date",
            )
        ]
        indexes = [
            models.Index(fields=["-published_on", "-id"], condition=Q(state="published"), name="question_newest")
        ]

    def __str__(self) -> str:
        return self.title


class Answer(models.Model):
    """A verified specialist's answer; one per specialist and question."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    specialist = models.ForeignKey("specialists.Specialist", models.PROTECT, related_name="answers")
    body = models.TextField(_("answer"), max_length=6000)
    answered_on = models.DateField(_("answered on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["answered_on", "id"]
        constraints = [models.UniqueConstraint(fields=["question", "specialist"], name="one_answer_per_specialist")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class OwnQuestions(models.Model):
    """Which questions are mine: a sealed JSON list of ids, opened only for the person themselves."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="own_questions")
    sealed_ids = SealedTextField()

    class Meta:
        verbose_name = _("own questions")
        verbose_name_plural = _("own questions")

    def __str__(self) -> str:
        return f"questions of {self.user_id}"
