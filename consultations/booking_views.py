"""The page on which a free half hour is booked, or asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from accounts.zones import viewer_zone
from consultations import booking, booking_page, refusals, zoned
from consultations.availability import SLOT
from consultations.booking_page import Offer
from consultations.forms import BookingForm
from consultations.models import Consultation
from consultations.wishes import parse_nonce, parse_start
from specialists.models import Specialist
from web import times
from web.clock import database_now

# How long to wait before trying again when the database is too busy to say.
BUSY = timedelta(seconds=5)


@never_cache
@walls.act("book")
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """One half hour to confirm; can be filled in before logging in."""
    posted = request.method == "POST"
    fields = request.POST if posted else walls.kept(request)
    start = parse_start((fields or request.GET).get("start", "") or request.GET.get("start", ""))
    reader = request.user if request.user.is_authenticated else None
    found = booking_page.offer(slug=slug, start=start, reader=reader, now=timezone.now())
    if found is None:
        raise Http404
    if start is None and not posted:
        return HttpResponseRedirect(reverse("specialists:detail", args=[slug]) + "#times")
    own = booking_page.own(specialist=found.specialist, start=start, reader=reader)
    if own.booked and not posted:
        return HttpResponseRedirect(reverse("consultations:detail", args=[own.booked]))
    form = BookingForm(fields, specialist=found.specialist, place=own.place or settings.SITE_COUNTRY)
    if not posted:
        return _page(request, found, start, form, refused=_lost(found))
    if not form.is_valid():
        return _page(request, found, start, form)
    try:
        made = _book(request, found.specialist, start, form)
    except refusals.Refused as refused:
        return _refused(request, found, start, form, refused)
    return HttpResponseRedirect(reverse("consultations:detail", args=[made.public_id]), status=303)


def _lost(found: Offer) -> refusals.Refused | None:
    """What can be known before anything is sent: that there is nothing to book, or not this time any more."""
    if not found.bookable:
        return refusals.NotBookable()
    return None if found.listed else refusals.Gone()


def _book(request: HttpRequest, specialist: Specialist, start: datetime | None, form: BookingForm) -> Consultation:
    if start is None:
        raise refusals.NotOffered
    said = {name: form.cleaned_data[name] for name in ("format", "location", "note")}
    return booking.book(
        specialist=specialist,
        client=member(request),
        start=start,
        now=database_now(),
        holder=walls.browser_key(request),
        nonce=parse_nonce(form.cleaned_data["nonce"]),
        **said,
    )


def _page(
    request: HttpRequest,
    found: Offer,
    start: datetime | None,
    form: BookingForm,
    refused: refusals.Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    nearest = refused.nearest if refused else []
    if isinstance(refused, refusals.SlotTaken) and not nearest:
        nearest = booking_page.nearest(found.specialist, now)
    act = request.POST.get("act") or request.GET.get("act", "")
    kept = (("start", times.iso(start) if start else ""), ("act", act))
    context = booking_page.context(found, form, zone=viewer_zone(request), now=now) | {
        "start": start,
        "start_value": times.iso(start) if start else "",
        "end": start + SLOT if start else None,
        "form": form,
        "refused": refused,
        "lost": isinstance(refused, refusals.SlotTaken | refusals.NotBookable),
        "nearest": nearest,
        "act": act,
        "zone_kept": [(name, value) for name, value in kept if value],
    }
    return zoned.page(request, "consultations/book.html", context, now=now, status=status)


def _refused(
    request: HttpRequest, found: Offer, start: datetime | None, form: BookingForm, refused: refusals.Refused
) -> HttpResponse:
    """The page again with everything kept: 409 with the nearest times, 429 with when a limit frees, 503 when busy."""
    busy = isinstance(refused, refusals.Busy)
    response = _page(request, found, start, form, refused, 429 if refused.retry_at else 503 if busy else 409)
    wait = refused.retry_at - timezone.now() if refused.retry_at else BUSY
    if busy or refused.retry_at:
        response["Retry-After"] = str(max(1, int(wait.total_seconds())))
    return response
