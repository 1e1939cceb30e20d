"""One specialist's free half hours as a person picks from them: a week by day, and the ways on from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import User
from specialists import cards, openings
from specialists.models import Specialist
from web import local_time, times
from web.prepared import Prepared
from web.templatetags.halfhour import page

WEEK = timedelta(days=7)
HALF_HOUR = timedelta(minutes=30)
KEPT_SECONDS = 300
# In the order of the model's fields, as `from_db` takes them.
NEEDED = ("id", "user_id", "slug", "state", "name", "time_zone", "offers_free", "accepting")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: `day` is the first to show, `tz` the zone if it names one."""

    day: date | None
    zone: str
    tz: str
    now: datetime
    device_zone: bool

    @property
    def today(self) -> date:
        return local_time.local_day(self.now, self.zone)

    @property
    def first(self) -> date:
        return max(self.day, self.today) if self.day else self.today

    @property
    def since(self) -> datetime:
        return local_time.day_range(self.first, self.zone)[0]


@dataclass(frozen=True)
class Window:
    """A week of free half hours by day.

    `empty` is the day that was asked for and has none; `next_free` the first day after a week without any; `later`
    and `earlier` are days to go on from.
    """

    days: list[tuple[date, list[datetime]]]
    empty: date | None = None
    next_free: date | None = None
    later: date | None = None
    earlier: date | None = None

    @property
    def starts(self) -> list[datetime]:
        return [start for _day, starts in self.days for start in starts]


def _public(slug: str) -> QuerySet[Specialist, Any]:
    return Specialist.objects.visible_to(None).filter(slug=slug).values_list(*NEEDED)


_ask_public = Prepared(_public, slug=str)


def seen_by(user: User | AnonymousUser, slug: str) -> Specialist | None:
    """Whom this viewer sees at this address, with what a picker needs of them. Most viewers are visitors."""
    if user.is_authenticated:
        return Specialist.objects.visible_to(user).only(*NEEDED).filter(slug=slug).first()
    return next((Specialist.from_db(DEFAULT_DB_ALIAS, NEEDED, row) for row in _ask_public(slug=slug)), None)


def read_day(text: str) -> date | None:
    """The day of `from=YYYY-MM-DD`; None for anything else, or a day outside any calendar we keep."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1971 < day.year < 9990 else None


def asked(request: HttpRequest, *, zone: str, now: datetime) -> Asked:
    """Read the address; what is not understood asks for nothing."""
    tz = zone if request.GET.get("tz") == zone else ""
    device_zone = not tz and settings.SESSION_COOKIE_NAME not in request.COOKIES
    return Asked(read_day(request.GET.get("from", "")), zone, tz, now, device_zone)


@dataclass(frozen=True)
class Times:
    """One specialist's half hours from the asked day on that can still be booked."""

    specialist: Specialist
    starts: list[datetime]

    def far(self, wish: Asked) -> bool:
        """Whether somebody who would like to talk soon finds nothing in the next seven days, or nothing at all."""
        if not self.starts:
            return self.specialist.is_bookable
        return wish.day is None and self.starts[0] > wish.now + WEEK


def times_of(specialist: Specialist, wish: Asked) -> Times:
    """One query; none for somebody who takes no bookings."""
    if not specialist.is_bookable:
        return Times(specialist, [])
    return Times(specialist, openings.week_after(specialist_id=specialist.pk, since=wish.since, now=wish.now))


def version(found: Times, wish: Asked) -> str:
    """Changes whenever the answer does, and only then.

    The rows of openings are the version of a schedule that people see: hours, bookings, absences and calendars
    write them in their own transactions, and a row drops out by itself as its notice runs out, which no counter
    would tell.
    """
    who = found.specialist
    said = (
        who.pk, who.state, who.is_bookable, who.name, who.time_zone,
        get_language(), wish.day, wish.today, wish.zone, wish.tz, wish.device_zone,
        found.far(wish), *(int(start.timestamp()) for start in found.starts),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def etag(seen: str, kind: str) -> str:
    """Of the answer in that version as html or json. Weak: it speaks of meaning, not of bytes (RFC 9110, 8.8.1)."""
    return f'W/"{seen}-{kind}"'


def html(found: Times, wish: Asked, seen: str) -> SafeString:
    """The picker drawn, or as it was drawn for an earlier reader who would see the same version."""
    key = f"picker:{seen}"
    kept = cache.get(key)
    if kept is None:
        kept = str(render_to_string("specialists/openings.html", context(found, wish)))
        cache.set(key, kept, KEPT_SECONDS)
    return SafeString(kept)


def window(starts: list[datetime], wish: Asked) -> Window:
    """A week of `starts`, which are those from the asked day on; without one, from the first day that has any."""
    days = local_time.by_day(starts, wish.zone)
    first = days[0][0] if wish.day is None and days else wish.first
    shown = [(day, found) for day, found in days if day < first + WEEK]
    beyond = days[len(shown)][0] if len(shown) < len(days) else None
    return Window(
        days=_filled(shown),
        empty=first if wish.day and not (shown and shown[0][0] == first) else None,
        next_free=None if shown else beyond,
        later=beyond if shown else None,
        earlier=max(wish.today, first - WEEK) if wish.day and first > wish.today else None,
    )


def _filled(found: list[tuple[date, list[datetime]]]) -> list[tuple[date, list[datetime]]]:
    """With the empty days in between, so that nobody wonders whether they were forgotten."""
    if not found:
        return []
    by_date = dict(found)
    length = (found[-1][0] - found[0][0]).days + 1
    return [(day, by_date.get(day, [])) for day in (found[0][0] + timedelta(days=n) for n in range(length))]


def context(found: Times, wish: Asked) -> dict[str, Any]:
    """What `components/slot_picker.html` needs."""
    specialist, shown = found.specialist, window(found.starts, wish)
    here = page(f"/specialists/{specialist.slug}/")
    kept = [("from", wish.day.isoformat())] if wish.day else []

    def address(day: date | None) -> str:
        query = {"from": day.isoformat()} | ({"tz": wish.tz} if wish.tz else {}) if day else {}
        return f"{here}?{urlencode(query)}#times" if day else ""

    return {
        "specialist": specialist,
        "first_name": specialist.first_name,
        "days": shown.days,
        "empty_day": shown.empty,
        "next_day": shown.next_free,
        "next_url": address(shown.next_free),
        "later_url": address(shown.later),
        "earlier_url": address(shown.earlier),
        "book_url": cards.book_url(specialist),
        "picker_url": here,
        "fragment_url": f"{here}openings/{'?' + urlencode(kept) if kept else ''}",
        "message_url": page(f"/messages/new/{specialist.slug}/"),
        "line_url": page(f"/consultations/earlier/{specialist.slug}/") if found.far(wish) else "",
        "zone_choices": times.zone_choices(wish.now, wish.zone, specialist.time_zone),
        "kept": kept,
        "zone": wish.zone,
        "tz": wish.tz,
        "now": wish.now,
        "device_zone": wish.device_zone,
    }


def as_json(found: Times, wish: Asked) -> dict[str, Any]:
    """CONTRACT's openings: every instant in UTC, thirty minutes long; and the next free day after an empty week."""
    shown = window(found.starts, wish)
    return {
        "specialist": found.specialist.slug,
        "zone": wish.zone,
        "openings": [{"start": times.iso(start), "end": times.iso(start + HALF_HOUR)} for start in shown.starts],
        "next_free": shown.next_free.isoformat() if shown.next_free else None,
    }
