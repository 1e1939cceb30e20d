"""Helplines as the help page shows them: by country, in the order of the countries' names."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from policies.models import Helpline
from web import names


@dataclass
class Country:
    """One country: its ISO 3166-1 code, its name in the page's language, its numbers."""

    code: str
    name: str
    emergency: list[Helpline] = field(default_factory=list)
    lines: list[Helpline] = field(default_factory=list)


def by_country() -> list[Country]:
    """Every country we know a number in, with one query."""
    found: dict[str, Country] = {}
    for line in Helpline.objects.in_order():
        country = found.setdefault(line.country, Country(line.country, names.country_name(line.country)))
        (country.emergency if line.is_emergency else country.lines).append(line)
    return sorted(found.values(), key=lambda country: country.name)


def chosen(countries: list[Country], code: str) -> Country | None:
    """The country asked for, else the site's own, else none."""
    known = {country.code: country for country in countries}
    return known.get(code.strip().upper()) or known.get(settings.SITE_COUNTRY)
