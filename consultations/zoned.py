"""Pages whose times are shown in the reader's zone, named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.zones import is_zone, viewer_zone


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, now: datetime, status: int = 200
) -> HttpResponse:
    """The page with the names by which our tags show time."""
    tz = request.GET.get("tz", "")
    # Where nothing says which zone is theirs, a page may not call the site's "your time"; a script shows theirs.
    known = is_zone(tz) or (request.user.is_authenticated and request.user.time_zone)
    shown: dict[str, Any] = {"zone": viewer_zone(request), "now": now, "tz": tz, "device_zone": not known}
    return render(request, template, shown | context, status=status)
