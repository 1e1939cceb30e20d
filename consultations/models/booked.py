"""What is agreed: consultations, whose time is taken, their history, and times kept or proposed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField
from specialists.models import Format

if TYPE_CHECKING:
    from accounts.models import User


class State(models.TextChoices):
    """Where a consultation is (DECISIONS 14). Requested and confirmed hold time."""

    REQUESTED = "requested", _("asked for")
    CONFIRMED = "confirmed", _("booked")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("not answered in time")
    CANCELLED = "cancelled", _("cancelled")
    ENDED = "ended", _("over")


class Attended(models.TextChoices):
    """What one side says about a half hour that is over."""

    MET = "met", _("we talked")
    NOT_MET = "not_met", _("we did not talk")


class Attendance(models.TextChoices):
    """What both sides together say (BOOKING 38). It carries no penalty for anybody."""

    UNKNOWN = "unknown", _("nobody has said yet")
    MET = "met", _("you talked")
    NOT_MET = "not_met", _("you did not talk")
    UNCLEAR = "unclear", _("you two remember it differently")


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

    def with_proposals(self) -> ConsultationQuerySet:
        """Each with `proposed_by`: who has proposed other times and waits for the other side; None where nobody has."""
        waiting = Proposal.objects.waiting().filter(consultation=OuterRef("pk"))
        return self.annotate(proposed_by=Subquery(waiting.values("by")[:1]))

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
    # A request lapses then (DECISIONS 18).
    expires_at = models.DateTimeField(null=True)
    # The last change that both were told: DTSTAMP of the invite (RFC 5545, 3.8.7.2).
    changed_at = models.DateTimeField(null=True)
    # What a form was sent with, so that sending it twice makes one booking (BOOKING 14).
    nonce = models.UUIDField(null=True)
    moves_by_client = models.PositiveSmallIntegerField(default=0)
    moves_by_specialist = models.PositiveSmallIntegerField(default=0)
    # What the specialist's clock reads now when rules of the zone changed after the booking (BOOKING 6).
    reads_now = models.CharField(max_length=25, blank=True)
    # The specialist knows that it lies outside their hours and keeps it all the same (BOOKING 32).
    kept_outside = models.BooleanField(default=False)
    client_says = models.CharField(_("attendance, says the member"), max_length=10, choices=Attended, blank=True)
    specialist_says = models.CharField(
        _("attendance, says the specialist"), max_length=10, choices=Attended, blank=True
    )
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
            models.UniqueConstraint(fields=["client", "nonce"], name="consultation_form_once"),
            models.CheckConstraint(
                condition=Q(moves_by_client__lte=2, moves_by_specialist__lte=2), name="moved_twice_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(state="requested") | Q(expires_at__isnull=False), name="requests_lapse"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="requested"), name="request_to_lapse"),
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

    @property
    def attendance(self) -> Attendance:
        """Both sides together: one voice is enough, two that differ leave it unclear."""
        said = {self.client_says, self.specialist_says} - {""}
        if len(said) > 1:
            return Attendance.UNCLEAR
        return Attendance(said.pop()) if said else Attendance.UNKNOWN


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


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Words to ask for proposals with."""

    def waiting(self) -> ProposalQuerySet:
        """Those that nobody has answered yet; a booking has one at most."""
        return self.filter(state=Proposal.State.OPEN)


class Proposal(models.Model):
    """Other times that one side proposes for a booking; it stands as it is until the other side takes one.

    Proposed times are kept for nobody: taking one is a booking like any other and may find it gone.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an answer")
        TAKEN = "taken", _("taken")
        KEPT = "kept", _("kept as it was")
        OVER = "over", _("over")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="proposals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts = ArrayField(models.DateTimeField(), verbose_name=_("times"))
    words = SealedTextField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of other times")
        verbose_name_plural = _("proposals of other times")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(state="open"), name="one_open_proposal_per_consultation"
            ),
            models.CheckConstraint(
                condition=Q(starts__len__gte=1, starts__len__lte=3), name="proposal_of_three_at_most"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
