"""A post whose token was too old (a log-in in another tab makes a new one) can be sent once more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE
from django.urls import reverse

from accounts import pending, return_paths

TOKEN = "csrfmiddlewaretoken"
TOKEN_REASONS = {REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE}


def is_own(request: HttpRequest, reason: str) -> bool:
    """Whether one of our own pages posted this: only its token was wrong.

    A wrong Origin or Referer is refused by Django before it looks at the token; `Sec-Fetch-Site` (W3C Fetch
    Metadata) says it once more.
    """
    by_token = reason in {REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE} or reason.startswith("CSRF token from")
    return by_token and request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


def opens_account(request: HttpRequest) -> bool:
    """Whether the post carries what opens an account: such fields are never shown again."""
    entrance = reverse("account_login").removesuffix("login/")
    secret = any(pending.UNKEPT.search(name) for name in request.POST if name not in {TOKEN, "act"})
    return secret or request.path.startswith(entrance)


def page(request: HttpRequest) -> str:
    """Where it was posted to."""
    path = request.get_full_path()
    return path if return_paths.is_local(path) else "/"


def fields(request: HttpRequest) -> dict[str, Any]:
    """All fields for hidden inputs, those that a person wrote to be shown, and the names of files."""
    pairs = [(name, value) for name, values in request.POST.lists() if name != TOKEN for value in values]
    shown = [
        (name.replace("_", " ").capitalize(), value)
        for name, value in pairs
        if value.strip() and name != "act" and not pending.as_id(value)
    ]
    files = [file.name for __, files in request.FILES.lists() for file in files]
    return {"fields": pairs, "shown": shown, "files": files}
