"""The site with three small walled pages, so that walls are tested apart from the pages that use them."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.urls import path

from accounts import walls
from accounts.acts import Act, acts
from config.urls import urlpatterns as site

sent: list[dict[str, str]] = []
held: list[str] = []

PAGE = Template(
    "<h1>Write</h1><form method='post'>{% csrf_token %}{% include 'accounts/act_field.html' %}{{ form }}</form>"
    "{% if request.wall %}{% include 'accounts/wall_fragment.html' with wall=request.wall %}{% endif %}"
)


class LetterForm(forms.Form):
    body = forms.CharField(max_length=100)
    tone = forms.CharField(required=False)


def hold(request: HttpRequest, kept: walls.Kept, now: object) -> str:
    held.append(walls.browser_key(request))
    return "We hold 19:30 for you." if kept.get("tone") == "hold" else ""


acts.setdefault(
    "letter",
    Act(
        kind="letter",
        sentence="You need to be logged in to send letters.",
        why=lambda kept: f"So that the answer to {len(kept.get('body', ''))} letters finds you.",
        fields_shown=(("body", "Your letter"),),
        title="Your letter to Ada",
        note="You were writing to Ada.",
        hold=hold,
    ),
)


@walls.act("letter")
def write(request: HttpRequest) -> HttpResponse:
    form = LetterForm(request.POST if request.method == "POST" else walls.kept(request))
    if request.method == "POST" and form.is_valid():
        sent.append(form.cleaned_data)
        return redirect("/")
    return HttpResponse(PAGE.render(RequestContext(request, {"form": form})))


@walls.wall_only("private")
def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse("mine alone")


@walls.reading("articles")
def reading(request: HttpRequest) -> HttpResponse:
    return HttpResponse("to read")


handler404 = "portal.errors.not_found"
handler429 = "accounts.views.too_often"
urlpatterns = [
    path("letter/", write),
    path("private/", private),
    path("reading/", reading),
    *site,
]
