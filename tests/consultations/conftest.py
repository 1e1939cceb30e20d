"""Fixtures of several test files about half hours."""

from __future__ import annotations

import pytest

from consultations import busy_calendars, openings_sync
from tests.consultations.connected import NOW
from tests.factories import make_specialist


@pytest.fixture
def woken(monkeypatch) -> list[int]:
    """Calendars that a worker was asked to read."""
    asked: list[int] = []
    monkeypatch.setattr(busy_calendars, "wake", asked.append)
    return asked


@pytest.fixture
def with_openings(woken, db):
    made = make_specialist()
    openings_sync.refresh(specialist_id=made.pk, now=NOW)
    return made
