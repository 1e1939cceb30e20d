"""Pages of text, the same for everybody: about, the free half hour, privacy, terms, and help by country."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import helplines


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html")


@require_safe
def ordering(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/ordering.html")


@require_safe
def free_consultation(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/free_consultation.html")


@require_safe
def for_specialists(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/for_specialists.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/terms.html")


@require_safe
def crisis(request: HttpRequest) -> HttpResponse:
    """Numbers of every country, those of `country=` (or the site's) on top. An unknown country changes nothing."""
    countries = helplines.by_country()
    here = helplines.chosen(countries, request.GET.get("country", ""))
    return render(request, "portal/crisis.html", {"countries": countries, "here": here})
