"""What the page on which a half hour is booked needs to know, in two queries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from accounts.models import User
from consultations import jurisdiction
from consultations.booking import CONSENT_VERSION
from consultations.forms import BookingForm
from consultations.models import HOLDING, Consultation
from specialists import openings
from specialists.models import ExcludedMember, Format, Licence, Opening, Specialist
from web import times
from web.prepared import Prepared

OWN_READ = 8
NOBODY = 0  # no account has this id


@dataclass(frozen=True)
class Offer:
    """One specialist's half hour as one reader meets it."""

    specialist: Specialist
    by_request: bool
    bookable: bool
    listed: bool
    licensed: tuple[str, ...]


@dataclass(frozen=True)
class Own:
    """What the reader has already: the booking of this very half hour, and where they said they would be last."""

    booked: uuid.UUID | None = None
    place: str = ""


# What the page shows of a specialist.
SHOWN = ("id", "slug", "state", "user_id", "name", "title", "city", "time_zone", "formats", "offers_free", "accepting")


def _ask_offer(slug: str, start: datetime, reader: int, now: datetime) -> QuerySet[Specialist, Any]:
    valid = Licence.objects.valid(now).filter(specialist=OuterRef("pk")).order_by("pk")
    place = Coalesce(NullIf("region", Value("")), "country")
    return (
        Specialist.objects.public()
        .filter(slug=slug)
        .values_list(
            "schedule__by_request",
            ArraySubquery(valid.values_list(place)),
            Exists(ExcludedMember.objects.filter(specialist=OuterRef("pk"), member=reader)),
            Exists(Opening.objects.listed(now).filter(specialist=OuterRef("pk"), start=start)),
            *SHOWN,
        )
    )


def _ask_own(reader: int) -> QuerySet[Consultation, Any]:
    """Those that hold time first, which are few; the rest only says where the person was last."""
    holding = Case(When(state__in=HOLDING, then=Value(0)), default=Value(1))
    rows = Consultation.objects.filter(client=reader).order_by(holding, "-booked_at")
    return rows.values_list("public_id", "state", "specialist", "start", "location")[:OWN_READ]


_offer = Prepared(_ask_offer, slug=str, start=datetime, reader=int, now=datetime)
_own = Prepared(_ask_own, reader=int)


def offer(*, slug: str, start: datetime | None, reader: User | None, now: datetime) -> Offer | None:
    """None where there is no such public page. Whom the specialist excludes reads what everybody reads of a pause."""
    found = _offer(slug=slug, start=start or now, reader=reader.pk if reader else NOBODY, now=now)
    if not found:
        return None
    by_request, licensed, barred, listed, *shown = found[0]
    specialist = Specialist(**dict(zip(SHOWN, shown, strict=True)))
    return Offer(
        specialist=specialist,
        by_request=bool(by_request),
        bookable=specialist.is_bookable and not barred,
        listed=listed,
        licensed=tuple(licensed),
    )


def own(*, specialist: Specialist, start: datetime | None, reader: User | None) -> Own:
    """The reader's own booking of this half hour, and their last place."""
    if reader is None:
        return Own()
    found = _own(reader=reader.pk)
    same = (
        public_id
        for public_id, state, of, at, _place in found
        if state in HOLDING and (of, at) == (specialist.pk, start)
    )
    return Own(booked=next(same, None), place=next((place for *_rest, place in found if place), ""))


def formats(specialist: Specialist) -> list[tuple[str, str, str]]:
    """Value, name and a line of what it means, for each way of talking that is offered."""
    said = {
        Format.VIDEO: _("In your browser, nothing to install. You can keep your camera off."),
        Format.PHONE: _("You see the number when it is time."),
        Format.IN_PERSON: _("In %(town)s. You see the address once it is agreed.") % {"town": specialist.city}
        if specialist.city
        else _("You see the address once it is agreed."),
    }
    return [(each.value, str(each.label), said[each]) for each in Format if each.value in specialist.formats]


def context(found: Offer, form: BookingForm, *, zone: str, now: datetime) -> dict[str, Any]:
    """What follows from the offer, and from what was filled in so far."""
    specialist, place = found.specialist, str(form["location"].value() or "")
    return {
        "specialist": specialist,
        "bookable": found.bookable,
        "by_request": found.by_request,
        "formats": formats(specialist),
        "chosen_format": form["format"].value(),
        "licensed": jurisdiction.licensed_words(specialist.first_name, found.licensed),
        # Before anybody said where they will be there is nothing to compare.
        "elsewhere": jurisdiction.note(specialist.first_name, found.licensed, place) if form.is_bound else "",
        "nonce": form["nonce"].value() or uuid.uuid4(),
        "consent_version": CONSENT_VERSION,
        "consent_since": date.fromisoformat(f"{CONSENT_VERSION}-01"),
        "zone_choices": times.zone_choices(now, zone, specialist.time_zone),
    }


def nearest(specialist: Specialist, now: datetime) -> list[datetime]:
    """The next free half hours, where a refusal knows none nearer."""
    return openings.next_for([specialist.pk], now).get(specialist.pk, [])
