"""The pages that `make bench` measures: (name, path, e-mail of who is logged in or None).

`{start}` in a path is the first half hour of that specialist which the list of openings has.
"""

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
    ("soonest half hours", "/specialists/soonest/", None),
    ("soonest, narrowed", "/specialists/soonest/?topic=sleep&language=en&part=evening", None),
    ("site search", "/search/?q=sleep", None),
    ("booking page", "/consultations/book/amara-okonjo/?start={start}", "visitor@example.org"),
    ("my times", "/consultations/", "visitor@example.org"),
    ("inbox", "/messages/", "visitor@example.org"),
]

# Rows of each kind that `load_bulk` adds before the pages are measured.
BULK = {"specialists": 2000, "articles": 2000, "questions": 2000, "members": 500}
