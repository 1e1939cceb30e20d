"""A specialist's hours, and the half hours booked with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from consultations import hours, hours_forms
from specialists import openings
from specialists.models import Specialist
from web.clock import database_now
from web.local_time import by_day, local_day

PREVIEWED = 9


def _own(request: HttpRequest) -> Specialist:
    return get_object_or_404(Specialist, user=member(request))


@never_cache
@walls.wall_only("practice")
@require_http_methods(["GET", "POST"])
def availability(request: HttpRequest) -> HttpResponse:
    """The usual week, dates that differ and limits; adding and removing hours works without a script."""
    specialist = _own(request)
    if request.method == "GET":
        return _page(request, specialist)
    do = request.POST.get("do", "")
    if do == "date":
        return _add_date(request, specialist)
    if do.startswith("undo-") and do[5:23].isdecimal():
        hours.remove_exception(specialist=specialist, exception_id=int(do[5:23]), now=database_now())
        return _saved(request, _("That date is as usual again."))
    if "add" in request.POST or "remove" in request.POST:
        return _page(request, specialist, week=hours_forms.posted_week(request.POST), posted=True)
    return _save(request, specialist)


def _save(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    week = hours_forms.posted_week(request.POST)
    limits = hours_forms.LimitsForm(request.POST, schedule=hours.schedule_of(specialist))
    refusal = ""
    if limits.is_valid():
        try:
            ranges = hours_forms.ranges_of(week)
            hours.save_hours(specialist=specialist, ranges=ranges, now=database_now(), **limits.cleaned_data)
            return _saved(request, _("Your hours are saved. Half hours already booked stay booked."))
        except hours.Refused as refused:
            refusal = str(refused)
        except ValueError:
            refusal = _("Choose a beginning and an end for each range.")
    return _page(request, specialist, week=week, posted=True, refusal=refusal)


def _add_date(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    form = hours_forms.DateForm(request.POST)
    if form.is_valid():
        day, start, end = (form.cleaned_data[name] for name in ("date", "start", "end"))
        try:
            hours.add_exception(specialist=specialist, day=day, start=start, end=end, now=database_now())
            return _saved(request, _("That date is saved. Half hours already booked stay booked."))
        except hours.Refused as refused:
            form.add_error("date", str(refused))
    return _page(request, specialist, dates=form)


def _saved(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse("practice_consultations:availability"), status=303)


def _page(
    request: HttpRequest,
    specialist: Specialist,
    *,
    week: list[list[hours_forms.Pair]] | None = None,
    posted: bool = False,
    refusal: str = "",
    dates: hours_forms.DateForm | None = None,
) -> HttpResponse:
    schedule, now = hours.schedule_of(specialist), timezone.now()
    shown = hours_forms.stored_week(schedule) if week is None else week
    limits = hours_forms.LimitsForm(request.POST if posted else None, schedule=schedule)
    context = _preview(specialist, now) | {
        "specialist": specialist,
        "week": hours_forms.shown_week(shown),
        "limits": limits,
        "refusal": refusal,
        "dates": dates or hours_forms.DateForm(),
        "exceptions": schedule.exceptions.filter(date__gte=local_day(now, specialist.time_zone)) if schedule.pk else [],
    }
    return render(request, "consultations/availability.html", context)


def _preview(specialist: Specialist, now: datetime) -> dict[str, Any]:
    """The next free half hours, in the specialist's own zone."""
    free = openings.next_for([specialist.pk], now, n=PREVIEWED).get(specialist.pk, [])
    return {"days": by_day(free, specialist.time_zone), "zone": specialist.time_zone, "now": now}
