"""Specialists: their page, the licence behind it, and the rows of free half hours that lists are made of."""

from specialists.models.licences import Licence, LicenceQuerySet, LicenceState, ProfileChange
from specialists.models.listing import Listing
from specialists.models.people import PUBLIC_STATES, Format, Specialist, SpecialistQuerySet, State
from specialists.models.times import ExcludedMember, Opening, OpeningQuerySet

__all__ = [
    "PUBLIC_STATES",
    "ExcludedMember",
    "Format",
    "Licence",
    "LicenceQuerySet",
    "LicenceState",
    "Listing",
    "Opening",
    "OpeningQuerySet",
    "ProfileChange",
    "Specialist",
    "SpecialistQuerySet",
    "State",
]
