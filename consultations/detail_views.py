"""One half hour, for its two people."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import walls
from accounts.people import member
from consultations import cancelling, invites, refusals, showing, zoned
from consultations.forms import CancelForm
from consultations.models import Consultation
from web.clock import database_now


def _own(request: HttpRequest, public_id: uuid.UUID) -> Consultation:
    return get_object_or_404(Consultation.objects.visible_to(member(request)).with_people(), public_id=public_id)


@never_cache
@walls.wall_only("book")
@require_GET
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One half hour: the confirmation, and later the record of it."""
    consultation = _own(request, public_id)
    now = timezone.now()
    context = {
        "row": showing.row(consultation, member(request), now),
        "consultation": consultation,
        "history": showing.history(consultation),
        "coming": consultation.state in ("requested", "confirmed") and consultation.end > now,
    }
    return zoned.page(request, "consultations/detail.html", context, now=now)


@never_cache
@walls.wall_only("book")
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks, and on POST cancels; a GET changes nothing."""
    consultation = _own(request, public_id)
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
    now = timezone.now()
    row = showing.row(consultation, member(request), now)
    context = {"row": row, "consultation": consultation, "form": form, "refused": refused}
    return zoned.page(request, "consultations/cancel.html", context, now=now, status=409 if refused else 200)


@never_cache
@walls.wall_only("book")
@require_GET
def invite(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The half hour for a calendar."""
    content = invites.calendar_file(_own(request, public_id), member(request))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response
