"""Error pages that a person can use."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or the form made no sense to us."""
    return HttpResponse(render_to_string("400.html", request=request), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: only ever raised by Django itself; what belongs to others answers 404."""
    return HttpResponse(render_to_string("403.html", request=request), status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not yours."""
    return HttpResponse(render_to_string("404.html", request=request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without a request, so that nothing on the way can fail again."""
    return HttpResponse(render_to_string("500.html"), status=500)


class OwnErrorPagesMiddleware:
    """In development too, people see our own pages (DECISIONS 24); the traceback goes to the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed  # Django calls the handlers itself
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404:
            try:
                resolve(request.path_info)
            except Resolver404:
                return not_found(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view raised. Refusals that Django answers by itself (403, 400) are left to it."""
        if isinstance(exception, Http404):
            return not_found(request)
        if type(exception).__module__.startswith("django.core.exceptions"):
            return None
        log.error("Error on %s", request.path, exc_info=exception)
        return server_error(request)
