"""Pages for machines."""

from __future__ import annotations

import pytest
from django.test import Client

from portal import readiness
from tests import factories

pytestmark = pytest.mark.django_db


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "failed": []}


def test_not_ready_says_what_failed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "cache_answers", lambda: False)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["failed"] == ["cache"]


def test_measures_are_for_staff_and_this_machine(client: Client) -> None:
    text = client.get("/metrics").content.decode()
    assert "halfhour_up 1" in text
    assert "halfhour_notifications_due 0" in text
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 404
    client.force_login(factories.make_user())
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    client.force_login(factories.make_curator())
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_robots_and_security_and_manifest(client: Client) -> None:
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /messages/" in robots
    assert "/sitemap.xml" in robots
    security = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:" in security
    assert "Expires: " in security
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["start_url"] == "/"


def test_the_sitemap_names_what_is_public_only(client: Client, settings) -> None:
    public = factories.make_specialist()
    hidden = factories.make_specialist(state="draft")
    page = client.get("/sitemap.xml", headers={"host": "testserver"}).content.decode()
    assert f"{settings.SITE_URL}/specialists/{public.slug}/" in page
    assert hidden.slug not in page
    assert f"{settings.SITE_URL}/topics/sleep/" in page


def test_the_icon_is_found_under_its_oldest_name(client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302 and answer["Location"].endswith("favicon.ico")
