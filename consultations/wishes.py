"""Reading what a request asks for: an instant, and the name of the form it comes from."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime


def parse_start(text: str) -> datetime | None:
    """A UTC ISO 8601 instant (`2026-11-30T09:30:00Z`); None for anything else, also a time without a zone."""
    try:
        at = datetime.fromisoformat(text.strip()[:40])
        # Years that no calendar of ours reaches would overflow where days are added or zones are read.
        return at.astimezone(UTC) if at.utcoffset() is not None and 2000 <= at.year <= 2200 else None
    except (ValueError, OverflowError):
        return None


def parse_nonce(text: str) -> uuid.UUID | None:
    """The UUID that names a form; None for anything else, which then goes without one."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None
