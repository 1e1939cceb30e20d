"""A real Chromium before the real site: what it opens, and every fault it met on the way."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from accounts.models import User

INSTALL = "No Chromium was found. Install it (on Debian: apt install chromium) or name one in CHROMIUM."
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# A camera that draws and a microphone that beeps, allowed without asking wherever our own headers allow it.
MADE_UP_MEDIA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PHONE = {"width": 390, "height": 844}
# Nothing here is slow; on two busy cores a page may take its time all the same.
PATIENCE_MS = 15_000
SERIOUS = {"serious", "critical"}
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CHROMIUM names. Fails without one: a journey not walked proves nothing."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise RuntimeError(INSTALL)
    # Playwright keeps an event loop running in this thread, and Django refuses its database calls beside one;
    # ours never run inside it, so there is nothing to guard against.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *MADE_UP_MEDIA])
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visit:
    """One browser window with cookies of its own. What goes wrong in it is collected in `faults`."""

    def __init__(self, browser: Browser, origin: str, **options: Any) -> None:
        self.origin = origin
        self.faults: list[str] = []
        self.pardoned: list[str] = []
        options = {"viewport": PHONE, "locale": "en-GB", "timezone_id": "Europe/Lisbon"} | options
        self.context: BrowserContext = browser.new_context(base_url=origin, **options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        self.context.on("request", self._asked)
        self.context.on("requestfailed", self._failed)
        self.page: Page = self.context.new_page()

    def pardon(self, pattern: str) -> None:
        """A fault that the test brings about on purpose, such as an answer of 409."""
        self.pardoned.append(pattern)

    def unpardoned(self) -> list[str]:
        return [fault for fault in self.faults if not any(re.search(each, fault) for each in self.pardoned)]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.faults.append(f"third party: {request.url}")

    def _failed(self, request: Request) -> None:
        # A page that is left, or a file offered for download, ends its own requests.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.method} {request.url} {request.failure}")

    def log_in(self, session_key: str) -> None:
        """Carry on with a session that `session_of` opened."""
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_key, "url": self.origin}])

    def axe(self) -> list[str]:
        """What axe-core calls serious or critical on this page, each with the first element it means.

        What the checker itself does to the page (our policy refuses its inline styles) is none of our faults.
        """
        met = len(self.faults)
        found = Axe().run(self.page, options=AXE_OPTIONS).response["violations"]
        del self.faults[met:]
        return [
            f"axe {each['id']}: {each['help']} at {each['nodes'][0]['target']} ({len(each['nodes'])})"
            for each in found
            if each["impact"] in SERIOUS
        ]

    def close(self) -> None:
        self.context.close()


def session_of(user: User) -> str:
    """The key of a session of this person, as a log-in would have left it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
