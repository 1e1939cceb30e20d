"""The page on which a free half hour is booked or asked for."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from consultations import booking, refusals, zoned
from consultations.availability import SLOT
from consultations.forms import BookingForm
from consultations.models import Consultation
from consultations.wishes import parse_start
from specialists import openings
from specialists.models import Specialist
from web.clock import database_now


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
    return zoned.page(request, "consultations/book.html", context, now=timezone.now(), status=status)


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
