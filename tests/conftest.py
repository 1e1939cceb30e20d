"""What every test stands on: an empty cache, no kept pages, fast password hashing, mail in memory."""

from __future__ import annotations

import os

import hypothesis
import pytest
from django.core.cache import cache
from pytest_django.plugin import blocking_manager_key

from tests.first_data import bring_first_data

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


emptied = {"tables": False}


def empties_tables(item: pytest.Item) -> bool:
    """Whether a test's own commits are undone by emptying every table, what migrations brought among them."""
    marker = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or bool(marker and marker.kwargs.get("transaction"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Files come in any order where the suite runs on several cores: each finds the data of a fresh site."""
    if emptied["tables"] and not empties_tables(item) and item.get_closest_marker("django_db"):
        with item.config.stash[blocking_manager_key].unblock():
            bring_first_data()
        emptied["tables"] = False


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    emptied["tables"] = emptied["tables"] or empties_tables(item)
