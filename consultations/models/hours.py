"""A specialist's hours as rows: the week, dates that differ, absences, holidays, and their own calendar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField

if TYPE_CHECKING:
    from consultations.models.booked import Consultation


class Schedule(models.Model):
    """How far ahead and how closely a specialist can be booked. Times of day are in the specialist's zone."""

    specialist = models.OneToOneField("specialists.Specialist", models.CASCADE, related_name="schedule")
    notice_minutes = models.PositiveIntegerField(_("notice in minutes"), default=15 * 60)
    horizon_days = models.PositiveSmallIntegerField(_("days ahead"), default=28)
    buffer_minutes = models.PositiveSmallIntegerField(_("pause after a half hour, in minutes"), default=5)
    weekly_cap = models.PositiveSmallIntegerField(_("most free half hours in a week"), null=True, blank=True)
    daily_cap = models.PositiveSmallIntegerField(_("most free half hours in a day"), null=True, blank=True)
    by_request = models.BooleanField(_("people ask first, and you answer"), default=False)
    holidays_country = models.CharField(_("closed on the public holidays of"), max_length=2, blank=True)
    holidays_region = models.CharField(_("region of these holidays"), max_length=10, blank=True)
    # Where to meet, shown to whoever has a half hour and to nobody else. A link takes the place of our own room.
    video_link = SealedTextField(null=True)
    phone = SealedTextField(null=True)
    address = SealedTextField(null=True)
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

    def bookings_outside(self, now: datetime) -> list[Consultation]:
        """Bookings outside these hours that wait for a word of the specialist, for pages of lower apps to show."""
        from consultations import outside

        return outside.outside(self.specialist, now)


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


class Absence(models.Model):
    """Local dates away, first and last included; nothing is offered on any of them."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day away"))
    last_day = models.DateField(_("last day away"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_in_order"),
            models.UniqueConstraint(fields=["schedule", "first_day", "last_day"], name="absence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"


class BusyCalendar(models.Model):
    """The specialist's own calendar at another address (ICS), read again and again by a task.

    The address is a secret, so it is sealed. `failure` is a short code of what went wrong at the last try,
    empty when it went well; `fetched_at` the last time that it did.
    """

    schedule = models.OneToOneField(Schedule, models.CASCADE, related_name="busy_calendar")
    url = SealedTextField()
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    tried_at = models.DateTimeField(_("last tried"), null=True)
    fetched_at = models.DateTimeField(_("last read"), null=True)
    failure = models.CharField(_("what went wrong"), max_length=40, blank=True)
    failures = models.PositiveIntegerField(_("failed tries in a row"), default=0)
    next_try_at = models.DateTimeField(_("next try"))

    class Meta:
        verbose_name = _("busy calendar")
        verbose_name_plural = _("busy calendars")
        indexes = [models.Index(fields=["next_try_at"], name="busy_calendar_due")]

    def __str__(self) -> str:
        return f"calendar of schedule {self.schedule_id}"


class BusyBlock(models.Model):
    """Time taken in the specialist's own calendar: a range without a title. It closes half hours, no bookings."""

    calendar = models.ForeignKey(BusyCalendar, models.CASCADE, related_name="blocks")
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        verbose_name = _("busy block")
        verbose_name_plural = _("busy blocks")
        ordering = ["start"]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="busy_block_in_order")]
        indexes = [models.Index(fields=["calendar", "end"], name="busy_block_by_end")]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%MZ}"
