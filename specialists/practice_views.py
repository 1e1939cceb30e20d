"""A specialist's own pages: the overview, and the profile editor with the buttons that change its state."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.zones import viewer_zone
from specialists import practice, profiles, vetting
from specialists.forms import ProfileForm, initial
from specialists.models import Specialist
from web.clock import database_now


def own(request: HttpRequest) -> Specialist | None:
    """The profile of whoever asks; a visitor has none, nobody's (an imported draft) least of all."""
    if not request.user.is_authenticated:
        return None
    rows = Specialist.objects.select_related("user").prefetch_related(
        "licences", "topics", "approaches", "client_groups"
    )
    return rows.filter(user=request.user).first()


@walls.wall_only("specialist_profile")
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    """How the profile stands, what is missing, and the next half hours."""
    specialist = own(request)
    if specialist is None:
        return redirect("specialists:join")
    context = practice.context(specialist, zone=viewer_zone(request), now=database_now())
    return render(request, "specialists/overview.html", context)


@walls.wall_only("specialist_profile")
def profile(request: HttpRequest) -> HttpResponse:
    """The editor. Saving works at any point; what our team checks waits for them on a public page."""
    specialist, now = own(request), database_now()
    if specialist is None:
        return redirect("specialists:join")
    waiting = profiles.waiting_change(specialist)
    data = request.POST if request.method == "POST" else walls.kept(request)
    reviewed = profiles.reviewed_values(specialist) | (waiting.fields if waiting else {})
    form = ProfileForm(data, initial=initial(specialist, reviewed), specialist=specialist, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            asked = profiles.save(specialist=specialist, actor=request.user, values=form.values(), now=now)  # type: ignore[arg-type]
            messages.success(request, practice.saved_sentence(asked))
            return redirect("practice:profile")
        except vetting.Refused as refusal:
            form.add_error(None, str(refusal))
    context = practice.standing(specialist, now) | {"form": form, "waiting": waiting}
    return render(request, "specialists/profile_edit.html", context)


STEPS = {
    "submit": (
        vetting.submit,
        gettext_lazy("Your profile is with our team. We’ll write to you, usually within two days."),
    ),
    "pause": (vetting.pause, gettext_lazy("Your page is paused. It stays where it is and takes no bookings.")),
    "resume": (vetting.resume, gettext_lazy("Welcome back. Your half hours are open again.")),
    "withdraw": (vetting.withdraw, gettext_lazy("Your page is off the site.")),
}


@walls.wall_only("specialist_profile")
def state(request: HttpRequest, step: str) -> HttpResponse:
    """One step of the profile's state: GET asks once more in words, POST does it."""
    specialist = own(request)
    if specialist is None:
        return redirect("specialists:join")
    asked = practice.question(step, specialist)
    if request.method != "POST":
        return render(request, "specialists/confirm_state.html", {"specialist": specialist, **asked})
    rule, said = STEPS[step]
    try:
        rule(specialist=specialist, actor=request.user, now=database_now())  # type: ignore[arg-type]
    except vetting.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("practice:overview")
