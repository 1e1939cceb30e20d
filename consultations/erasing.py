"""What people wrote about their half hours goes with their account; when and that they were stays (BOOKING 35)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from consultations.models import CalendarFeed, Consultation, FitCard, Proposal, ReminderPlan, RoomSignal


@transaction.atomic
def erase(*, user: User) -> None:
    """Notes, reasons, words, signals and the feed of a person who leaves. Rows stay, so that counts stay true."""
    own = Consultation.objects.filter(client=user)
    own.filter(note__isnull=False).update(note=None)
    Consultation.objects.filter(cancelled_by=user).filter(cancel_reason__isnull=False).update(cancel_reason=None)
    Proposal.objects.filter(Q(by=user) | Q(consultation__client=user)).filter(words__isnull=False).update(words=None)
    FitCard.objects.filter(person=user).delete()
    RoomSignal.objects.filter(Q(sender=user) | Q(consultation__client=user)).delete()
    CalendarFeed.objects.filter(user=user).delete()
    ReminderPlan.objects.filter(user=user).delete()
