"""Times in mails: plain words with no markup, so that both versions say the same: `{% load mail_times %}`."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext

from web import times

register = template.Library()


@register.filter
def day_in(instant: datetime, zone: str) -> str:
    """The day there: Tuesday 24 November."""
    return times.dated(times.local_date(instant, zone), "long")


@register.filter
def hour_in(instant: datetime, zone: str) -> str:
    """The wall clock there: 19:30."""
    return times.clock(instant, zone)


@register.filter
def when_in(instant: datetime, zone: str) -> str:
    """Day, time and zone: Tuesday 24 November, 19:30 (Lisbon)."""
    return gettext("%(day)s, %(time)s (%(place)s)") % {
        "day": day_in(instant, zone),
        "time": hour_in(instant, zone),
        "place": times.city(zone),
    }


@register.filter
def place_of(zone: str) -> str:
    """What a zone is called after: Lisbon."""
    return times.city(zone)
