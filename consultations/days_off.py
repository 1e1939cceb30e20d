"""Whole days on which nothing is offered: absences, and public holidays of a country or its region.

Holidays come from the `holidays` library, which is kept up month by month; names are for the specialist's own page.
A holiday gives way to hours that the specialist opened on that very date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays
import pycountry
from django.utils.translation import get_language

from consultations.models import Schedule
from web.names import country_name

LONGEST_REGION = 10  # what the column of a schedule holds
# Plain "en" is British here, as dates are; whatever a country's own words are comes last.
ENGLISH = ("en_GB", "en_US")


def known_countries() -> list[tuple[str, str]]:
    """Countries whose public holidays are known: ISO 3166-1 codes with names in the language of the page, by name."""
    codes = (
        code for code in holidays.list_supported_countries() if len(code) == 2 and pycountry.countries.get(alpha_2=code)
    )
    return sorted(((code, country_name(code)) for code in codes), key=lambda each: each[1])


@lru_cache(maxsize=256)
def known_regions(country: str) -> list[tuple[str, str]]:
    """Parts of a country that have holidays of their own, with the names that are known of them, by name."""
    if not country or not knows(country):
        return []
    found = holidays.list_supported_countries().get(country, [])
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    named = []
    for code in (each for each in found if len(each) <= LONGEST_REGION):
        listed = pycountry.subdivisions.get(code=f"{country}-{code}")
        called = [*aliases.get(code, []), *([listed.name] if listed else []), code]
        named.append((code, called[0]))
    return sorted(named, key=lambda each: each[1])


def knows(country: str, region: str = "") -> bool:
    """Whether the library has public holidays of this place; of no place at all it has none, which is fine."""
    if not country:
        return not region
    regions = holidays.list_supported_countries().get(country) if len(country) == 2 else None
    return regions is not None and (not region or region in regions)


def public_holidays(country: str, region: str, year: int) -> dict[date, str]:
    """The public holidays of a year with their names; none for a country or region the library doesn't know."""
    return _named(country, region, year, get_language() or "en") if country and knows(country, region) else {}


@lru_cache(maxsize=512)
def _named(country: str, region: str, year: int, page: str) -> dict[date, str]:
    spoken = _language(holidays.country_holidays(country).supported_languages, page)
    found = holidays.country_holidays(country, subdiv=region or None, years=year, expand=False, language=spoken)
    return dict(sorted(found.items()))


def _language(supported: tuple[str, ...], page: str) -> str | None:
    """The page's language if the library has it for this country, else English, else the country's own."""
    wanted = page.replace("-", "_").casefold()
    same = [each for each in supported if each.casefold().split("_")[0] == wanted.split("_")[0]]
    exact = [each for each in same if each.casefold() == wanted]
    english = [each for each in ENGLISH if each in supported]
    if wanted.startswith("en") and not exact:
        same = english + same
    return next(iter([*exact, *same, *english]), None)


def holidays_between(schedule: Schedule, first: date, last: date) -> dict[date, str]:
    """Those that this schedule is closed on, from `first` to `last`."""
    if not schedule.holidays_country:
        return {}
    years = range(first.year, last.year + 1)
    named = (public_holidays(schedule.holidays_country, schedule.holidays_region, year) for year in years)
    return {day: name for year in named for day, name in year.items() if first <= day <= last}


def days_away(schedule: Schedule, first: date, last: date) -> Iterator[date]:
    """Each day of the absences that lies in the range."""
    for absence in schedule.absences.all():
        day, until = max(absence.first_day, first), min(absence.last_day, last)
        while day <= until:
            yield day
            day += timedelta(days=1)
