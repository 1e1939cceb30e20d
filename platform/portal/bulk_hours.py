"""Hours of synthetic specialists, and the half hours that follow from them by the real rules.

Working the rules out once for each of a hundred thousand people would take minutes. So there are a hundred and
fifty weeks, and the half hours of a week in a zone are computed once and written for everybody
who keeps that week there.
"""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from functools import cache

from consultations.availability import Rules, Window, openings

WEEKS = 150
NOTICE, HORIZON, BUFFER = timedelta(hours=15), timedelta(days=28), timedelta(minutes=5)  # a schedule's defaults
# How often people give half hours at each hour of their day: evenings most, nobody in the small hours.
BEGINNINGS = {7: 1, 8: 2, 9: 4, 10: 4, 12: 2, 14: 3, 16: 4, 17: 6, 18: 8, 19: 6, 20: 4, 21: 2, 22: 1}
# An hour, one and a half, two: two, three or four half hours.
LENGTHS = (60, 60, 90, 120)
DAYS_A_WEEK = (1, 1, 2, 2, 2, 3)

Week = tuple[tuple[int, time, time], ...]


def weeks(dice: random.Random) -> list[Week]:
    """The weeks people keep: (weekday, from, to) on one to three days, five half hours a week on average."""
    return [_week(dice) for _ in range(WEEKS)]


def _week(dice: random.Random) -> Week:
    # Weekends are rarer than the days between them.
    days = sorted(set(dice.choices(range(7), (4, 4, 4, 4, 3, 2, 1), k=dice.choice(DAYS_A_WEEK))))
    found = []
    for day in days:
        begins = dice.choices(list(BEGINNINGS), list(BEGINNINGS.values()))[0] * 60 + dice.choice((0, 0, 30))
        ends = begins + dice.choice(LENGTHS)
        found.append((day, time(begins // 60, begins % 60), time(ends // 60 % 24, ends % 60)))
    return tuple(found)


@cache
def starts(week: Week, zone: str, now: datetime) -> tuple[datetime, ...]:
    """The half hours of that week in that zone for the coming 28 days, as the site itself would compute them."""
    windows = tuple(Window(*each) for each in week)
    rules = Rules(zone=zone, windows=windows, exceptions=(), notice=NOTICE, horizon=HORIZON, buffer=BUFFER)
    return tuple(openings(rules=rules, busy=(), now=now))
