"""House rule 9: a reader without a session gets the same bytes as every other reader.

For a request without a session cookie, a page that set no cookie is marked public and kept for a few seconds
in our own cache, keyed by path and query alone (DECISIONS 6). For a request with a session everything is
`private`. A view that must not be kept says so with `Cache-Control` of its own (`never_cache`); a page that
used a CSRF token set a cookie (Django sends it again on every use), so it is never kept either. A page with an
ETag answers 304 to whoever has it already, from our cache too (RFC 9110, 13.1.2 and 15.4.5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

KEPT_HEADERS = (
    "Content-Type", "Content-Length", "Content-Disposition", "Content-Language", "Cache-Control", "Vary",
    "ETag", "Last-Modified", "Link", "X-Frame-Options", "X-Robots-Tag",
)  # fmt: skip


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, or 304 in its place for a reader whose ETag is still the page's."""
    etag = response.headers.get("ETag")
    return get_conditional_response(request, etag=etag, response=response) if etag else response  # type: ignore[return-value]


class PublicPagesMiddleware:
    """Marks and keeps session-less pages; stands outside the session middleware, so a kept page costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        anonymous = settings.SESSION_COOKIE_NAME not in request.COOKIES
        readable = request.method in {"GET", "HEAD"}
        keeps = settings.PAGE_CACHE_SECONDS and anonymous and readable
        key = self.key(request) if keeps and "json" not in request.headers.get("Accept", "") else ""
        if key and (kept := cache.get(key)):
            body, headers = kept
            return conditional(request, HttpResponse(body, headers=headers))
        response = self.get_response(request)
        if not self.is_public(request, response, anonymous=anonymous and readable):
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_store=True)
            return response
        patch_cache_control(response, public=True, max_age=settings.PAGE_CACHE_SECONDS)
        patch_vary_headers(response, ("Cookie", "Accept"))
        if key and response.status_code == 200:
            headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
            cache.set(key, (response.content, headers), settings.PAGE_CACHE_SECONDS)
        return response

    @staticmethod
    def key(request: HttpRequest) -> str:
        where = f"{request.get_host()}{request.get_full_path()}"
        return f"page:{hashlib.sha256(where.encode()).hexdigest()}"

    @staticmethod
    def is_public(request: HttpRequest, response: HttpResponse, *, anonymous: bool) -> bool:
        return (
            anonymous
            and response.status_code in {200, 301, 304, 404}
            and not response.cookies
            and not response.streaming
            and not response.has_header("Cache-Control")
            # Answers to scripts (DECISIONS 6), allauth's among them, even where they don't say so themselves.
            and response.headers.get("Content-Type") != "application/json"
        )
