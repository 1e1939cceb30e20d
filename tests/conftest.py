"""What every test stands on: an empty cache, no kept pages, fast password hashing, mail in memory."""

from __future__ import annotations

import os

import hypothesis
import pytest
from django.core.cache import cache

# In CI the same tree always meets the same examples, so a run can be repeated; elsewhere each run tries new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _quiet_house(settings) -> None:
    """Each test begins with nothing kept from the one before."""
    settings.PAGE_CACHE_SECONDS = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
