"""Where a specialist meets people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from consultations import meeting
from consultations.where_forms import WhereForm
from specialists.models import Specialist
from web.clock import database_now


@never_cache
@walls.wall_only("practice")
@require_http_methods(["GET", "POST"])
def where(request: HttpRequest) -> HttpResponse:
    """Our own video room or a link, a number to call, an address."""
    specialist = get_object_or_404(Specialist.objects.select_related("schedule"), user=member(request))
    form = WhereForm(request.POST if request.method == "POST" else None, place=meeting.place_of(specialist))
    if request.method == "POST" and form.is_valid():
        try:
            meeting.save(specialist=specialist, place=form.place(), now=database_now())
        except meeting.Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Saved. People with a half hour coming meet you there too."))
            return HttpResponseRedirect(reverse("practice_consultations:where"), status=303)
    return render(request, "consultations/where.html", {"form": form, "specialist": specialist})
