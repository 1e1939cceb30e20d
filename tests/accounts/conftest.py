"""What the tests of walls and accounts share: the small walled pages, and journeys through log-in and sign-up."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests.factories import PASSWORD, make_user

TEXT = "Hello. I’ve been reading at an hour that proves your point."


@pytest.fixture(autouse=True)
def _walled_pages(settings: Any) -> None:
    from tests.accounts import walled_urls

    settings.ROOT_URLCONF = "tests.accounts.walled_urls"
    walled_urls.sent.clear()
    walled_urls.held.clear()


@pytest.fixture
def member(db: None) -> Any:
    return make_user(email="visitor@example.org", password=PASSWORD)


def begin(client: Client, body: str = TEXT, **fields: Any) -> str:
    """Posts the letter signed out; returns the way back that the wall names."""
    response = client.post("/letter/", {"body": body, **fields})
    assert response.status_code == 200
    return way_back(response)


def way_back(response: Any) -> str:
    found = re.search(r"next=([^\"&]+)", response.content.decode())
    assert found
    return found.group(1).replace("%2F", "/")


def log_in(client: Client, email: str = "visitor@example.org", **fields: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": PASSWORD, **fields})


def mailed_code() -> str:
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)
