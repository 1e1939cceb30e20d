"""Pages about the account."""

from django.http import HttpRequest, HttpResponse


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Filled in by the walls."""
    return HttpResponse(status=403)
