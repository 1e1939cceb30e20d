"""Private threads: member and specialist, or member and team. Words are sealed (ARCHITECTURE, Sealing)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField

if TYPE_CHECKING:
    from accounts.models import User


class ThreadKind(models.TextChoices):
    """With whom the member talks."""

    SPECIALIST = "specialist", _("with a specialist")
    TEAM = "team", _("with our team")


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Words to ask for threads with."""

    def visible_to(self, user: User) -> ThreadQuerySet:
        """One's own on either side; curators also see threads with the team, never those with specialists."""
        mine = Q(member=user) | Q(specialist__user=user)
        if user.is_curator:
            mine |= Q(kind=ThreadKind.TEAM)
        return self.filter(mine)

    def of_person(self, user: User) -> ThreadQuerySet:
        """One's own on either side."""
        return self.filter(Q(member=user) | Q(specialist__user=user))

    def unread_by(self, user: User) -> ThreadQuerySet:
        """Those with something new for this person in them."""
        return self.with_unread(user).filter(unread__gt=0)  # type: ignore[misc]

    def with_unread(self, user: User) -> ThreadQuerySet:
        """Adds `unread`: letters from others that came after what this person has read."""
        read = ReadMark.objects.filter(thread=OuterRef("pk"), user=user).values("last_read")[:1]
        return self.annotate(read_to=Coalesce(Subquery(read), 0)).annotate(
            unread=Count("messages", filter=Q(messages__id__gt=F("read_to")) & ~Q(messages__sender=user))
        )


class Thread(models.Model):
    """One conversation. At most one per member and specialist, at most one open with the team per member."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ThreadKind)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="threads")
    specialist = models.ForeignKey("specialists.Specialist", models.PROTECT, null=True, related_name="threads")
    subject = SealedTextField(null=True)
    created_at = models.DateTimeField(_("begun at"))
    last_message_at = models.DateTimeField(_("last letter at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "specialist"], condition=Q(kind="specialist"), name="one_thread_per_pair"
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(kind="team", closed_at=None), name="one_open_team_thread"
            ),
            models.CheckConstraint(
                condition=Q(kind="specialist", specialist__isnull=False) | Q(kind="team", specialist=None),
                name="thread_kind_fits",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-last_message_at"], name="thread_of_member"),
            models.Index(fields=["specialist", "-last_message_at"], name="thread_of_specialist"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Message(models.Model):
    """One letter. `client_id` is made by the writer's browser: a repeated post finds the letter that is there."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sent_messages")
    client_id = models.UUIDField()
    body = SealedTextField()
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [models.UniqueConstraint(fields=["sender", "client_id"], name="message_once_per_client_id")]
        indexes = [models.Index(fields=["thread", "id"], name="message_of_thread")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class ReadMark(models.Model):
    """How far somebody has read: the id of the newest letter they have seen."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    last_read = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.last_read}"
