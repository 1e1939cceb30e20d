"""Pages about the account, and the way back from a wall."""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.flows import password_reset_by_code
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.stages import LoginStageController
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import browsers, details, pending, posting_again, return_paths, walls
from accounts.acts import Kept, act_of
from accounts.forms import DetailsForm
from accounts.models import PendingAct, PendingActQuerySet, User
from web.clock import database_now


@walls.wall_only("account")
def account(request: HttpRequest) -> HttpResponse:
    """Your details, and the ways to everything else about your account."""
    user: User = request.user  # type: ignore[assignment]
    first = {"display_name": user.display_name, "time_zone": user.time_zone, "discreet": user.discreet}
    shown_again = walls.kept(request)
    data = request.POST if request.method == "POST" else shown_again
    form = DetailsForm(data, initial=first, zone=user.time_zone)
    if request.method == "POST" and form.is_valid():
        try:
            details.change(user=user, **form.cleaned_data)
        except details.UnknownZone as refusal:
            form.add_error("time_zone", str(refusal))
        else:
            messages.success(request, _("Your details are saved."))
            return redirect("accounts:account")
    acts = pending.open_acts(browser=walls.browser_key(request), user=user, now=database_now())
    return render(request, "accounts/account.html", {"form": form, "begun": named(acts), "zone": user.zone})


def named(acts: PendingActQuerySet) -> list[tuple[PendingAct, str, str]]:
    """Acts, what each is called and how its text begins."""
    rows = []
    for act in pending.readable(acts):
        fields, kind = pending.kept(act), act_of(act.kind)
        begins = next((Truncator(text).chars(80) for _label, text, _name in walls.held(kind, fields)), "")
        rows.append((act, kind.say("title", fields), begins))
    return rows


@never_cache
@require_safe
def begun(request: HttpRequest) -> HttpResponseBase:
    """Everything begun in this browser and not yet done: one is gone on with at once, several are listed."""
    user = request.user if isinstance(request.user, User) else None
    acts = pending.open_acts(browser=walls.browser_key(request), user=user, now=database_now())
    if user is None:
        return walls.show(request, walls.wall("account", kept=Kept(), way_back=reverse("accounts:begun")))
    found = named(acts)
    if len(found) == 1:
        return redirect("accounts:resume", found[0][0].public_id)
    return render(request, "accounts/begun.html", {"begun": found, "zone": user.zone})


@never_cache
@require_safe
def resume(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """Back to the page of an act, now bound to this account; each reason why not is a page with the text."""
    act, browser, now = pending.find(str(act_id)), browsers.of(request), database_now()
    if not isinstance(request.user, User):
        return _resume_signed_out(request, act, str(act_id))
    try:
        act = pending.resume(act=act, user=request.user, browser=walls.browser_key(request), now=now)
    except pending.NotYours as refusal:
        if act and pending.belongs_to(act, browser=browser.digest, user=request.user):
            sentence = _(
                "Your browser’s cookie was changed or is too old, so we can’t put this back by ourselves. "
                "Here is what you wrote."
            )
            return _over(request, act, sentence, status=410)
        return _over(request, None, str(refusal), status=404)
    except pending.AlreadyDone as refusal:
        return _over(request, act, str(refusal), status=200)
    except pending.Expired as refusal:
        return _over(request, act, str(refusal), status=410)
    return redirect(return_paths.with_act(act.return_path, act.public_id))


def _resume_signed_out(request: HttpRequest, act: PendingAct | None, act_id: str) -> HttpResponse:
    """The wall again, with the text for the browser that began it."""
    mine = act is not None and pending.belongs_to(act, browser=browsers.of(request).digest, user=None)
    if act and mine and act.expires_at <= database_now():
        return _over(request, act, str(pending.Expired()), status=410)
    fields = pending.kept(act) if act and mine else Kept()
    kind = act.kind if act and mine else "begun"
    wall = walls.wall(kind, kept=fields, way_back=reverse("accounts:resume", args=[act_id]))
    return walls.show(request, wall, kept=fields if mine else None)


def _over(request: HttpRequest, act: PendingAct | None, sentence: str, *, status: int) -> HttpResponse:
    """Why an act can't be gone on with; its owner sees the text, to copy it."""
    held, back = [], ""
    if act is not None:
        held = walls.held(act_of(act.kind), pending.kept(act))
        back = act.return_path if return_paths.is_local(act.return_path) else ""
    context = {"sentence": sentence, "held": held, "back": back, "done": status == 200}
    return render(request, "accounts/act_over.html", context, status=status)


@never_cache
@require_POST
def discard(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """Throw away what was begun."""
    user = request.user if isinstance(request.user, User) else None
    try:
        act = pending.find(str(act_id))
        pending.throw_away(act=act, browser=browsers.of(request).digest, user=user)
    except pending.NotYours as refusal:
        return _over(request, None, str(refusal), status=404)
    if user is None:
        return redirect(act.return_path if act and return_paths.is_local(act.return_path) else "/")
    messages.success(request, _("Thrown away. Nothing was sent."))
    return redirect("accounts:account")


@never_cache
@require_safe
def code_link(request: HttpRequest, purpose: str) -> HttpResponseBase:
    """The link in a mail with a code: the page that takes it, filled in, in the browser that asked for it."""
    page, waiting = {
        "address": (
            "account_email_verification_sent",
            EMAIL_VERIFICATION_CODE_SESSION_KEY in request.session,
        ),
        "log-in": (
            "account_confirm_login_code",
            LoginStageController.enter(request, LoginStageKey.LOGIN_BY_CODE.value) is not None,
        ),
        "password": (
            "account_confirm_password_reset_code",
            password_reset_by_code.PASSWORD_RESET_VERIFICATION_SESSION_KEY in request.session,
        ),
    }[purpose]
    code = request.GET.get("code", "")[:64]
    if waiting:
        return redirect(f"{reverse(page)}?{urlencode({'code': code})}")
    return render(request, "accounts/code_elsewhere.html", {"code": code, "purpose": purpose})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, the only one we have: what was posted is shown again under a new token (DECISIONS 11).

    A post that came from another site is never shown again: one click would then send a stranger's words.
    """
    context = {"fields": [], "shown": [], "files": [], "path": posting_again.page(request)}
    if posting_again.is_own(request, reason) and not posting_again.opens_account(request):
        context |= posting_again.fields(request)
    response = render(request, "accounts/post_again.html", context, status=403)
    response["Cache-Control"] = "private, no-store"
    return response


def too_often(request: HttpRequest) -> HttpResponse:
    """429: a limit that frees itself within a minute."""
    response = render(request, "429.html", {"minutes": 1}, status=429)
    response["Retry-After"] = "60"
    response["Cache-Control"] = "private, no-store"
    return response
