"""Pages of the line for an earlier half hour: one's place in it, and what is offered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.models import User
from accounts.people import member
from consultations import earlier_links, earlier_offers, earlier_taking, refusals, waiting_line, zoned
from consultations.availability import SLOT
from consultations.models import EarlierOffer, EarlierWish
from specialists import openings
from specialists.models import Specialist
from web import times
from web.clock import database_now


@never_cache
@walls.act("earlier")
@require_http_methods(["GET", "HEAD", "POST"])
def earlier(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a place in the line of this specialist, or give it up."""
    specialist = get_object_or_404(Specialist.objects.public(), slug=slug)
    if request.method != "POST":
        return _earlier_page(request, specialist)
    if request.POST.get("do") == "leave":
        waiting_line.leave(specialist=specialist, member=member(request), now=database_now())
        messages.success(request, _("You don’t wait for an earlier time any more."))
        return HttpResponseRedirect(reverse("consultations:mine"), status=303)
    try:
        waiting_line.join(specialist=specialist, member=member(request), now=database_now())
    except refusals.Refused as refused:
        return _earlier_page(request, specialist, refused)
    return HttpResponseRedirect(reverse("consultations:earlier", args=[slug]), status=303)


def _earlier_page(
    request: HttpRequest, specialist: Specialist, refused: refusals.Refused | None = None
) -> HttpResponse:
    now, place, running, booking = timezone.now(), None, None, None
    if request.user.is_authenticated:
        place = EarlierWish.objects.standing().filter(specialist=specialist, member=member(request)).first()
        running = EarlierOffer.objects.running(now).filter(wish=place).first() if place else None
        booking = earlier_taking.booking_of(specialist, member(request), now)
    free = openings.next_for([specialist.pk], now).get(specialist.pk, []) if specialist.is_bookable else []
    context = {
        "specialist": specialist,
        "place": place,
        "offer": running,
        "booking": booking,
        "asks": earlier_taking.asks_first(specialist, booking),
        "free": [start for start in free if booking is None or start < booking.start],
        "refused": refused,
        "act": request.POST.get("act") or request.GET.get("act", ""),
    }
    return zoned.page(request, "consultations/earlier.html", context, now=now, status=409 if refused else 200)


@earlier_links.opens
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, offer: EarlierOffer, reader: User, *, linked: bool) -> HttpResponse:
    """A half hour that is offered: shown on GET, taken or passed on with a POST."""
    if request.method != "POST":
        return _offer_page(request, offer, reader, linked=linked)
    try:
        if request.POST.get("do") == "pass":
            earlier_offers.pass_on(offer=offer, actor=reader, now=database_now())
            return HttpResponseRedirect(request.get_full_path(), status=303)
        agreed = earlier_taking.accept(offer=offer, actor=reader, now=database_now())
    except refusals.Refused as refused:
        return _offer_page(request, offer, reader, linked=linked, refused=refused)
    if agreed is None:
        return HttpResponseRedirect(_book_url(offer), status=303)
    if linked:
        return HttpResponseRedirect(request.get_full_path(), status=303)
    return HttpResponseRedirect(reverse("consultations:detail", args=[agreed.public_id]), status=303)


def _book_url(offer: EarlierOffer) -> str:
    path = reverse("consultations:book", args=[offer.specialist.slug])
    return f"{path}?start={times.iso(offer.start)}"


def _offer_page(
    request: HttpRequest,
    offer: EarlierOffer,
    reader: User,
    *,
    linked: bool,
    refused: refusals.Refused | None = None,
) -> HttpResponse:
    now = database_now()
    offer.refresh_from_db(fields=["state", "expires_at"])
    booking = earlier_taking.booking_of(offer.specialist, reader, now)
    context = {
        "offer": offer,
        "end": offer.start + SLOT,
        "open": offer.state == EarlierOffer.State.OPEN and offer.expires_at > now,
        "taken": offer.state == EarlierOffer.State.TAKEN,
        "passed": offer.state == EarlierOffer.State.PASSED,
        "moved": booking is not None and booking.start == offer.start,
        "booking": booking,
        "asks": earlier_taking.asks_first(offer.specialist, booking),
        "book_url": _book_url(offer),
        "linked": linked,
        "refused": refused,
    }
    status = 409 if refused else 200
    return zoned.page(request, "consultations/offer.html", context, now=now, status=status, reader=reader)
