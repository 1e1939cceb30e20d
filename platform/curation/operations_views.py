"""Operations: does the site keep up with what it sends by itself? Curators and staff only."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.zones import viewer_zone
from curation import operations
from curation.views import for_curators, tabs
from web.clock import database_now


@require_safe
@for_curators
def operations_page(request: HttpRequest) -> HttpResponse:
    """Everything at one moment of the database's clock; loading it again is how it is watched."""
    now = database_now()
    context = {
        "report": operations.report(now=now, machine_now=timezone.now()),
        "tick_seconds": settings.TICK_SECONDS,
        "tabs": tabs(),
        "now": now,
        "zone": viewer_zone(request),
    }
    return render(request, "curation/operations.html", context)
