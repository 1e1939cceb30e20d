"""What we told somebody, and what they choose about it: here, because walls stand above notifications in the order
of imports.
"""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import walls
from accounts.models import User
from accounts.zones import viewer_zone
from consultations import reminder_plans
from notifications import bounces, notices
from portal.notice_forms import PlanForm
from web.clock import database_now


@walls.wall_only("account")
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Newest first, what is new marked; having been shown, it counts as read. `before=` pages on."""
    recipient = cast(User, request.user)
    return _page(request, PlanForm(initial={"plan": reminder_plans.of(recipient)}))


@walls.wall_only("account")
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Keeps the choice of reminders; a GET (back from the wall) shows the page with what was chosen."""
    form = PlanForm(request.POST if request.method == "POST" else walls.kept(request))
    if request.method == "POST" and form.is_valid():
        reminder_plans.choose(user=cast(User, request.user), plan=form.cleaned_data["plan"], now=database_now())
        messages.success(request, _("Kept. It holds for what you have booked already, too."))
    elif form.is_bound:
        return _page(request, form)
    return redirect("notices:list")


@walls.wall_only("account")
@require_http_methods(["GET", "POST"])
def address_is_right(request: HttpRequest) -> HttpResponse:
    """The person has looked at their address and keeps it; the note about returned mail goes. GET only leads on."""
    if request.method == "POST" and bounces.trust(person=cast(User, request.user), now=database_now()):
        messages.success(request, _("Thank you. We’ll keep writing to this address."))
    return redirect("notices:list")


def _page(request: HttpRequest, form: PlanForm) -> HttpResponse:
    recipient, now = cast(User, request.user), database_now()
    before = request.GET.get("before", "")
    rows, more = notices.page_of(recipient=recipient, before=int(before) if before.isdecimal() else None)
    notices.mark_read(recipient=recipient, now=now)
    context = {
        "notices": rows,
        "more_url": f"{reverse('notices:list')}?before={more}" if more else "",
        "first_url": reverse("notices:list") if before else "",
        "form": form,
        "returned": bounces.returned_to(recipient),
        "zone": viewer_zone(request),
        "now": now,
    }
    return render(request, "portal/notices.html", context)
