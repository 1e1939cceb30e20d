"""A person's half hours in their own calendar: the page that gives the address, and the feed at that address."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import walls
from accounts.models import User
from accounts.people import member
from consultations import feeds, zoned
from web.clock import database_now

NEW_ADDRESSES = {"calendar_feed": "6/h/user"}
NEW_ADDRESSES_SECONDS = 3600


@never_cache
@walls.wall_only("book")
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The address for one's own calendar: made, made anew, closed."""
    user = member(request)
    if request.method == "POST":
        return _change(request, user)
    return _page(request, user)


def _change(request: HttpRequest, user: User) -> HttpResponse:
    do, now = request.POST.get("do", ""), database_now()
    if do not in {"make", "renew", "close"}:
        return HttpResponseBadRequest(_("Choose one of the buttons on the page."), content_type="text/plain")
    if do == "close":
        feeds.close(user=user, now=now)
        said = _("The address is closed. A calendar that still asks gets nothing.")
    elif not ratelimit.consume(request, app="consultations", action="calendar_feed", config=NEW_ADDRESSES):
        response = _page(request, user, _("You made several addresses within an hour. Please wait a while."), 429)
        response["Retry-After"] = str(NEW_ADDRESSES_SECONDS)
        return response
    elif do == "renew":
        feeds.renew(user=user, now=now)
        said = _("This is the new address. The old one doesn’t work any more.")
    else:
        feeds.make(user=user, now=now)
        said = _("Here is the address for your calendar.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("consultations:calendar"), status=303)


def _page(request: HttpRequest, user: User, refusal: str = "", status: int = 200) -> HttpResponse:
    own = feeds.of(user)
    address = feeds.address_of(own) if own else ""
    context = {
        "feed": own,
        "address": address,
        "subscribe": address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
        "specialist": getattr(user, "specialist", None),
        "refusal": refusal,
    }
    return zoned.page(request, "consultations/calendar.html", context, now=timezone.now(), status=status)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads: no session, no cookie, and nothing for a token that isn't one."""
    reader = feeds.reader_of(token)
    if reader is None:
        response: HttpResponse = HttpResponseNotFound(_("There is no calendar here."), content_type="text/plain")
    else:
        response = _calendar(request, reader)
    # Asked again each time, so that a closed feed is closed everywhere.
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _calendar(request: HttpRequest, reader: User) -> HttpResponse:
    body = feeds.calendar_of(reader=reader, now=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    etag = feeds.etag_of(body)
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
