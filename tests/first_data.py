"""The vocabulary and the helplines, as migrations bring them to a fresh site."""

from __future__ import annotations

import importlib

from django.apps import apps

FIRST_DATA = ("topics.migrations.0002_vocabulary", "policies.migrations.0002_helplines")


def bring_first_data() -> None:
    """The vocabulary and the helplines of a fresh site: a test that empties all tables takes them away."""
    for name in FIRST_DATA:
        importlib.import_module(name).load(apps, None)
