"""The rows of free half hours that lists are made of, and whom a specialist does not wish to meet."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from specialists.models.people import Specialist


class OpeningQuerySet(models.QuerySet["Opening"]):
    """Words to ask for openings with."""

    def listed(self, now: datetime) -> OpeningQuerySet:
        """Those that can still be booked at `now` as far as notice goes."""
        return self.filter(closes_at__gt=now)


class Opening(models.Model):
    """One free half hour, written by consultations, read by lists (DECISIONS 17). Booking never trusts it."""

    # Without an index of its own: the one of `opening_once` begins with it.
    specialist = models.ForeignKey(Specialist, models.CASCADE, related_name="openings", db_index=False)
    start = models.DateTimeField()
    closes_at = models.DateTimeField()

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        # Both carry `closes_at`, so that finding what can still be booked reads the index alone.
        constraints = [
            models.UniqueConstraint(fields=["specialist", "start"], include=["closes_at"], name="opening_once")
        ]
        indexes = [models.Index(fields=["start", "specialist"], include=["closes_at"], name="opening_by_time")]

    def __str__(self) -> str:
        return f"{self.specialist_id} {self.start:%Y-%m-%dT%H:%MZ}"


class ExcludedMember(models.Model):
    """A member a specialist does not wish to meet; the member is never told."""

    specialist = models.ForeignKey(Specialist, models.CASCADE, related_name="excluded")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("excluded member")
        verbose_name_plural = _("excluded members")
        constraints = [models.UniqueConstraint(fields=["specialist", "member"], name="excluded_once")]

    def __str__(self) -> str:
        return f"{self.specialist_id} {self.member_id}"
