"""Whole days on which nothing is offered: absences, and public holidays of a country or its region.

Holidays come from the `holidays` library, which is kept up month by month; names are for the specialist's own page.
A holiday gives way to hours that the specialist opened on that very date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays

from consultations.models import Schedule


@lru_cache(maxsize=512)
def public_holidays(country: str, region: str, year: int) -> dict[date, str]:
    """The public holidays of a year with their names; none for a country or region the library doesn't know."""
    regions = holidays.list_supported_countries().get(country)
    if regions is None or (region and region not in regions):
        return {}
    found = holidays.country_holidays(country, subdiv=region or None, years=year, expand=False)
    return dict(sorted(found.items()))


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
