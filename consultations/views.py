"""Pages of booking, and of one's own half hours."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import walls
from accounts.people import member
from accounts.zones import is_zone, viewer_zone
from consultations import booking, cancelling, invites, refusals, showing
from consultations.availability import SLOT
from consultations.forms import BookingForm, CancelForm
from consultations.models import Consultation
from consultations.wishes import parse_start
from specialists import openings
from specialists.models import Specialist
from web.clock import database_now

PAST_SHOWN = 50


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    tz = request.GET.get("tz", "")
    shown: dict[str, Any] = {"zone": viewer_zone(request), "now": timezone.now(), "tz": tz}
    # Where nothing says which zone is theirs, a page may not call the site's "your time"; a script shows theirs.
    known = is_zone(tz) or (request.user.is_authenticated and request.user.time_zone)
    shown["device_zone"] = not known
    return render(request, template, shown | context, status=status)


def _mine(request: HttpRequest, public_id: uuid.UUID) -> Consultation:
    return get_object_or_404(Consultation.objects.visible_to(member(request)).with_people(), public_id=public_id)


@never_cache
@walls.wall_only("book")
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What is coming and what was, on whichever side."""
    now = timezone.now()
    own = Consultation.objects.visible_to(member(request)).with_people()
    coming = showing.rows(own.upcoming(now), member(request), now)
    past = showing.rows(own.past(now)[:PAST_SHOWN], member(request), now)
    return _page(request, "consultations/mine.html", {"first": coming[:1], "later": coming[1:], "past": past})


@never_cache
@walls.act("book")
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """One half hour to confirm; can be filled in before logging in."""
    specialist = get_object_or_404(Specialist.objects.public(), slug=slug)
    fields = request.POST if request.method == "POST" else walls.kept(request)
    start = parse_start((fields or request.GET).get("start", "") or request.GET.get("start", ""))
    if request.method == "GET" and start is None:
        return HttpResponseRedirect(reverse("specialists:detail", args=[slug]) + "#times")
    if request.method == "GET" and (there := _booked_already(request, specialist, start)):
        return HttpResponseRedirect(reverse("consultations:detail", args=[there.public_id]))
    form = BookingForm(fields, specialist=specialist, place=_last_place(request))
    if request.method == "GET" or not form.is_valid():
        return _confirm_page(request, specialist, start, form)
    try:
        made = _book(request, specialist, start, form)
    except refusals.Refused as refused:
        return _refused(request, specialist, start, form, refused)
    return HttpResponseRedirect(reverse("consultations:detail", args=[made.public_id]), status=303)


def _book(request: HttpRequest, specialist: Specialist, start: datetime | None, form: BookingForm) -> Consultation:
    now = database_now()
    if start is None:
        raise refusals.NotOffered(openings.next_for([specialist.pk], now).get(specialist.pk, []))
    said = {name: form.cleaned_data[name] for name in ("format", "location", "note")}
    holder = walls.browser_key(request)
    return booking.book(specialist=specialist, client=member(request), start=start, now=now, holder=holder, **said)


def _booked_already(request: HttpRequest, specialist: Specialist, start: datetime | None) -> Consultation | None:
    if start is None or not request.user.is_authenticated:
        return None
    own = Consultation.objects.holding().filter(client=member(request), specialist=specialist)
    return own.filter(start=start).first()


def _last_place(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return settings.SITE_COUNTRY
    own = Consultation.objects.filter(client=member(request)).order_by("-booked_at")
    return (own.values_list("location", flat=True).first() or settings.SITE_COUNTRY).split("-")[0]


def _confirm_page(
    request: HttpRequest,
    specialist: Specialist,
    start: datetime | None,
    form: BookingForm,
    refused: refusals.Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "specialist": specialist,
        "start": start,
        "end": start + SLOT if start else None,
        "form": form,
        "refused": refused,
        "act": request.POST.get("act") or request.GET.get("act", ""),
    }
    return _page(request, "consultations/book.html", context, status)


def _refused(
    request: HttpRequest,
    specialist: Specialist,
    start: datetime | None,
    form: BookingForm,
    refused: refusals.Refused,
) -> HttpResponse:
    """The page again with everything kept: 409 with the nearest times, 429 with when a limit frees, 503 when busy."""
    status = 429 if refused.retry_at else 503 if isinstance(refused, refusals.Busy) else 409
    response = _confirm_page(request, specialist, start, form, refused, status)
    if refused.retry_at:
        wait = (refused.retry_at - timezone.now()).total_seconds()
        response["Retry-After"] = str(max(1, int(wait)))
    return response


@never_cache
@walls.wall_only("book")
@require_GET
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One half hour: the confirmation, and later the record of it."""
    consultation = _mine(request, public_id)
    now = timezone.now()
    context = {
        "row": showing.row(consultation, member(request), now),
        "consultation": consultation,
        "history": showing.history(consultation),
        "coming": consultation.state in ("requested", "confirmed") and consultation.end > now,
    }
    return _page(request, "consultations/detail.html", context)


@never_cache
@walls.wall_only("book")
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks, and on POST cancels; a GET changes nothing."""
    consultation = _mine(request, public_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            cancelling.cancel(consultation=consultation, actor=member(request), reason=reason, now=database_now())
        except refusals.Refused as error:
            refused = error
        else:
            return HttpResponseRedirect(reverse("consultations:detail", args=[public_id]), status=303)
    row = showing.row(consultation, member(request), timezone.now())
    context = {"row": row, "consultation": consultation, "form": form, "refused": refused}
    return _page(request, "consultations/cancel.html", context, 409 if refused else 200)


@never_cache
@walls.wall_only("book")
@require_GET
def invite(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The half hour for a calendar."""
    content = invites.calendar_file(_mine(request, public_id), member(request))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response
