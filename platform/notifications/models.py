"""The outbox: one row for each thing somebody must be told, written with the change that causes it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField


class State(models.TextChoices):
    """Where a notification is. `unknown`: the sender died after the mail server may have said yes."""

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("sent")
    SKIPPED = "skipped", _("not needed any more")
    UNKNOWN = "unknown", _("perhaps sent")
    MISSED = "missed", _("too late to be useful")
    FAILED = "failed", _("refused by the mail server")
    WITHDRAWN = "withdrawn", _("withdrawn")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Words to ask for notifications with."""

    def due(self, now: datetime) -> NotificationQuerySet:
        """To be sent now: waiting and due, or with a sender whose lease has run out."""
        return self.filter(
            Q(state=State.PENDING, due_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
        ).order_by("due_at", "id")

    def shown_to(self, user: object) -> NotificationQuerySet:
        """What this person's list shows, newest first."""
        return self.filter(recipient=user, state__in=(State.ACCEPTED, State.UNKNOWN)).order_by("-due_at", "-id")


class Notification(models.Model):
    """One thing to tell one person once.

    `occasion` tells apart notifications of one kind about one subject (a booking's sequence, a message's id).
    A subject that must not be linked to its person (own questions, DECISIONS 21) is sealed, and found by
    `subject_key`, a keyed digest; for others `subject_key` is the id in digits.
    """

    kind = models.CharField(_("kind"), max_length=40)
    subject_id = models.BigIntegerField(_("subject"), null=True)
    sealed_subject = SealedTextField(null=True)
    subject_key = models.CharField(max_length=40)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications", verbose_name=_("recipient")
    )
    occasion = models.CharField(_("occasion"), max_length=60)
    due_at = models.DateTimeField(_("due at"))
    speaks_of = models.DateTimeField(_("start it speaks of"), null=True)
    useless_after = models.DateTimeField(_("useless after"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    cause = models.CharField(_("cause"), max_length=60, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    created_at = models.DateTimeField(_("written at"))

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_key", "recipient", "occasion"], name="notification_exactly_once"
            ),
            models.CheckConstraint(condition=Q(subject_id__isnull=True) | Q(sealed_subject__isnull=True), name="notification_subject"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=("pending", "sending")), name="notification_due"
            ),
            models.Index(fields=["recipient", "-due_at"], name="notification_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"
