"""Which browser began an act: a random key in a signed cookie; the database sees only its digest."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "halfhour-acts"
COOKIE_SECONDS = 24 * 3600
_signer = signing.TimestampSigner(salt="accounts.acts")


@dataclass(frozen=True)
class Browser:
    """`digest` stands in the rows.

    A cookie with a broken or old signature still proves who began an act, because the key itself is secret: such
    a person may copy their text, but nothing is resumed on it (`sound` is False).
    """

    key: str
    sound: bool

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest() if self.key else ""


def of(request: HttpRequest) -> Browser:
    """The browser of this request; without a cookie its key is empty."""
    if fresh := getattr(request, "fresh_browser", None):
        return fresh
    cookie = request.COOKIES.get(COOKIE, "")
    try:
        return Browser(_signer.unsign(cookie, max_age=COOKIE_SECONDS), sound=True)
    except signing.BadSignature:
        return Browser(cookie.split(":", 1)[0][:64], sound=False)


def known(request: HttpRequest) -> Browser:
    """The browser of this request, given a new key if it has no sound one; `remember` then hands it over."""
    browser = of(request)
    if not browser.sound:
        browser = Browser(secrets.token_urlsafe(32), sound=True)
    request.fresh_browser = browser  # type: ignore[attr-defined]
    return browser


def remember(response: HttpResponse, browser: Browser) -> None:
    """Put the key into the cookie for another 24 hours."""
    response.set_cookie(
        COOKIE,
        _signer.sign(browser.key),
        max_age=COOKIE_SECONDS,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def browser_key(request: HttpRequest) -> str:
    """The digest by which holds know this browser, or "" for one that has begun nothing."""
    browser = of(request)
    return browser.digest if browser.sound else ""
