"""Where the two meet: what a specialist says about it, kept sealed, and read by whoever has a half hour with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from audit import trail
from consultations.models import Consultation, Schedule
from specialists.models import Format, Specialist

LINK_CHARS, WORDS_CHARS, ADDRESS_CHARS = 500, 300, 500
# A country code first, so that the number can be called from anywhere; 15 digits at most (ITU-T E.164).
NUMBER = re.compile(r"\+\d[\d ()./\-]{4,30}")
DIGITS_LEAST, DIGITS_MOST = 7, 15
# The "(0)" that some write for callers at home is not dialled after a country code.
TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")


class Refused(Exception):
    """Nothing is saved. `field` names what to change, the text says how."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Place:
    """What a specialist said about meeting; each part may be empty. Without a link, video is our own room."""

    link: str = ""
    phone: str = ""
    phone_words: str = ""
    address: str = ""

    @property
    def tel(self) -> str:
        """The number as a `tel:` address has it (RFC 3966): a plus sign and digits."""
        return "+" + re.sub(r"\D", "", TRUNK_ZERO.sub("", self.phone)) if self.phone else ""

    @property
    def host(self) -> str:
        """Whose service the link leads to, for people to read before they follow it."""
        return urlsplit(self.link).hostname or ""


def place_of(specialist: Specialist) -> Place:
    """What this specialist said; nothing at all from somebody without a schedule. `select_related` the schedule."""
    schedule = getattr(specialist, "schedule", None)
    if schedule is None:
        return Place()
    phone, _newline, phone_words = (schedule.phone or "").partition("\n")
    return Place(schedule.video_link or "", phone, phone_words, schedule.address or "")


def way(consultation: Consultation, place: Place) -> str:
    """How these two meet: `room`, `link`, `phone`, `address`, or `messages` where the specialist has not said."""
    if consultation.format == Format.VIDEO:
        return "link" if place.link else "room"
    if consultation.format == Format.PHONE:
        return "phone" if place.phone or place.phone_words else "messages"
    return "address" if place.address else "messages"


@transaction.atomic
def save(*, specialist: Specialist, place: Place, now: datetime) -> None:
    """Keep what a specialist says; half hours already booked are met there too. Raises Refused."""
    link, words = place.link.strip(), " ".join(place.phone_words.split())
    phone, address = place.phone.strip(), place.address.strip()
    _check_link(link)
    _check_phone(phone)
    _check_length("phone_words", words, WORDS_CHARS)
    _check_length("address", address, ADDRESS_CHARS)
    Specialist.objects.select_for_update(no_key=True).get(pk=specialist.pk)
    schedule, _made = Schedule.objects.get_or_create(specialist=specialist)
    schedule.video_link = link or None
    schedule.phone = f"{phone}\n{words}" if phone or words else None
    schedule.address = address or None
    schedule.save(update_fields=["video_link", "phone", "address"])
    pk, actor = specialist.pk, specialist.user_id
    trail.record(verb="meeting place changed", subject_kind="specialist", subject_id=pk, actor_id=actor, now=now)


def _check_link(link: str) -> None:
    """Only https, to a named host, and without a user name, which would show in everybody's address bar."""
    if not link:
        return
    _check_length("link", link, LINK_CHARS)
    try:
        URLValidator(schemes=["https"])(link)
        parts = urlsplit(link)
    except (ValidationError, ValueError):
        raise Refused("link", _("Copy the whole link. It begins with https://")) from None
    if "@" in parts.netloc or "." not in (parts.hostname or ""):
        raise Refused("link", _("Copy the link as you would send it to somebody, without a user name in it."))


def _check_phone(phone: str) -> None:
    digits = len(re.sub(r"\D", "", TRUNK_ZERO.sub("", phone)))
    if phone and not (NUMBER.fullmatch(phone) and DIGITS_LEAST <= digits <= DIGITS_MOST):
        raise Refused("phone", _("Begin the number with + and the country code, such as +351 21 000 0000."))


def _check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Refused(field, _("Use %(most)s characters at most.") % {"most": most})
