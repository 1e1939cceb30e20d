"""Free half hours: when a specialist is there, what is agreed, and whose time is taken."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField
from specialists.models import Format

if TYPE_CHECKING:
    from accounts.models import User


class Schedule(models.Model):
    """How far ahead and how closely a specialist can be booked. Times of day are in the specialist's zone."""

    specialist = models.OneToOneField("specialists.Specialist", models.CASCADE, related_name="schedule")
    notice_minutes = models.PositiveIntegerField(_("notice in minutes"), default=15 * 60)
    horizon_days = models.PositiveSmallIntegerField(_("days ahead"), default=28)
    buffer_minutes = models.PositiveSmallIntegerField(_("pause after a half hour, in minutes"), default=5)
    weekly_cap = models.PositiveSmallIntegerField(_("most free half hours in a week"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    rolled_to = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.CheckConstraint(condition=Q(horizon_days__gte=1, horizon_days__lte=90), name="schedule_horizon"),
            models.CheckConstraint(condition=Q(buffer_minutes__lte=60), name="schedule_buffer"),
            models.CheckConstraint(condition=Q(notice_minutes__lte=14 * 24 * 60), name="schedule_notice"),
        ]

    def __str__(self) -> str:
        return f"schedule of {self.specialist_id}"


class WeeklyWindow(models.Model):
    """Hours that come back every week, in local wall time; an end of 00:00 is midnight."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=[(n, str(n)) for n in range(7)])
    start = models.TimeField(_("from"))
    end = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ["weekday", "start"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "weekday", "start"], name="window_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="window_weekday"),
            models.CheckConstraint(condition=~Q(start=F("end")), name="window_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start:%H:%M}-{self.end:%H:%M}"


class DateException(models.Model):
    """A date that differs: closed (no times), or open at other hours as well."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"))
    start = models.TimeField(_("from"), null=True, blank=True)
    end = models.TimeField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("date exception")
        verbose_name_plural = _("date exceptions")
        ordering = ["date", "start"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "date", "start"], nulls_distinct=False, name="exception_once"),
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(start__isnull=False, end__isnull=False), name="exception_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.start or 'closed'}"


class State(models.TextChoices):
    """Where a consultation is (DECISIONS 14). Requested and confirmed hold time."""

    REQUESTED = "requested", _("asked for")
    CONFIRMED = "confirmed", _("booked")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("not answered in time")
    CANCELLED = "cancelled", _("cancelled")
    ENDED = "ended", _("over")


HOLDING = (State.REQUESTED, State.CONFIRMED)


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Words to ask for consultations with."""

    def visible_to(self, user: User) -> ConsultationQuerySet:
        """One's own, on either side; nobody else's, whatever one's role."""
        return self.filter(Q(client=user) | Q(specialist__user=user))

    def holding(self) -> ConsultationQuerySet:
        return self.filter(state__in=HOLDING)

    def upcoming(self, now: datetime) -> ConsultationQuerySet:
        return self.holding().filter(end__gt=now).order_by("start")

    def past(self, now: datetime) -> ConsultationQuerySet:
        """Everything that is over or was called off, newest first."""
        return self.exclude(state__in=HOLDING, end__gt=now).order_by("-start")

    def with_people(self) -> ConsultationQuerySet:
        return self.select_related("specialist", "client", "specialist__user")


class Consultation(models.Model):
    """One agreed half hour. A move updates the row; `sequence` rises with every change of time or state."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    specialist = models.ForeignKey("specialists.Specialist", models.PROTECT, related_name="consultations")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="consultations")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CONFIRMED)
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    specialist_zone = models.CharField(_("specialist's zone when agreed"), max_length=64)
    agreed_local = models.CharField(_("specialist's wall time when agreed"), max_length=25)
    buffer_minutes = models.PositiveSmallIntegerField(_("pause when agreed"))
    format = models.CharField(_("how"), max_length=10, choices=Format)
    location = models.CharField(_("where the client is"), max_length=6)
    note = SealedTextField(null=True)
    consent_version = models.CharField(_("consent"), max_length=20)
    sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField(_("booked at"))
    expires_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = SealedTextField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        constraints = [
            # BOOKING.md 3: 30 real minutes; instants, so daylight saving changes nothing.
            models.CheckConstraint(
                condition=Q(end=F("start") + models.Value("30 minutes", output_field=models.DurationField())),
                name="half_an_hour",
            ),
            models.UniqueConstraint(
                fields=["specialist", "client"],
                condition=Q(state__in=("requested", "confirmed")),
                name="one_open_consultation_per_pair",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "start"], name="consultation_of_client"),
            models.Index(fields=["specialist", "start"], name="consultation_of_specialist"),
            models.Index(fields=["end"], condition=Q(state="confirmed"), name="consultation_to_end"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def uid(self) -> str:
        """One iCalendar UID for life (RFC 5545, 3.8.4.7)."""
        return f"{self.public_id}@halfhour"


class Occupancy(models.Model):
    """Whose time is taken when: one rule for everybody (DECISIONS 15). Rows exist only while a booking holds."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="occupancy")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="occupancy")
    during = DateTimeRangeField()

    class Meta:
        verbose_name = _("occupied time")
        verbose_name_plural = _("occupied times")
        constraints = [
            ExclusionConstraint(
                name="nobody_is_in_two_places",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.UniqueConstraint(fields=["consultation", "person"], name="occupancy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.during}"


class ConsultationEvent(models.Model):
    """The history both sides can read: booked, moved, cancelled; by whom, when, to which start."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="events")
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    what = models.CharField(_("what"), max_length=20)
    start = models.DateTimeField(_("start"))
    sequence = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("consultation event")
        verbose_name_plural = _("consultation events")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.what} {self.sequence}"


class Hold(models.Model):
    """A slot kept for somebody who is logging in: soft, outside the constraints (DECISIONS 13)."""

    specialist = models.ForeignKey("specialists.Specialist", models.CASCADE, related_name="holds")
    start = models.DateTimeField()
    holder = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    extended = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = [
            models.Index(fields=["specialist", "start"], name="hold_of_slot"),
            models.Index(fields=["address", "made_at"], name="hold_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.specialist_id} {self.start:%Y-%m-%dT%H:%MZ}"
