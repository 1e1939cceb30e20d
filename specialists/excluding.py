"""What a member reads whom a specialist does not wish to meet: what anybody reads in a pause (BOOKING 36).

Pages without a session are the same for everybody, so nothing is asked for visitors.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from specialists.models import ExcludedMember, Specialist


def barred(reader: User | AnonymousUser) -> frozenset[int]:
    """The ids of those who do not wish to meet this reader."""
    if not reader.is_authenticated:
        return frozenset()
    return frozenset(ExcludedMember.objects.filter(member=reader).values_list("specialist", flat=True))


def as_met_by(reader: User | AnonymousUser, specialists: Iterable[Specialist]) -> list[Specialist]:
    """The same people as this reader meets them: who excludes the reader takes nobody new. For showing only."""
    found = list(specialists)
    apart = barred(reader) if found else frozenset()
    for each in found:
        if each.pk in apart:
            each.accepting = False
    return found
