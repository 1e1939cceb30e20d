"""Which zone a page shows times in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts import zones
from tests.factories import make_user


@pytest.mark.django_db
def test_the_address_says_then_the_member_then_the_site(settings) -> None:
    settings.SITE_TIME_ZONE = "Europe/Lisbon"
    member = make_user(time_zone="Asia/Tokyo")

    def seen(path: str, user: object, cookie: str) -> str:
        request = RequestFactory().get(path, headers={"Cookie": cookie})
        request.user = user  # type: ignore[assignment]
        return zones.viewer_zone(request)

    session = f"{settings.SESSION_COOKIE_NAME}=abc"
    assert seen("/?tz=America/Lima", member, session) == "America/Lima"
    assert seen("/?tz=Mars/Base", member, session) == "Asia/Tokyo"
    assert seen("/", member, session) == "Asia/Tokyo"
    assert seen("/", AnonymousUser(), "") == "Europe/Lisbon"
    assert zones.is_zone("Europe/Lisbon") and not zones.is_zone("../etc/passwd") and not zones.is_zone("")
