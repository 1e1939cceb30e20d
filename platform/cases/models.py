"""Waiting work: one row for each thing a curator must look at."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

CLAIM_LASTS = timedelta(minutes=30)


class CaseQuerySet(models.QuerySet["Case"]):
    """Words to ask for waiting work with."""

    def open(self) -> CaseQuerySet:
        return self.filter(decided_at=None)

    def by_urgency(self) -> CaseQuerySet:
        """Risk first, then the longest waiting."""
        return self.order_by("-at_risk", "opened_at", "id")


class Case(models.Model):
    """One decision to be made. At most one open case for each (kind, subject)."""

    kind = models.CharField(_("kind"), max_length=40)
    subject_id = models.BigIntegerField(_("subject"))
    opened_at = models.DateTimeField(_("opened at"))
    at_risk = models.BooleanField(_("someone may be at risk"), default=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="claimed_cases", verbose_name=_("claimed by")
    )
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="decided_cases", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("decision"), max_length=40, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=Q(decided_at=None), name="one_open_case_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="") | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="case_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-at_risk", "opened_at"], condition=Q(decided_at=None), name="case_open_by_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
