"""What `make bench` measures: (name, path, e-mail of who is logged in or None)."""

from __future__ import annotations

PAGES: list[tuple[str, str, str | None]] = [
    ("health", "/healthz", None),
    ("home", "/", None),
    ("article list", "/articles/", None),
    ("directory", "/specialists/", None),
    ("question list", "/questions/", None),
]

# Rows of each kind that `load_bulk` adds before the pages are measured.
BULK = {"specialists": 2000, "articles": 2000, "questions": 2000, "members": 500}
