"""Response headers that no library of ours sets."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Camera and microphone are for our own pages only; nothing else is ever asked for.
POLICY = ", ".join(
    f"{feature}=({allowed})"
    for feature, allowed in {
        "camera": "self",
        "microphone": "self",
        "geolocation": "",
        "payment": "",
        "usb": "",
        "interest-cohort": "",
        "browsing-topics": "",
    }.items()
)


class PermissionsPolicyMiddleware:
    """Adds `Permissions-Policy` (W3C Permissions Policy) to every response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
