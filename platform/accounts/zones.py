"""Which zone a page shows times in: the address says (`tz=`), else the member's own, else the site's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from web.local_time import valid_zone


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone that this machine knows."""
    return valid_zone(name)


def viewer_zone(request: HttpRequest) -> str:
    """The zone for this request. An unknown `tz` is ignored: a shared link with a typo still shows times."""
    asked = request.GET.get("tz", "")
    if asked and is_zone(asked):
        return asked
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return request.user.zone
    return settings.SITE_TIME_ZONE


class MemberZoneMiddleware:
    """Makes the viewer's zone the active one for templates."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(viewer_zone(request)):
            return self.get_response(request)
