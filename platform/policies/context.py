"""The numbers every page shows: emergency, and somebody to listen, for the site's country."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from policies.models import Helpline

KEPT_SECONDS = 300


def strip(request: HttpRequest) -> dict[str, Any]:
    """`strip.emergency` and `strip.listening`, each with `name`, `number`, `tel`; None where there is none."""
    key = f"policies:strip:{settings.SITE_COUNTRY}"
    found = cache.get(key)
    if found is None:
        lines = list(Helpline.objects.filter(country=settings.SITE_COUNTRY).in_order())
        found = {
            "emergency": _line(next((each for each in lines if each.is_emergency), None)),
            "listening": _line(next((each for each in lines if not each.is_emergency), None)),
        }
        cache.set(key, found, KEPT_SECONDS)
    return {"strip": found}


def _line(helpline: Helpline | None) -> dict[str, str] | None:
    if helpline is None:
        return None
    return {"name": helpline.name, "number": helpline.number, "tel": helpline.tel}
