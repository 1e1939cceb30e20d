"""Fixtures of everything that needs a browser; the conftest files of browser/ and journeys/ take them from here."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.driving import Visit, chromium, session_of
from tests.first_data import bring_first_data


@pytest.fixture(scope="package")
def browser(server: LiveServer) -> Iterator[Browser]:
    """Closed before the server, whose threads last as long as the connections that browsers keep open."""
    with chromium() as started:
        yield started
        # Beside Playwright's loop this thread has connections of its own, which nobody else would close.
        connections.close_all()


@pytest.fixture(scope="package")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """The site on a free loopback port, with its static files, as threads of this process."""
    started = LiveServer("127.0.0.1")
    started._live_server_modified_settings.enable()
    yield started
    started.stop()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)
    started._live_server_modified_settings.disable()


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """What `load_demo` writes, once for all tests that only read; gives a session of each account by address.

    Sessions are opened here because a test of its own transaction keeps what it writes from the server.
    """
    with django_db_blocker.unblock():
        bring_first_data()
        call_command("load_demo", verbosity=0, stdout=io.StringIO())
        yield {user.email: session_of(user) for user in User.objects.filter(email__endswith="@example.org")}
        call_command("flush", interactive=False, verbosity=0)
        bring_first_data()


@pytest.fixture
def site(server: LiveServer, settings: Any) -> str:
    """Its address, which its mails name too."""
    settings.SITE_URL = server.url
    return str(server.url)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Visit]]:
    """Opens windows; the test fails when one of them met a fault that it did not pardon."""
    opened: list[Visit] = []

    def open_window(**options: Any) -> Visit:
        opened.append(Visit(browser, site, **options))
        return opened[-1]

    yield open_window
    faults = [fault for each in opened for fault in each.unpardoned()]
    for each in opened:
        each.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    """One phone-sized window with scripts."""
    return visit().page
