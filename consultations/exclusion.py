"""Whom a specialist does not wish to meet: no reason is asked, and the member is never told (BOOKING 36)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import trail
from consultations import refusals
from consultations.locking import lock
from consultations.models import Consultation
from specialists.models import ExcludedMember, Specialist


@transaction.atomic
def exclude(*, specialist: Specialist, member: User, actor: User, now: datetime) -> None:
    """No half hours for this member any more; a second time changes nothing.

    What the two have agreed is settled first. Raises NotYours, ResolveFirst.
    """
    locked, people = lock(specialist.pk, member.pk)
    if locked.user_id != actor.pk or member.pk == actor.pk:
        raise refusals.NotYours
    if Consultation.objects.upcoming(now).filter(specialist=locked, client=member).exists():
        raise refusals.ResolveFirst(people[member.pk].get_short_name())
    _row, made = ExcludedMember.objects.get_or_create(specialist=locked, member=member, defaults={"since": now})
    if made:
        _record("member excluded", locked, actor, now)


@transaction.atomic
def admit(*, specialist: Specialist, member: User, actor: User, now: datetime) -> None:
    """This member may book again; a second time changes nothing. Raises NotYours."""
    locked, _people = lock(specialist.pk, member.pk)
    if locked.user_id != actor.pk:
        raise refusals.NotYours
    if ExcludedMember.objects.filter(specialist=locked, member=member).delete()[0]:
        _record("member admitted", locked, actor, now)


def _record(verb: str, specialist: Specialist, actor: User, now: datetime) -> None:
    trail.record(verb=verb, subject_kind="specialist", subject_id=specialist.pk, actor_id=actor.pk, now=now)
