"""What follows a half hour, and what a person keeps beside it: fit cards, waiting list, reminders, feeds, the room."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models.booked import Consultation
from sealing.fields import SealedTextField


class Fit(models.TextChoices):
    """One side's answer to "would you go on together?"."""

    YES = "yes", _("Yes")
    NOT_NOW = "not_now", _("Not now")
    NO = "no", _("Not a fit")


class FitCard(models.Model):
    """One person's own card about a half hour. Nobody else reads it; only a yes on both sides shows itself."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="fit_cards")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=10, choices=Fit)
    words = SealedTextField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("fit card")
        verbose_name_plural = _("fit cards")
        constraints = [models.UniqueConstraint(fields=["consultation", "person"], name="one_fit_card_each")]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.person_id}"


class EarlierWishQuerySet(models.QuerySet["EarlierWish"]):
    """Words to ask for places in line with."""

    def standing(self) -> EarlierWishQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at=None)


class EarlierWish(models.Model):
    """A place in the line for an earlier half hour with a specialist: first come, first asked.

    Somebody with a booking is asked about what comes before it, somebody without about anything that frees.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    specialist = models.ForeignKey("specialists.Specialist", models.CASCADE, related_name="earlier_wishes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="earlier_wishes")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = EarlierWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in line for an earlier time")
        verbose_name_plural = _("places in line for an earlier time")
        constraints = [
            models.UniqueConstraint(
                fields=["specialist", "member"], condition=Q(ended_at=None), name="one_place_in_line"
            )
        ]
        indexes = [models.Index(fields=["specialist", "since"], condition=Q(ended_at=None), name="line_of_specialist")]

    def __str__(self) -> str:
        return str(self.public_id)


class EarlierOfferQuerySet(models.QuerySet["EarlierOffer"]):
    """Words to ask for offers with."""

    def open(self) -> EarlierOfferQuerySet:
        """Those without an answer: running, still to begin in the morning, or run out and not closed yet."""
        return self.filter(state=EarlierOffer.State.OPEN)

    def running(self, now: datetime) -> EarlierOfferQuerySet:
        """Those that keep their half hour for their person at this moment."""
        return self.open().filter(offered_at__lte=now, expires_at__gt=now)


class EarlierOffer(models.Model):
    """A freed half hour offered to one person in line, for 30 minutes; nobody else is offered it meanwhile."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an answer")
        TAKEN = "taken", _("taken")
        PASSED = "passed", _("passed on")
        OVER = "over", _("over")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wish = models.ForeignKey(EarlierWish, models.CASCADE, related_name="offers")
    # Copied from the wish, so that the database can say: one open offer for a half hour.
    specialist = models.ForeignKey("specialists.Specialist", models.CASCADE, related_name="+")
    start = models.DateTimeField()
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)

    objects = EarlierOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of an earlier time")
        verbose_name_plural = _("offers of an earlier time")
        constraints = [
            models.UniqueConstraint(fields=["wish", "start"], name="offered_once"),
            models.UniqueConstraint(fields=["specialist", "start"], condition=Q(state="open"), name="offered_to_one"),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="offer_to_lapse")]

    def __str__(self) -> str:
        return str(self.public_id)


class ReminderPlan(models.Model):
    """Which reminders a person wants before a half hour. Without a row: both."""

    class Plan(models.TextChoices):
        BOTH = "both", _("The day before and an hour before")
        DAY = "day", _("The day before")
        HOUR = "hour", _("An hour before")
        NONE = "none", _("None but the confirmation")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminder_plan")
    plan = models.CharField(_("reminders"), max_length=5, choices=Plan, default=Plan.BOTH)

    class Meta:
        verbose_name = _("reminder plan")
        verbose_name_plural = _("reminder plans")

    def __str__(self) -> str:
        return self.plan


class CalendarFeed(models.Model):
    """A person's private calendar feed: whoever has its address can read it, until it is made anew or closed."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_feed")
    # The token itself, to show its address again, and a keyed digest to find it by.
    token = SealedTextField()
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"feed of {self.user_id}"


class RoomSignal(models.Model):
    """One message by which two browsers find each other (WebRTC offer, answer, candidate): kept for minutes.

    Descriptions hold network addresses, so the body is sealed, and rows go when the half hour is over.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="room_signals")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Which visit of the room it belongs to: a page that is opened anew starts a new one.
    visit = models.UUIDField()
    body = SealedTextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("room signal")
        verbose_name_plural = _("room signals")
        indexes = [models.Index(fields=["consultation", "id"], name="signals_of_room")]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.pk}"
