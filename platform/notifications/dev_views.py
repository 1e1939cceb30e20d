"""Mail written in development, to be read in the browser. Included by the site's addresses in DEBUG only."""

from __future__ import annotations

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import written_mail


@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    context = {
        "mails": written_mail.newest(),
        "folder": written_mail.folder(),
        "zone": settings.SITE_TIME_ZONE,
    }
    return render(request, "notifications/dev_mail_list.html", context)


@never_cache
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "notifications/dev_mail.html", {"mail": _found(name), "zone": settings.SITE_TIME_ZONE})


@never_cache
@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponseBase:
    """The HTML version, which may style itself as mails do and nothing else: no script, no image, no form."""
    html = _found(name).html
    policy = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "sandbox": True, "frame-ancestors": [NONE]}
    return csp(policy)(lambda _request: HttpResponse(html))(request)


def _found(name: str) -> written_mail.Written:
    found = written_mail.one(name)
    if found is None:
        raise Http404
    return found
