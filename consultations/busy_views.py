"""The page of a specialist's own calendar: connect it, see how it is, read it now, forget it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from consultations import busy_calendars, busy_telling, refusals, showing
from consultations.busy_forms import BusyCalendarForm
from consultations.busy_reading import CalendarRefused
from consultations.busy_words import WORDS
from specialists.models import Specialist
from web.clock import database_now

SHOWN_AHEAD = timedelta(weeks=4)
JUST_NOW = timedelta(minutes=1)
CONNECTING_LIMIT = {"busy_calendar": "20/h/user"}
CONNECTING_SECONDS = 3600


@never_cache
@walls.wall_only("practice")
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Works without a script: three small forms."""
    specialist = get_object_or_404(Specialist, user=member(request))
    if request.method == "GET":
        return _page(request, specialist, BusyCalendarForm())
    do = request.POST.get("do", "")
    if do == "read":
        return _read_now(request, specialist)
    if do == "disconnect":
        if busy_calendars.disconnect(specialist=specialist, now=database_now()):
            messages.success(request, _("We have forgotten your calendar and the busy times from it."))
        return _back()
    return _connect(request, specialist)


def _connect(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    form = BusyCalendarForm(request.POST)
    if not ratelimit.consume(request, app="consultations", action="busy_calendar", config=CONNECTING_LIMIT):
        form.add_error("url", _("That was many addresses within an hour. Try again in an hour."))
        return _page(request, specialist, form, retry_after=CONNECTING_SECONDS)
    if form.is_valid():
        try:
            busy_calendars.connect(specialist=specialist, url=form.cleaned_data["url"], now=database_now())
        except CalendarRefused as refused:
            words = WORDS[refused.code]
            form.add_error("url", f"{words.wrong} {words.do}")
        else:
            messages.success(request, _("Connected. We’re reading it now; that takes a minute at most."))
            return _back()
    return _page(request, specialist, form)


def _read_now(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    now = database_now()
    try:
        if busy_calendars.read_now(specialist=specialist, now=now):
            messages.success(request, _("We’re reading it now. Open this page again in a minute."))
    except refusals.Refused as refused:
        wait = int((refused.retry_at - now).total_seconds()) + 1 if refused.retry_at else 60
        return _page(request, specialist, BusyCalendarForm(), refusal=str(refused), retry_after=wait)
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("practice_consultations:busy_calendar"), status=303)


def _page(
    request: HttpRequest, specialist: Specialist, form: BusyCalendarForm, *, refusal: str = "", retry_after: int = 0
) -> HttpResponse:
    now = timezone.now()
    known = busy_calendars.of(specialist)
    context: dict[str, Any] = {"form": form, "refusal": refusal, "calendar": known, "now": now}
    if known is not None:
        ahead = known.blocks.filter(end__gt=now, start__lt=now + SHOWN_AHEAD)
        context |= {
            "host": busy_telling.host_of(known),
            "read": _ago(known.fetched_at, now),
            "tried": _ago(known.tried_at, now) if known.failures else "",
            "words": WORDS.get(known.failure),
            "ahead": ahead.count(),
            "collisions": showing.rows(busy_calendars.collisions(specialist, now).with_people(), member(request), now),
            "zone": specialist.time_zone,
        }
    response = render(request, "consultations/busy_calendar.html", context, status=429 if retry_after else 200)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def _ago(then: datetime | None, now: datetime) -> str:
    """How long ago, in words; nothing for what never happened."""
    if then is None:
        return ""
    return _("%(long)s ago") % {"long": timesince(then, now)} if now - then >= JUST_NOW else _("just now")
