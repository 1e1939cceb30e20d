"""What a journey starts from: the site, a browser, a small world and a folder of mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.fixtures import browser, page, server, site, visit
from tests.first_data import bring_first_data
from tests.journeys.room_world import answered, half_hour, sides
from tests.journeys.world import Mail, World, make_world, zone_of_day

__all__ = ["answered", "browser", "half_hour", "page", "server", "sides", "site", "visit"]


@pytest.fixture
def mail(settings: Any, tmp_path: Path) -> Mail:
    """The site writes its mail into a folder, as it does in development."""
    settings.EMAIL_BACKEND = "notifications.mail_folder.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_FILE_PATH.mkdir()
    return Mail(settings.EMAIL_FILE_PATH)


@pytest.fixture
def zone(settings: Any) -> str:
    """Where everybody lives: a place where it is day."""
    settings.SITE_TIME_ZONE = zone_of_day()
    return settings.SITE_TIME_ZONE


@pytest.fixture
def world(transactional_db: None, zone: str) -> World:
    bring_first_data()
    return make_world()
