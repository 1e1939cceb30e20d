"""The desk: what waits, one case with its decision, what was decided, letters to the team. Curators only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import walls
from accounts.zones import viewer_zone
from cases import queue
from cases.models import Case
from curation import desk
from curation.forms import ReasonForm
from web.clock import database_now

View = Callable[..., HttpResponseBase]


def for_curators(view: View) -> View:
    """The wall for visitors; for other people the desk is not there."""

    @walls.wall_only("curation")
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_curator:  # type: ignore[union-attr]  # behind the wall everybody is logged in
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def tabs() -> list[desk.Tab]:
    counts = desk.counts()
    kinds = [desk.Tab(code, queue.kinds[code].label, counts[code]) for code in queue.kinds]
    return [desk.Tab("", _("Everything"), sum(counts.values())), *kinds]


@require_safe
@for_curators
def waiting(request: HttpRequest) -> HttpResponse:
    asked, now = request.GET.get("kind", ""), timezone.now()
    kind = asked if asked in queue.kinds else ""
    context = {
        "tabs": tabs(),
        "kind": kind,
        "rows": desk.waiting(kind=kind, curator=request.user, now=now),  # type: ignore[arg-type]
        "now": now,
        "zone": viewer_zone(request),
    }
    return render(request, "curation/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_curators
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    found = get_object_or_404(Case.objects.select_related("claimed_by", "decided_by"), pk=case_id)
    form = ReasonForm(request.POST if request.method == "POST" else walls.kept(request))
    if request.method == "POST" and form.is_valid():
        decision = request.POST.get("decision", "")
        try:
            queue.decide(
                case_id=case_id,
                decision=decision,
                reason=form.cleaned_data["reason"],
                curator=request.user,  # type: ignore[arg-type]  # a curator
                now=database_now(),
            )
        except queue.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Decided. The people it concerns are told."))
            return redirect(reverse("curation:queue"))
    return render(request, "curation/case.html", shown(request, found, form))


def shown(request: HttpRequest, found: Case, form: ReasonForm) -> dict[str, Any]:
    """One case as the page shows it. Opening it takes it; when a colleague was first, the page says so."""
    held = ""
    if found.decided_at is None and request.method != "POST":
        try:
            queue.claim(case_id=found.pk, curator=request.user, now=database_now())  # type: ignore[arg-type]
        except queue.Refused as refusal:
            held = str(refusal)
    kind = queue.kinds.get(found.kind)
    if kind is None:
        raise Http404
    subject = kind.load([found.subject_id]).get(found.subject_id)
    form.say_when_needed(kind.decisions)
    return {
        "case": found,
        "kind": kind,
        "subject": subject,
        "title": kind.title(subject) if subject is not None else "",
        "held": held,
        "form": form,
        "decision": desk.decision_label(found),
        "now": timezone.now(),
        "zone": viewer_zone(request),
    }


@require_safe
@for_curators
def decided(request: HttpRequest) -> HttpResponse:
    rows = [(each, desk.kind_label(each), desk.decision_label(each)) for each in desk.decided()]
    context = {"rows": rows, "tabs": tabs(), "now": timezone.now(), "zone": viewer_zone(request)}
    return render(request, "curation/decided.html", context)


@require_safe
@for_curators
def contact(request: HttpRequest) -> HttpResponse:
    context = {"letters": desk.letters(), "tabs": tabs(), "now": timezone.now(), "zone": viewer_zone(request)}
    return render(request, "curation/contact.html", context)
