"""Pages whose times are shown in the reader's zone, named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from accounts.zones import is_zone, viewer_zone


def zone_of(request: HttpRequest, reader: User | None = None) -> str:
    """The zone asked for (`tz`, in the address or in a form), else that of who reads.

    `reader` is somebody who came by a link of a mail, without logging in.
    """
    asked = request.POST.get("tz", "")
    if asked and is_zone(asked):
        return asked
    if reader is not None and not is_zone(request.GET.get("tz", "")):
        return reader.zone
    return viewer_zone(request)


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    now: datetime,
    status: int = 200,
    reader: User | None = None,
) -> HttpResponse:
    """The page with the names by which our tags show time; `reader` as in `zone_of`."""
    asked, zone = request.POST.get("tz", "") or request.GET.get("tz", ""), zone_of(request, reader)
    tz, person = asked if is_zone(asked) else "", reader or request.user
    # Where nothing says which zone is theirs, a page may not call the site's "your time"; a script shows theirs.
    known = tz or (person.is_authenticated and person.time_zone)
    shown: dict[str, Any] = {"zone": zone, "now": now, "tz": tz, "device_zone": not known}
    with timezone.override(zone):
        return render(request, template, shown | context, status=status)
