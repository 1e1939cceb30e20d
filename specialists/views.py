"""Pages of specialists that anyone may read, and the beginning of one's own profile."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from accounts import walls
from accounts.zones import viewer_zone
from specialists import directory_page, excluding, picker, profile_page, profiles, soonest_page, vetting
from specialists.forms import BasicsForm
from specialists.models import PUBLIC_STATES, Specialist
from web.clock import database_now


def wants_json(request: HttpRequest) -> bool:
    """CONTRACT's JSON variants are asked for by name; a browser's `*/*` gets the page."""
    return "application/json" in request.headers.get("Accept", "")


def json_answer(data: dict) -> JsonResponse:
    response = JsonResponse(data)
    patch_cache_control(response, no_store=True)
    return response


def private_unless_public(response: HttpResponse, specialist: Specialist) -> HttpResponse:
    """A preview of a page that isn't on the site: kept by nobody, listed by no search engine."""
    if specialist.state not in PUBLIC_STATES:
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@walls.reading("specialists")
def directory(request: HttpRequest) -> HttpResponse:
    """Everyone who gives half hours, narrowed by what the address asks for."""
    zone, now = viewer_zone(request), timezone.now()
    if wants_json(request):
        return json_answer(directory_page.as_json(request, zone=zone, now=now))
    return render(request, "specialists/directory.html", directory_page.context(request, zone=zone, now=now))


@require_safe
@walls.reading("specialists")
def soonest(request: HttpRequest) -> HttpResponse:
    """Everybody's free half hours in order of time, narrowed as the directory is."""
    zone, now = viewer_zone(request), timezone.now()
    if wants_json(request):
        return json_answer(soonest_page.as_json(request, zone=zone, now=now))
    return render(request, "specialists/soonest.html", soonest_page.context(request, zone=zone, now=now))


@require_safe
@walls.reading("specialists")
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One specialist: the public ones, one's own, all for curators; else 404."""
    wish = picker.asked(request, zone=viewer_zone(request), now=timezone.now())
    specialist = get_object_or_404(Specialist.objects.visible_to(request.user), slug=slug)
    excluding.as_met_by(request.user, [specialist])
    context = profile_page.context(request, specialist, wish)
    return private_unless_public(render(request, "specialists/detail.html", context), specialist)


@require_safe
@walls.reading("specialists")
def openings(request: HttpRequest, slug: str) -> HttpResponse:
    """Their free half hours alone: the picker as a fragment, or JSON; 304 for a reader who has them already."""
    wish = picker.asked(request, zone=viewer_zone(request), now=timezone.now())
    specialist = picker.seen_by(request.user, slug)
    if specialist is None:
        raise Http404
    excluding.as_met_by(request.user, [specialist])
    found, json = picker.times_of(specialist, wish), wants_json(request)
    seen = picker.version(found, wish)
    etag = picker.etag(seen, "json" if json else "html")
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = JsonResponse(picker.as_json(found, wish)) if json else HttpResponse(picker.html(found, wish, seen))
    response["ETag"] = etag
    if json:
        patch_cache_control(response, no_store=True)
    return private_unless_public(response, specialist)


@walls.act("specialist_profile")
def join(request: HttpRequest) -> HttpResponse:
    """Begin a profile: what it takes, and the first few fields."""
    if request.user.is_authenticated and Specialist.objects.filter(user=request.user).exists():
        return redirect("practice:overview")
    now = database_now()
    data = request.POST if request.method == "POST" else walls.kept(request)
    form = BasicsForm(data, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            profiles.start(user=request.user, values=form.values(), now=now)  # type: ignore[arg-type]
            return redirect("practice:profile")
        except vetting.Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "specialists/join.html", {"form": form})
