"""Login walls: one decorator for views, one component for pages (PRODUCT 1, DECISIONS 7, 10, 11).

Reading needs no account, acting does. `act` lets a visitor fill in the form; posting it stores the fields as
a pending act and shows the wall with them. `wall_only` stands before private pages, `reading` before sections
that the site keeps for members. A view sees nothing of this but `kept(request)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts import browsers, pending, return_paths
from accounts.acts import Act, Kept, act_of, acts, add_act
from accounts.browsers import browser_key
from accounts.models import PendingAct, User
from web.clock import database_now

__all__ = ["Act", "Kept", "Wall", "act", "acts", "add_act", "browser_key", "closed", "kept", "reading", "wall_only"]

View = Callable[..., HttpResponseBase]
READS = {"GET", "HEAD", "OPTIONS"}
KEEPING_LIMIT = {"keep_act": "20/h/ip"}
KEEPING_SECONDS = 3600
READING_SENTENCES = {
    "articles": gettext_lazy("You need to be logged in to read articles."),
    "specialists": gettext_lazy("You need to be logged in to see our specialists."),
    "questions": gettext_lazy("You need to be logged in to read questions and answers."),
}


@dataclass(frozen=True)
class Wall:
    """What `components/wall.html` shows."""

    kind: str
    sentence: str
    why: str
    login_url: str
    signup_url: str
    locked_out_email: str = ""


def wall(kind_or_act: str | Act, *, kept: Kept, way_back: str, why: str = "") -> Wall:
    """The wall of an act; `way_back` is the path that log-in and sign-up return to."""
    act = kind_or_act if isinstance(kind_or_act, Act) else act_of(kind_or_act)
    query = urlencode({"next": way_back})
    return Wall(
        kind=act.kind,
        sentence=str(act.sentence),
        why=why or act.say("why", kept),
        login_url=f"{reverse('account_login')}?{query}",
        signup_url=f"{reverse('account_signup')}?{query}",
        locked_out_email=act.locked_out_email,
    )


def kept(request: HttpRequest) -> Kept | None:
    """The fields of the act that this GET shows again, for `Form(data=...)`; None when there is none."""
    return getattr(request, "kept_fields", None)


def act(kind: str) -> Callable[[View], View]:
    """For a view whose doing needs an account: it runs for every GET, and for a POST once logged in."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def walled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated:
                return _for_member(view, kind, request, *args, **kwargs)
            if request.method not in READS:
                return _keep(request, kind)
            _ready_for_visitor(request, kind)
            return view(request, *args, **kwargs)

        return walled

    return decorate


def wall_only(kind: str) -> Callable[[View], View]:
    """For private pages with nothing to fill in: a visitor sees the wall before anything is looked up."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def walled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated:
                return _for_member(view, kind, request, *args, **kwargs)
            if request.method not in READS:
                return _keep(request, kind)
            _ready_for_visitor(request, kind)
            return show(request, request.wall)  # type: ignore[attr-defined]

        return walled

    return decorate


def reading(section: str) -> Callable[[View], View]:
    """For pages to read in a section that READING_WALLS may keep for members."""

    def decorate(view: View) -> View:
        @wraps(view)
        def walled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if section not in settings.READING_WALLS or request.user.is_authenticated:
                return view(request, *args, **kwargs)
            reading_act = Act(
                kind=f"read-{section}",
                sentence=READING_SENTENCES[section],
                why=gettext_lazy("Here that part is for members. We’ll bring you straight back."),
            )
            here = wall(reading_act, kept=Kept(), way_back=return_paths.of(request))
            return never_cache(show)(request, here)

        return walled

    return decorate


def closed(request: HttpRequest) -> frozenset[str]:
    """Sections that READING_WALLS keeps from this reader: other pages show, list and count nothing of them."""
    return frozenset() if request.user.is_authenticated else frozenset(settings.READING_WALLS)


def show(
    request: HttpRequest, wall: Wall, *, kept: Kept | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The wall as a page, as a fragment for htmx, or as an answer to a script that asked for JSON."""
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return render(request, "accounts/wall_fragment.html", {"wall": wall, "refusal": refusal}, status=status)
    if "application/json" in request.headers.get("Accept", ""):
        answer = {"sentence": wall.sentence, "why": refusal or wall.why, "login_url": wall.login_url}
        return JsonResponse(answer, status=401 if status == 200 else status)
    asked = act_of(wall.kind)
    context = {
        "wall": wall,
        "refusal": refusal,
        "held": held(asked, kept) if kept is not None else [],
        "files": kept.files if kept is not None else (),
        "title": asked.say("title", kept) if kept is not None else _("Log in first"),
        "act_id": kept.act_id if kept is not None else "",
    }
    return render(request, "accounts/wall.html", context, status=status)


