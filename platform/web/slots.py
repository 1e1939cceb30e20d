"""Free half hours as links: what they show, what screen readers say, and where they lead.

A page may show hundreds of them. What follows from an instant and a zone alone is made once and kept, and the rest
is put together as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from urllib.parse import quote

from django.utils.html import escape
from django.utils.translation import get_language, gettext

from web import shapes, times

HIDDEN = '<span class="visually-hidden">'


@dataclass(frozen=True, slots=True)
class Reading:
    """What an instant reads in a zone: the date, the clock, and the instant as it is written on the wire.

    `plain` is all that a link shows which names its day to screen readers only and is not marked for scripts.
    """

    day: date
    clock: str
    iso: str
    quoted: str
    half: str
    plain: str


@lru_cache(maxsize=16_384)
def reading(start: datetime, zone: str, language: str) -> Reading:
    """The same on every page in a language."""
    iso, day = times.iso(start), times.local_date(start, zone)
    clock, half = times.clock(start, zone), shapes.half(times.turn(start, zone))
    full = escape(times.dated(day, "long"))
    plain = f'{half}{HIDDEN}{full}, </span><time datetime="{iso}">{clock}</time>{HIDDEN}'
    return Reading(day, clock, iso, quote(iso, safe=""), half, plain)


@dataclass(frozen=True)
class Look:
    """How the links of one list look.

    They lead to `base`, carrying `tz` along. `person` is told to screen readers. With `marked` a script may show
    each again in the device's own zone. `day` is a style of `times.day_name` for the day in front of the time;
    without it the day is told to screen readers only.
    """

    base: str
    zone: str
    person: str = ""
    tz: str = ""
    today: date | None = None
    marked: bool = False
    day: str = ""

    @cached_property
    def ends(self) -> tuple[str, str, str]:
        """What stands before the instant in every link, after it, and at the end."""
        named = escape(times.city(self.zone))
        place = gettext("%(place)s time") % {
            "place": f'<span data-local="zone">{named}</span>' if self.marked else named
        }
        person = f", {gettext('with %(name)s') % {'name': escape(self.person)}}" if self.person else ""
        tz = f"&amp;tz={quote(self.tz, safe='')}" if self.tz else ""
        return f'<a class="slot" href="{escape(self.base)}?start=', f'{tz}">', f", {place}{person}</span></a>"


def links(starts: Iterable[datetime], look: Look) -> list[str]:
    """Each half hour as HTML. Its name, read out, has the full date, the time, the zone and the person."""
    begin, middle, end = look.ends
    language = get_language() or "en"
    readings = (reading(start, look.zone, language) for start in starts)
    if look.day or look.marked:
        return [f"{begin}{at.quoted}{middle}{at.half}{_shown(at, look)}{end}" for at in readings]
    return [f"{begin}{at.quoted}{middle}{at.plain}{end}" for at in readings]


def _shown(at: Reading, look: Look) -> str:
    """What is seen, and the beginning of what is only read out."""
    full = escape(times.dated(at.day, "long"))
    mark = f' data-instant="{at.iso}"' if look.marked else ""
    time = f'<time datetime="{at.iso}"{_local("time", mark)}>{at.clock}</time>'
    dated = _local("day", mark, "date")
    if not look.day:
        return f'<span class="visually-hidden"{dated}>{full}, </span>{time}{HIDDEN}'
    near = escape(times.day_name(at.day, look.today, look.day))
    named = f"<span{dated}>{full}</span>" if mark else full
    return f"<small{_local('day', mark, look.day)}>{near}</small> {time}{HIDDEN}, {named}"


def _local(kind: str, mark: str, style: str = "") -> str:
    """The marks by which `local-times.js` knows what to show again, and how."""
    styled = f' data-style="{style}"' if style else ""
    return f' data-local="{kind}"{mark}{styled}' if mark else ""
