"""Pages for machines: is the process alive, can it serve, how much is waiting, where may a crawler go."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import readiness

# What belongs to one person, or would only send a crawler round in circles.
PRIVATE_PATHS = (
    "/account/",
    "/accounts/",
    "/admin/",
    "/consultations/",
    "/contact/",
    "/curation/",
    "/messages/",
    "/practice/",
    "/questions/ask/",
    "/search/",
    "/shortlist/",
)


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """This process answers. Nothing else is asked, so that a slow database restarts no process."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve people: 200, or 503 with what failed."""
    failed = readiness.failures()
    return JsonResponse({"ready": not failed, "failed": failed}, status=503 if failed else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts in the Prometheus text format (version 0.0.4), for staff and for this machine only."""
    if not (is_local(request) or (request.user.is_authenticated and request.user.is_staff)):
        raise Http404
    lines: list[str] = []
    for name, help_text, values in readiness.measures(now=timezone.now()):
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {value}" for labels, value in values]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def is_local(request: HttpRequest) -> bool:
    """Asked from this machine itself, and not handed on by a proxy that stands on it."""
    address = request.META.get("REMOTE_ADDR", "")
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ip_address(address).is_loopback
    except ValueError:
        # A Unix socket has no address; whoever stands before it is the proxy.
        return False


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309: everything public may be read."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PATHS), "Allow: /"]
    lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C, Web Application Manifest): name, start and colours of an installed site."""
    said = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": _("Everyone can talk to a specialist, free, for half an hour."),
        "lang": settings.LANGUAGE_CODE,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f9f8f6",
        "theme_color": "#0f161d",
        "icons": [
            {"src": static("halfhour/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("halfhour/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {"src": static("halfhour/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to tell us about a weakness. The expiry is renewed each day, a half year ahead."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = (midnight + timedelta(days=180)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        f"Contact: mailto:{quote(address, safe='@')}",
        f"Expires: {expires}",
        "Preferred-Languages: " + ", ".join(code for code, _name in settings.LANGUAGES),
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the icon is, for browsers that look for it under its oldest name."""
    return HttpResponseRedirect(static("halfhour/favicon.ico"))
