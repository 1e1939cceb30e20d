"""The outbox: one row for each thing somebody must be told; mail that came back; when senders were last seen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField

if TYPE_CHECKING:
    from accounts.models import User


class State(models.TextChoices):
    """Where a notification is. `unknown`: the sender died after the mail server may have said yes; `bounced`: it
    said yes, and the mail came back later.
    """

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("sent")
    SKIPPED = "skipped", _("not needed any more")
    UNKNOWN = "unknown", _("perhaps sent")
    MISSED = "missed", _("too late to be useful")
    FAILED = "failed", _("refused by the mail server")
    WITHDRAWN = "withdrawn", _("withdrawn")
    BOUNCED = "bounced", _("came back")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Words to ask for notifications with."""

    def due(self, now: datetime) -> NotificationQuerySet:
        """For a sender to take now, longest waiting first: due, tried before, or left by a dead sender."""
        return self.filter(state__in=(State.PENDING, State.SENDING), next_try_at__lte=now).order_by("next_try_at", "id")

    def told_to(self, user: User) -> NotificationQuerySet:
        """What this person's list shows, newest first: all that was told, or is on its way by mail."""
        return self.filter(recipient=user, told__isnull=False).order_by("-due_at", "-id")

    def unread_by(self, user: User) -> NotificationQuerySet:
        """What was told and not looked at in the list yet."""
        return self.told_to(user).filter(read_at=None)


class Notification(models.Model):
    """One thing to tell one person once.

    `occasion` tells apart notifications of one kind about one subject (a booking's sequence, a message's id).
    A subject that must not be linked to its person (own questions, DECISIONS 21) is sealed, and found by
    `subject_key`, a keyed digest; for others `subject_key` is the id in digits.
    `next_try_at` is when a sender may take the row: when due, after a back-off, or when the lease of a sender
    that died runs out. `resent`: one did, perhaps after the mail server had said yes, and the mail went again.
    `told` is what the person's list shows (JSON: title, path), kept as it was said. `mail_key` is what its mail's
    Message-ID is made of, from the first try on, so that a report about the mail finds the row.
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
    next_try_at = models.DateTimeField(_("next try at"))
    resent = models.BooleanField(_("sent again"), default=False)
    told = SealedTextField(null=True)
    mail_key = models.UUIDField(null=True, editable=False)
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
            models.CheckConstraint(
                condition=Q(subject_id__isnull=True) | Q(sealed_subject__isnull=True),
                name="notification_subject",
            ),
        ]
        indexes = [
            # In the very order of `due`: at 08:00 a thousand rows are due at one instant, and none is to be sorted.
            models.Index(
                fields=["next_try_at", "id"], condition=Q(state__in=("pending", "sending")), name="notification_due"
            ),
            models.Index(fields=["recipient", "-due_at"], name="notification_of_person"),
            models.Index(fields=["mail_key"], condition=Q(mail_key__isnull=False), name="notification_by_mail"),
            models.Index(fields=["settled_at"], condition=Q(settled_at__isnull=False), name="notification_settled"),
            models.Index(
                fields=["settled_at"],
                condition=Q(state__in=("unknown", "missed", "failed", "bounced")),
                name="notification_trouble",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"


class ReturnedMail(models.Model):
    """Mail to this person came back, or was refused, for good: their address needs a look.

    `address_key` is a keyed digest of the address it was sent to, so that the row speaks of that address only;
    `answered_at` is when the person said that the address is right all the same.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="returned_mail")
    address_key = models.CharField(max_length=32)
    status = models.CharField(_("status"), max_length=11)
    at = models.DateTimeField(_("at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mail")

    def __str__(self) -> str:
        return self.status


class Pulse(models.Model):
    """When the scheduler's last tick was carried out, and each worker's machine last looked at the outbox.

    `skew_ms` is how far that machine's clock was ahead of the database's then, in milliseconds.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    at = models.DateTimeField(_("at"))
    skew_ms = models.BigIntegerField(_("clock ahead by, in milliseconds"), default=0)

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name
