"""The editor of a specialist's hours; adding, removing and copying work without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from consultations import hours, hours_forms, hours_showing, outside, refusals
from consultations.hours_showing import Typed
from specialists.models import Specialist
from web.clock import database_now


def own(request: HttpRequest) -> Specialist:
    """The profile of whoever asks; 404 for somebody who has none."""
    return get_object_or_404(Specialist.objects.select_related("user"), user=member(request))


@never_cache
@walls.wall_only("practice")
@require_http_methods(["GET", "HEAD", "POST"])
def availability(request: HttpRequest) -> HttpResponse:
    """The usual week, limits and public holidays in one form; dates that differ and days away below it."""
    specialist = own(request)
    if request.method != "POST":
        kept = walls.kept(request)
        return _page(request, specialist, _typed(specialist, kept) if kept is not None else None)
    typed = _typed(specialist, request.POST)
    undo = request.POST.get("undo", "")[:18]
    if undo.isdecimal():
        return _undo(request, specialist, typed, int(undo))
    if {"add", "remove", "copy"} & set(request.POST) or request.POST.get("do") in {"preview", "regions"}:
        return _page(request, specialist, typed)
    return _save(request, specialist, typed)


def _typed(specialist: Specialist, post: QueryDict) -> Typed:
    plan = hours.plan_of(specialist, hours.schedule_of(specialist))
    limits = hours_forms.LimitsForm(post, plan=plan)
    return Typed(hours_forms.posted_week(post), limits, seen=post.get("seen", "")[:16])


def _save(request: HttpRequest, specialist: Specialist, typed: Typed) -> HttpResponse:
    plan = typed.plan()
    if plan is None:
        typed.refused = True
        return _page(request, specialist, typed)
    now = database_now()
    try:
        hours.save_hours(specialist=specialist, actor_id=member(request).pk, plan=plan, seen=typed.seen, now=now)
    except hours.ChangedMeanwhile as refused:
        typed.refusal, typed.seen, typed.overtaken = str(refused), "", True
    except hours.Refused as refused:
        typed.refused = True
        typed.week.note(refused.faults)
        typed.refusal = "" if refused.faults else str(refused)
    except refusals.Refused as refused:
        typed.refusal = str(refused)
    else:
        return saved(request, specialist, _("Your hours are saved."))
    return _page(request, specialist, typed)


def saved(request: HttpRequest, specialist: Specialist, sentence: str) -> HttpResponse:
    """Say so, and go on to the bookings that lie outside the hours now, if there are any (BOOKING 32)."""
    messages.success(request, sentence)
    there = "outside" if outside.outside(specialist, database_now()) else "availability"
    return HttpResponseRedirect(reverse(f"practice_consultations:{there}"), status=303)


def _undo(request: HttpRequest, specialist: Specialist, typed: Typed, exception_id: int) -> HttpResponse:
    """One date as usual again; what was typed above it and is not saved yet stays on the page."""
    try:
        hours.remove_exception(
            specialist=specialist, actor_id=member(request).pk, exception_id=exception_id, now=database_now()
        )
    except refusals.Refused as refused:
        typed.refusal = str(refused)
        return _page(request, specialist, typed)
    sentence = _("That date is as usual again.")
    if typed.plan() == hours.plan_of(specialist, hours.schedule_of(specialist)):
        return saved(request, specialist, sentence)
    typed.week.said = sentence
    return _page(request, specialist, typed)


def _page(request: HttpRequest, specialist: Specialist, typed: Typed | None) -> HttpResponse:
    zone = request.POST.get("tz", "") or request.GET.get("tz", "")
    context = hours_showing.context(specialist, typed, asked_zone=zone, now=timezone.now())
    return render(request, "consultations/availability.html", context)
