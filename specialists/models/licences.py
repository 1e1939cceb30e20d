"""Licences, and changes of reviewed fields that wait for a curator."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from specialists.models.people import Specialist


class LicenceState(models.TextChoices):
    """What our team found out about a licence."""

    UNCHECKED = "unchecked", _("not checked yet")
    VERIFIED = "verified", _("checked")
    REFUSED = "refused", _("not accepted")
    LAPSED = "lapsed", _("lapsed")


class LicenceQuerySet(models.QuerySet["Licence"]):
    """Words to ask for licences with."""

    def valid(self, on: datetime) -> LicenceQuerySet:
        """Checked by us and not past their last day; the last day itself still counts."""
        today = on.date()
        return self.filter(state=LicenceState.VERIFIED).filter(Q(valid_until=None) | Q(valid_until__gte=today))


class Licence(models.Model):
    """The right to practise: which body gave it, under which number, until when, and who of us checked it."""

    specialist = models.ForeignKey(Specialist, models.CASCADE, related_name="licences")
    body = models.CharField(_("licensing body"), max_length=160)
    number = models.CharField(_("number"), max_length=60)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(_("region"), max_length=6, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LicenceState, default=LicenceState.UNCHECKED)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="licence_held_once"),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="licence_verified_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.number}"


class ProfileChange(models.Model):
    """A change of a reviewed field (name, title, licence) that waits for a curator (DECISIONS 20)."""

    specialist = models.ForeignKey(Specialist, models.CASCADE, related_name="changes")
    fields = models.JSONField(_("new values"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    accepted = models.BooleanField(_("accepted"), null=True)

    class Meta:
        verbose_name = _("profile change")
        verbose_name_plural = _("profile changes")
        constraints = [
            models.UniqueConstraint(
                fields=["specialist"], condition=Q(decided_at=None), name="one_waiting_profile_change"
            )
        ]

    def __str__(self) -> str:
        return f"{self.specialist_id}: {', '.join(self.fields)}"
