"""What the page header needs to know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def header(request: HttpRequest) -> dict[str, Any]:
    """The site's name, and for somebody logged in their counts (read lazily by the header)."""
    from django.conf import settings

    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
