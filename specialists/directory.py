"""The directory: who fits, in which order, and how many would fit with another choice.

The order is the one the site publishes: those with an open half hour first, and within each of the two groups
a draw made from the date, the same for everyone (`templates/portal/ordering.html`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import MD5, Cast, Concat

from specialists import openings, searching
from specialists.models import Opening, Specialist, State
from specialists.wanted import Range, Wanted, ranges
from topics.models import Topic
from web import local_time

PAGE = 20


@dataclass(frozen=True)
class Place:
    """Where a page of the list ends: the day of the draw, the group, and the lot drawn."""

    drawn_on: date
    group: int
    lot: str

    def token(self) -> str:
        """Opaque to readers of `after`."""
        text = f"{self.drawn_on.isoformat()}.{self.group}.{self.lot}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, token: str) -> Place | None:
        """The place of a token; None for anything that is not one of ours."""
        try:
            text = base64.urlsafe_b64decode(token[:200] + "=" * (-len(token[:200]) % 4)).decode("ascii")
            day, group, lot = text.split(".")
            if group not in {"0", "1"} or len(lot) != 32 or set(lot) - set("0123456789abcdef"):
                return None
            return cls(date.fromisoformat(day), int(group), lot)
        except (binascii.Error, ValueError):
            return None


@dataclass(frozen=True)
class Found:
    """One page of the directory, and what stands beside it."""

    rows: list[Specialist]
    starts: dict[int, list[datetime]]
    count: int
    after: str
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


def listed() -> QuerySet[Specialist]:
    """Who is in the directory at all: live pages. A paused page keeps its address but isn't listed."""
    return Specialist.objects.filter(state=State.LIVE)


def fitting(wanted: Wanted, *, zone: str, now: datetime, leave_out: str = "") -> QuerySet[Specialist]:
    """Those who fit, in no order. `leave_out` names one filter to ignore, for the numbers beside choices."""
    if leave_out:
        wanted = wanted.without(leave_out)
    rows = listed()
    if wanted.topics:
        rows = rows.filter(Exists(_through("topics", "topic", wanted.topics)))
    if wanted.approaches:
        rows = rows.filter(Exists(_through("approaches", "approach", wanted.approaches)))
    if wanted.languages:
        rows = rows.filter(languages__overlap=list(wanted.languages))
    if wanted.formats:
        rows = rows.filter(formats__overlap=list(wanted.formats))
    if wanted.free:
        rows = rows.filter(offers_free=True, accepting=True)
    if wanted.accepting:
        rows = rows.filter(accepting=True)
    if wanted.by_time:
        open_then = _open_in(ranges(wanted, zone=zone, now=now), now)
        rows = rows.filter(open_then, offers_free=True, accepting=True)
    return rows.filter(searching.matching(wanted.q)) if wanted.q else rows


def _through(relation: str, name: str, slugs: Iterable[str]) -> QuerySet:
    through = getattr(Specialist, relation).through
    return through.objects.filter(specialist=OuterRef("pk"), **{f"{name}__slug__in": list(slugs)})


def _open_in(spans: list[Range], now: datetime) -> Exists:
    inside = Q(pk__in=[])
    for since, until in spans:
        inside |= Q(start__gte=since, start__lt=until)
    return Exists(Opening.objects.listed(now).filter(inside, specialist=OuterRef("pk")))


def ordered(rows: QuerySet[Specialist], drawn_on: date) -> QuerySet[Specialist]:
    """Open half hours first, then the day's draw."""
    lot = MD5(Concat(Value(f"{drawn_on.isoformat()}:"), Cast("pk", CharField())))
    free = Q(next_free__isnull=False, offers_free=True, accepting=True)
    group = Case(When(free, then=0), default=1, output_field=IntegerField())
    return rows.annotate(group=group, lot=lot).order_by("group", "lot")


def find(wanted: Wanted, *, zone: str, now: datetime, size: int = PAGE) -> Found:
    """One page, with the next half hours of everyone on it; the same few queries however many rows."""
    fit = fitting(wanted, zone=zone, now=now)
    place = Place.read(wanted.after) if wanted.after else None
    drawn_on = place.drawn_on if place else local_time.local_day(now, settings.SITE_TIME_ZONE)
    rows = ordered(fit, drawn_on)
    if place:
        rows = rows.filter(Q(group__gt=place.group) | Q(group=place.group, lot__gt=place.lot))
    page = list(rows.prefetch_related(Prefetch("topics", Topic.objects.named()))[: size + 1])
    more, page = len(page) > size, page[:size]
    last = page[-1] if page else None
    spans = ranges(wanted, zone=zone, now=now) if wanted.by_time else []
    return Found(
        rows=page,
        starts=openings.next_for([row.pk for row in page if row.is_bookable], now, within=spans),
        count=fit.count(),
        after=Place(drawn_on, last.group, last.lot).token() if more and last else "",  # type: ignore[attr-defined]
        facets=facets(wanted, zone=zone, now=now),
    )


def facets(wanted: Wanted, *, zone: str, now: datetime) -> dict[str, dict[str, int]]:
    """How many fit for each choice of a filter, with every other filter kept."""

    def counted(name: str, values: F | Func) -> dict[str, int]:
        rows = fitting(wanted, zone=zone, now=now, leave_out=name)
        pairs = rows.annotate(value=values).values("value").annotate(n=Count("pk", distinct=True))
        return {row["value"]: row["n"] for row in pairs.order_by("-n", "value") if row["value"]}

    def unnested(name: str) -> Func:
        return Func(F(name), function="unnest", output_field=CharField())

    return {
        "topic": counted("topics", F("topics__slug")),
        "language": counted("languages", unnested("languages")),
        "format": counted("formats", unnested("formats")),
    }


def relaxed(wanted: Wanted, *, zone: str, now: datetime) -> list[tuple[str, int]]:
    """When nobody fits: which one filter to let go, and how many would fit then, the best first.

    At most one count for each filter, and only on an empty page.
    """
    counts = [(name, fitting(wanted, zone=zone, now=now, leave_out=name).count()) for name in wanted.active]
    return sorted(((name, n) for name, n in counts if n), key=lambda pair: -pair[1])
