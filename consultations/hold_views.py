"""Keeping a half hour for a member whose form is open: asked for, and given back, by a script (DECISIONS 13)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import walls
from accounts.acts import Kept
from accounts.people import member
from consultations import at_the_wall, holds, refusals
from consultations.wishes import parse_start
from specialists.models import Specialist
from web import times
from web.clock import database_now


@never_cache
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Posts `specialist` (a slug) and `start`; JSON says until when, or why not. With `release`, the id of a hold that
    such an answer named, it is given back.

    A visitor's half hour is kept by posting the form itself, so this keeps nothing for them and answers 401.
    """
    if not request.user.is_authenticated:
        here = walls.wall("book", kept=Kept(), way_back=reverse("consultations:mine"))
        return walls.show(request, here)
    person, browser = member(request), walls.browser_key(request)
    if released := request.POST.get("release", ""):
        if released.isascii() and released.isdecimal():
            holds.release(hold_id=int(released[:18]), holder=browser, member=person)
        return HttpResponse(status=204)
    specialist = get_object_or_404(Specialist.objects.public(), slug=request.POST.get("specialist", ""))
    start = parse_start(request.POST.get("start", ""))
    if start is None:
        return _not_kept(refusals.NotOffered(), 0)
    now, address = database_now(), at_the_wall.address_of(request)
    try:
        kept = holds.hold(specialist=specialist, start=start, holder=browser, address=address, now=now, member=person)
    except refusals.Refused as refused:
        return _not_kept(refused, int((refused.retry_at - now).total_seconds()) if refused.retry_at else 0)
    said = {"kept_until": times.iso(kept.expires_at), "sentence": at_the_wall.kept_until(request, kept)}
    return JsonResponse(said | {"hold": kept.pk})


def _not_kept(refused: refusals.Refused, wait: int) -> HttpResponse:
    response = JsonResponse({"sentence": str(refused)}, status=429 if wait else 409)
    if wait:
        response["Retry-After"] = str(wait)
    return response