def held(act: Act, kept: Kept) -> list[tuple[str, str, str]]:
    """Label, text and name of the kept fields that a person wrote, in the order the act names them."""
    named = act.fields_shown or tuple((name, name.replace("_", " ").capitalize()) for name in kept)
    shown = ((str(label), "\n".join(kept.getlist(name)).strip(), name) for name, label in named)
    return [(label, text, name) for label, text, name in shown if text and not pending.UNKEPT.search(name)]


def _ready_for_visitor(request: HttpRequest, kind: str) -> None:
    """Puts `request.wall` in place, and shows again what this browser had begun before."""
    wanted, fields = pending.as_id(request.GET.get("act", "")), Kept()
    way_back = return_paths.of(request)
    if wanted:
        way_back = reverse("accounts:resume", args=[wanted])
        begun = pending.find(str(wanted))
        if begun and begun.kind == kind and pending.belongs_to(begun, browser=browser_key(request), user=None):
            _show_again(request, begun)
            fields = kept(request) or fields
    request.wall = wall(kind, kept=fields, way_back=way_back)  # type: ignore[attr-defined]


def _show_again(request: HttpRequest, begun: PendingAct) -> None:
    if request.method in READS and begun.done_at is None:
        request.kept_fields = pending.kept(begun)  # type: ignore[attr-defined]
    request.kept_act = str(begun.public_id)  # type: ignore[attr-defined]


def _for_member(view: View, kind: str, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Runs the view; an act named by the address or a hidden field is shown again, and done with it."""
    wanted = pending.as_id(request.POST.get("act", "") or request.GET.get("act", ""))
    begun = None
    if wanted:
        now = database_now()
        try:
            begun = pending.check(pending.find(str(wanted)), user=cast(User, request.user), now=now)
        except pending.Refused:
            if request.method in READS:
                return redirect("accounts:resume", wanted)
        begun = begun if begun and begun.kind == kind else None
        if begun:
            _show_again(request, begun)
    response = view(request, *args, **kwargs)
    if begun and request.method not in READS and _succeeded(response):
        pending.finish(act=begun, now=database_now())
    return response


def _succeeded(response: HttpResponseBase) -> bool:
    """A view says that it did the act by sending the person on, or by answering a script with 201."""
    return response.status_code in {201, 302, 303} or response.has_header("HX-Redirect")


def _keep(request: HttpRequest, kind: str) -> HttpResponse:
    """The signed-out POST: what was filled in is stored, and shown above the wall."""
    fields = pending.keepable(request.POST)
    fields.return_path, fields.files = return_paths.of(request), _file_names(request)
    if not fields and not fields.files:
        return _nothing_to_keep(request, kind)
    if not ratelimit.consume(request, app="accounts", action="keep_act", config=KEEPING_LIMIT):
        sentence = _(
            "Too much was begun from your connection within an hour, so we can’t keep this one. Copy it first."
        )
        return _not_kept(request, kind, fields, sentence, status=429)
    browser, now = browsers.known(request), database_now()
    try:
        begun = pending.keep(
            browser=browser.digest,
            kind=kind,
            return_path=fields.return_path,
            fields=fields,
            files=fields.files,
            now=now,
            instead_of=request.POST.get("act", ""),
        )
    except pending.TooLarge as refusal:
        return _not_kept(request, kind, fields, str(refusal), status=413)
    fields.act_id = str(begun.public_id)
    asked = act_of(kind)
    holding = asked.hold(request, fields, now) if asked.hold else ""
    why = " ".join(filter(None, (holding, asked.say("why", fields))))
    here = wall(kind, kept=fields, way_back=reverse("accounts:resume", args=[begun.public_id]), why=why)
    response = show(request, here, kept=fields)
    browsers.remember(response, browser)
    return response


def _nothing_to_keep(request: HttpRequest, kind: str) -> HttpResponse:
    """A button pressed after the session ended: back to the page that has the button."""
    why = _("We’ll bring you straight back here.")
    here = wall(kind, kept=Kept(), way_back=return_paths.came_from(request), why=why)
    return show(
        request, here, refusal=_("You were logged out meanwhile, so nothing was changed. Press it again after.")
    )


def _not_kept(request: HttpRequest, kind: str, fields: Kept, sentence: str, *, status: int) -> HttpResponse:
    here = wall(kind, kept=fields, way_back=fields.return_path, why=_("We’ll bring you straight back here."))
    response = show(request, here, kept=fields, refusal=sentence, status=status)
    if status == 429:
        response["Retry-After"] = str(KEEPING_SECONDS)
    return response


def _file_names(request: HttpRequest) -> tuple[str, ...]:
    return tuple(file.name or "" for __, files in request.FILES.lists() for file in files)
