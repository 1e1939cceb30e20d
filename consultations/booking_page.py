"""What the page on which a half hour is booked needs to know, in two queries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Value, When
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

OWN_READ = 8


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


def offer(*, slug: str, start: datetime | None, reader: User | None, now: datetime) -> Offer | None:
    """None where there is no such public page. Whom the specialist excludes reads what everybody reads of a pause."""
    valid = Licence.objects.valid(now).filter(specialist=OuterRef("pk")).order_by("pk")
    place = Coalesce(NullIf("region", Value("")), "country")
    excluded = ExcludedMember.objects.filter(specialist=OuterRef("pk"), member=reader)
    rows = Specialist.objects.public().annotate(
        by_request=F("schedule__by_request"),
        licensed=ArraySubquery(valid.values_list(place)),
        barred=Exists(excluded) if reader else Value(False),
        listed=Exists(Opening.objects.listed(now).filter(specialist=OuterRef("pk"), start=start or now)),
    )
    found = rows.filter(slug=slug).first()
    if found is None:
        return None
    said = vars(found)
    return Offer(
        specialist=found,
        by_request=bool(said["by_request"]),
        bookable=found.is_bookable and not said["barred"],
        listed=said["listed"],
        licensed=tuple(said["licensed"]),
    )


def own(*, specialist: Specialist, start: datetime | None, reader: User | None) -> Own:
    """Those that hold time first, which are few; the rest only says where the person was last."""
    if reader is None:
        return Own()
    holding = Case(When(state__in=HOLDING, then=Value(0)), default=Value(1))
    rows = Consultation.objects.filter(client=reader).order_by(holding, "-booked_at")
    found = list(rows.values_list("public_id", "state", "specialist", "start", "location")[:OWN_READ])
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
