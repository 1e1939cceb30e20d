"""My times, and the half hours booked with a specialist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import walls
from accounts.people import member
from consultations import list_page, zoned
from specialists.models import Specialist


@never_cache
@walls.wall_only("book")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What is coming and what was: one's own, and apart from it what one gives as a specialist."""
    now = timezone.now()
    return zoned.page(request, "consultations/mine.html", list_page.mine(member(request), now=now), now=now)


@never_cache
@walls.wall_only("practice")
@require_safe
def booked(request: HttpRequest) -> HttpResponse:
    """Half hours that people booked with this specialist, what waits for an answer first."""
    specialist, now = get_object_or_404(Specialist, user=member(request)), timezone.now()
    context = list_page.booked(specialist, member(request), now=now)
    return render(request, "consultations/practice.html", context | {"zone": specialist.time_zone, "now": now})
