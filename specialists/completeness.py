"""What a profile still lacks before our team can look at it, in words the specialist can act on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from specialists.models import Licence, LicenceState, Specialist


@dataclass(frozen=True)
class Missing:
    """One thing to fill in: the field of the editor it belongs to, and a sentence."""

    field: str
    sentence: str


NEEDED: tuple[tuple[str, Promise], ...] = (
    ("name", gettext_lazy("Write your name as it is on your licence.")),
    ("title", gettext_lazy("Say what you are, in everyday words.")),
    ("headline", gettext_lazy("Write the one line people see first.")),
    ("about_who", gettext_lazy("Say who comes to you.")),
    ("about_half_hour", gettext_lazy("Say what happens in the half hour.")),
    ("languages", gettext_lazy("Name the languages you work in.")),
    ("formats", gettext_lazy("Choose how you talk with people.")),
    ("country", gettext_lazy("Say which country you work from.")),
)


def licence_of(specialist: Specialist) -> Licence | None:
    """The licence the page stands on: the newest one given."""
    return max(specialist.licences.all(), key=lambda each: each.pk, default=None)


def missing(specialist: Specialist, now: datetime) -> list[Missing]:
    """What has to be done before the page can be sent to our team; empty when it is whole."""
    gaps = [Missing(name, str(sentence)) for name, sentence in NEEDED if not getattr(specialist, name)]
    if not specialist.topics.all():
        gaps.append(Missing("topics", _("Choose what people come to you about.")))
    if fault := licence_fault(licence_of(specialist), now):
        gaps.append(Missing("licence_number", fault))
    return gaps


def licence_fault(licence: Licence | None, now: datetime) -> str:
    """Why a page cannot stand on this licence, or nothing."""
    if licence is None:
        return _("Name the body that licensed you and your number there.")
    if licence.valid_until and licence.valid_until < now.date():
        return _("Your licence has passed its last day. Enter the date it was renewed to.")
    if licence.state == LicenceState.REFUSED:
        return _("Our team could not accept this licence. Correct it or enter another one.")
    return ""


def steps(specialist: Specialist, now: datetime) -> tuple[int, int]:
    """(done, of all) for the line that says how far along a profile is."""
    total = len(NEEDED) + 2
    return total - len(missing(specialist, now)), total
