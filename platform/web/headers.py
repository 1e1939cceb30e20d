"""Response headers that no library of ours sets."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FEATURES = ("camera", "microphone", "geolocation", "payment", "usb", "interest-cohort", "browsing-topics")


def permissions_policy(*own: str) -> str:
    """The header's value: `own` are the features that this page may ask for itself; all others are off."""
    return ", ".join(f"{feature}=({'self' if feature in own else ''})" for feature in FEATURES)


# Nothing is ever asked for, except camera and microphone on the one page that needs them, which says so itself.
POLICY = permissions_policy()


class PermissionsPolicyMiddleware:
    """Adds `Permissions-Policy` (W3C Permissions Policy) to every response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
