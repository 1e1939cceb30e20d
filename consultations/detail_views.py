"""One half hour, for its two people."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import walls
from accounts.people import member
from consultations import clock_check, detail_page, exclusion, invites, refusals, zoned
from consultations.models import Consultation
from web.clock import database_now


def _own(request: HttpRequest, public_id: uuid.UUID) -> Consultation:
    own = Consultation.objects.visible_to(member(request)).with_people().with_proposals()
    return get_object_or_404(own, public_id=public_id)


def _given(request: HttpRequest, public_id: uuid.UUID) -> Consultation:
    """One that this person gives as a specialist."""
    own = Consultation.objects.filter(specialist__user=member(request)).with_people()
    return get_object_or_404(own, public_id=public_id)


@never_cache
@walls.wall_only("book")
@require_safe
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How it stands, what can be done about it, and later the record of it."""
    consultation, now = _own(request, public_id), timezone.now()
    context = detail_page.context(consultation, member(request), now=now)
    return zoned.page(request, "consultations/detail.html", context, now=now)


@never_cache
@walls.wall_only("book")
@require_POST
def keep_clock(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The specialist keeps the moment, with what their clock reads then now (BOOKING 6)."""
    consultation = _given(request, public_id)
    clock_check.keep(consultation=consultation, actor=member(request), now=database_now())
    return HttpResponseRedirect(reverse("consultations:detail", args=[public_id]), status=303)


@never_cache
@walls.wall_only("book")
@require_http_methods(["GET", "HEAD", "POST"])
def exclude(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Whether the specialist's times are offered to this person; the person is never told."""
    consultation, reader, now = _given(request, public_id), member(request), database_now()
    refused = None
    if request.method == "POST":
        try:
            rule = exclusion.admit if request.POST.get("do") == "admit" else exclusion.exclude
            rule(specialist=consultation.specialist, member=consultation.client, actor=reader, now=now)
        except refusals.Refused as error:
            refused = error
        else:
            return HttpResponseRedirect(reverse("consultations:exclude", args=[public_id]), status=303)
    context = detail_page.exclusion(consultation, reader, now=now) | {"refused": refused}
    return zoned.page(request, "consultations/exclude.html", context, now=now, status=409 if refused else 200)


@never_cache
@walls.wall_only("book")
@require_safe
def invite(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The half hour for a calendar."""
    content = invites.calendar_file(_own(request, public_id), member(request))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response
