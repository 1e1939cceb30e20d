"""A specialist as a row of a list: facts, the next half hours, and why they are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from specialists.models import Format, Specialist
from specialists.wanted import Wanted
from topics.models import Topic
from web import times
from web.names import language_name, money
from web.templatetags.halfhour import page


@dataclass(frozen=True)
class Card:
    """What `components/specialist_row.html` shows."""

    name: str
    key: str
    url: str
    title: str
    words: str
    facts: list[str]
    why: str
    starts: list[datetime]
    book_url: str
    photo: str = ""
    notify_url: str = ""
    # The first of `starts` is said in words too; by the template, so that a script can show it in another zone.
    says_next: bool = False


def book_url(specialist: Specialist) -> str:
    return page(f"/consultations/book/{specialist.slug}/")


def formats(specialist: Specialist) -> str:
    """Video, phone."""
    names = [str(Format(code).label) for code in specialist.formats if code in Format.values]
    return ", ".join(name if nth == 0 else name.lower() for nth, name in enumerate(names))


def languages(specialist: Specialist) -> str:
    return ", ".join(language_name(code) for code in specialist.languages)


def fee(specialist: Specialist) -> str:
    """What a session costs: €70, €55 to €70. Empty when it isn't said."""
    if specialist.fee_minor is None:
        return ""
    amount = money(specialist.fee_minor, specialist.currency)
    if specialist.fee_max_minor and specialist.fee_max_minor > specialist.fee_minor:
        most = money(specialist.fee_max_minor, specialist.currency)
        return _("%(least)s to %(most)s") % {"least": amount, "most": most}
    return amount


def fee_afterwards(specialist: Specialist) -> str:
    """The fee as a fact that stands alone: €70 afterwards."""
    amount = fee(specialist)
    return _("%(amount)s afterwards") % {"amount": amount} if amount else ""


def when(start: datetime, zone: str, now: datetime) -> str:
    """Today 19:30, in the words of the lists."""
    day = times.day_name(times.local_date(start, zone), times.local_date(now, zone), "near")
    return f"{day} {times.clock(start, zone)}"


def fits(specialist: Specialist, wanted: Wanted, topics: Iterable[Topic]) -> str:
    """What was asked for and is true of them; `topics` are theirs."""
    parts = []
    if named := [topic.name for topic in topics if topic.slug in wanted.topics]:
        parts.append(_("Works with: %(topics)s.") % {"topics": ", ".join(named)})
    if spoken := [language_name(code) for code in specialist.languages if code in wanted.languages]:
        parts.append(_("Speaks %(languages)s.") % {"languages": ", ".join(spoken)})
    if how := [str(Format(code).label).lower() for code in specialist.formats if code in wanted.formats]:
        parts.append(_("Talks by %(formats)s.") % {"formats": ", ".join(how)})
    return " ".join(parts)


def why(specialist: Specialist, wanted: Wanted, starts: Sequence[datetime], *, zone: str, now: datetime) -> str:
    """Why this person is in the list: what was asked for and is true of them, and their next half hour."""
    parts = [fits(specialist, wanted, specialist.topics.all())]
    if starts:
        parts.append(_("Next free: %(when)s.") % {"when": when(starts[0], zone, now)})
    elif specialist.accepting:
        parts.append(_("Takes new people."))
    return " ".join(part for part in parts if part)


def card(specialist: Specialist, *, starts: list[datetime], wanted: Wanted | None = None) -> Card:
    """The row of one specialist."""
    facts = [languages(specialist), formats(specialist), fee_afterwards(specialist)]
    told = [fits(specialist, wanted or Wanted(), specialist.topics.all())]
    if not starts and specialist.accepting:
        told.append(_("Takes new people."))
    return Card(
        name=specialist.name,
        key=specialist.slug,
        url=page(f"/specialists/{specialist.slug}/"),
        title=specialist.title,
        words=specialist.headline,
        facts=[fact for fact in facts if fact],
        why=" ".join(part for part in told if part),
        starts=starts,
        book_url=book_url(specialist),
        says_next=bool(starts),
    )


def as_json(
    specialist: Specialist, *, starts: list[datetime], wanted: Wanted, zone: str, now: datetime
) -> dict[str, Any]:
    """One of CONTRACT's `results`."""
    return {
        "slug": specialist.slug,
        "name": specialist.name,
        "topics": [topic.slug for topic in specialist.topics.all()],
        "languages": specialist.languages,
        "formats": specialist.formats,
        "next_openings": [times.iso(start) for start in starts],
        "why": why(specialist, wanted, starts, zone=zone, now=now),
    }
