"""My times, and the half hours booked with a specialist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import walls
from accounts.people import member
from consultations import showing, zoned
from consultations.models import Consultation
from specialists.models import Specialist

PAST_SHOWN = 50


@never_cache
@walls.wall_only("book")
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What is coming and what was, on whichever side."""
    now = timezone.now()
    own = Consultation.objects.visible_to(member(request)).with_people()
    coming = showing.rows(own.upcoming(now), member(request), now)
    past = showing.rows(own.past(now)[:PAST_SHOWN], member(request), now)
    context = {"first": coming[:1], "later": coming[1:], "past": past}
    return zoned.page(request, "consultations/mine.html", context, now=now)


@never_cache
@walls.wall_only("practice")
@require_GET
def booked(request: HttpRequest) -> HttpResponse:
    """Half hours that people booked with this specialist, with what they wrote in advance."""
    specialist, now = get_object_or_404(Specialist, user=member(request)), timezone.now()
    own = Consultation.objects.filter(specialist=specialist).with_people()
    context = {
        "coming": showing.rows(own.upcoming(now), member(request), now),
        "past": showing.rows(own.past(now)[:PAST_SHOWN], member(request), now),
        "zone": specialist.time_zone,
        "now": now,
    }
    return render(request, "consultations/practice.html", context)
