"""Where a licence was given and where the person will be: said calmly, and never a reason to refuse a booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from specialists.models import Specialist
from web.names import country_name


def licensed_in(specialist: Specialist, now: datetime) -> list[str]:
    """The places of the licences that are valid at `now`, as ISO 3166-1 or -2 codes."""
    return [each.region or each.country for each in specialist.licences.valid(now).order_by("pk")]


def covers(licensed: str, location: str) -> bool:
    """Whether a licence of this country or subdivision (ISO 3166-1 or -2) is known to reach a place.

    A country's licence reaches its subdivisions; one of a subdivision reaches only itself.
    """
    return licensed in {location, location.partition("-")[0]}


def place_name(code: str) -> str:
    """France; United States (CA) for a subdivision."""
    country, _dash, part = code.partition("-")
    return f"{country_name(country)} ({part})" if part else country_name(country)


def licensed_words(name: str, licensed: Sequence[str]) -> str:
    """Where this person's licences are from; empty when none is known."""
    if not licensed:
        return ""
    places = get_text_list([place_name(each) for each in dict.fromkeys(licensed)], _("and"))
    return _("%(name)s is licensed in %(places)s.") % {"name": name, "places": places}


def note(name: str, licensed: Sequence[str], location: str) -> str:
    """What to ask when no licence is known to reach the place; empty when one does, or nothing is known."""
    if not licensed or not location or any(covers(each, location) for each in licensed):
        return ""
    asked = _("For %(place)s, ask what that allows.") % {"place": place_name(location)}
    return f"{licensed_words(name, licensed)} {asked}"


def note_to_specialist(licensed: Sequence[str], location: str) -> str:
    """The same for the one whose licence it is."""
    if not licensed or not location or any(covers(each, location) for each in licensed):
        return ""
    said = _("They will be in %(place)s. Look what your licence allows there before you talk.")
    return said % {"place": place_name(location)}
