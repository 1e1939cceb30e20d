"""A specialist's page: who they are, how they work, and in which state the page is."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class State(models.TextChoices):
    """Where a profile is. Only `live` is public; `paused` is public but takes no bookings."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("with our team")
    CHANGES = "changes", _("changes asked for")
    LIVE = "live", _("live")
    PAUSED = "paused", _("paused")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Format(models.TextChoices):
    """How a half hour is held."""

    VIDEO = "video", _("Video")
    PHONE = "phone", _("Phone")
    IN_PERSON = "in_person", _("In person")


PUBLIC_STATES = (State.LIVE, State.PAUSED)


class SpecialistQuerySet(models.QuerySet["Specialist"]):
    """Words to ask for specialists with."""

    def public(self) -> SpecialistQuerySet:
        """Those a visitor may see."""
        return self.filter(state__in=PUBLIC_STATES)

    def visible_to(self, user: User | AnonymousUser | None) -> SpecialistQuerySet:
        """The public ones and one's own; curators see all."""
        if user is None or not user.is_authenticated:
            return self.public()
        if user.is_curator:
            return self
        return self.filter(Q(state__in=PUBLIC_STATES) | Q(user=user))

    def bookable(self) -> SpecialistQuerySet:
        """Those who give free half hours at present."""
        return self.filter(state=State.LIVE, offers_free=True, accepting=True).exclude(user=None)


class Specialist(models.Model):
    """One specialist's page. `user` is empty until an imported profile is claimed (DECISIONS 22)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="specialist",
        verbose_name=_("account"),
    )
    invited_email = models.EmailField(_("invitation goes to"), blank=True)
    slug = models.SlugField(_("address"), max_length=90, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    language = models.CharField(_("language of the page"), max_length=12, default="en")

    name = models.CharField(_("name"), max_length=100)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=100)
    headline = models.CharField(_("one line about how you work"), max_length=160, blank=True)
    about_who = models.TextField(_("who comes to you"), max_length=1500, blank=True)
    about_half_hour = models.TextField(_("what happens in the half hour"), max_length=1500, blank=True)
    about_me = models.TextField(_("about you"), max_length=1500, blank=True)
    topics = models.ManyToManyField("topics.Topic", related_name="specialists", verbose_name=_("concerns"), blank=True)
    approaches = models.ManyToManyField(
        "topics.Approach", related_name="specialists", verbose_name=_("approaches"), blank=True
    )
    client_groups = models.ManyToManyField(
        "topics.ClientGroup", related_name="specialists", verbose_name=_("client groups"), blank=True
    )
    languages = ArrayField(models.CharField(max_length=12), verbose_name=_("languages"), default=list)
    formats = ArrayField(
        models.CharField(max_length=10, choices=Format),
        verbose_name=_("how you talk with people"),
        default=list,
    )
    city = models.CharField(_("town"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    fee_minor = models.PositiveIntegerField(_("fee for a session"), null=True, blank=True)
    fee_max_minor = models.PositiveIntegerField(_("highest fee"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    fee_note = models.CharField(_("note on the fee"), max_length=160, blank=True)
    practising_since = models.PositiveSmallIntegerField(_("practising since"), null=True, blank=True)
    education = models.TextField(_("training"), max_length=1000, blank=True)
    memberships = models.TextField(_("memberships"), max_length=1000, blank=True)
    website = models.URLField(_("website"), blank=True)
    usually_answers = models.CharField(_("when you usually answer"), max_length=80, blank=True)

    offers_free = models.BooleanField(_("gives the free half hour"), default=True)
    accepting = models.BooleanField(_("takes new people"), default=True)
    next_free = models.DateTimeField(_("next free half hour"), null=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    live_since = models.DateTimeField(null=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField()

    objects = SpecialistQuerySet.as_manager()

    class Meta:
        verbose_name = _("specialist")
        verbose_name_plural = _("specialists")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC_STATES) | Q(user__isnull=False),
                name="specialist_public_is_claimed",
            ),
            models.CheckConstraint(
                condition=Q(fee_minor=None, fee_max_minor=None)
                | (Q(fee_minor__isnull=False) & Q(currency__regex=r"^[A-Z]{3}$")),
                name="specialist_fee_has_currency",
            ),
        ]
        indexes = [
            GinIndex(fields=["languages"], name="specialist_languages"),
            GinIndex(fields=["formats"], name="specialist_formats"),
            models.Index(fields=["next_free", "id"], condition=Q(state="live"), name="specialist_next_free"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What pages call this person for short: the first word of the name that is no title."""
        words = [word for word in self.name.split() if not word.endswith(".") and word.lower() not in {"dr", "prof"}]
        return words[0] if words else self.name

    @property
    def is_bookable(self) -> bool:
        return self.state == State.LIVE and self.offers_free and self.accepting and self.user_id is not None
