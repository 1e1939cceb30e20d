"""What `make bench` measures: (name, path, e-mail of who is logged in or None)."""

from __future__ import annotations

PAGES: list[tuple[str, str, str | None]] = [
    ("health", "/healthz", None),
    ("home", "/", None),
    ("article list", "/articles/", None),
    ("directory", "/specialists/", None),
    ("question list", "/questions/", None),
    ("article", "/articles/why-worry-gets-louder-at-night/", None),
    ("profile", "/specialists/amara-okonjo/", None),
    ("openings of one", "/specialists/amara-okonjo/openings/", None),
    ("site search", "/search/?q=sleep", None),
    ("booking page", "/consultations/book/amara-okonjo/", "visitor@example.org"),
    ("my times", "/consultations/", "visitor@example.org"),
    ("inbox", "/messages/", "visitor@example.org"),
]

# Rows of each kind that `load_bulk` adds before the pages are measured.
BULK = {"specialists": 2000, "articles": 2000, "questions": 2000, "members": 500}
