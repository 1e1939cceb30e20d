"""Who is locked before anything about a half hour changes, and what happens when the database can't say in time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q

from accounts.models import User
from consultations import refusals
from consultations.models import Consultation
from specialists.models import Specialist

DEADLOCK, LOCK_TIMEOUT = "40P01", "55P03"
# Each try waits 3 seconds at most; a crowd at one specialist is served one after the other.
ATTEMPTS = 4

Known = ParamSpec("Known")
Done = TypeVar("Done")


def patient(rule: Callable[Known, Done]) -> Callable[Known, Done]:
    """Run a rule in one transaction, again when the database gave it up in a crowd.

    Raises Busy when it stays so: nothing was written then, and trying again is safe (BOOKING 43). Raises
    SlotTaken when the constraint has the last word over somebody's time.
    """

    @wraps(rule)
    def tried(*args: Known.args, **kwargs: Known.kwargs) -> Done:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return rule(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") not in {DEADLOCK, LOCK_TIMEOUT}:
                    raise
                if attempt == ATTEMPTS:
                    raise refusals.Busy from error
            except IntegrityError as error:
                if "nobody_is_in_two_places" not in str(error):
                    raise
                raise refusals.SlotTaken from error
        raise refusals.Busy

    return tried


def lock_specialist(specialist_id: int) -> Specialist:
    """The specialist's row, which is locked before any person's; waits 3 seconds at most."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
    return Specialist.objects.select_for_update(no_key=True).get(pk=specialist_id)


def lock(specialist_id: int, *user_ids: int) -> tuple[Specialist, dict[int, User]]:
    """The specialist first, then the people, each in id order (DECISIONS 16); waits 3 seconds at most.

    Where one of the people is a specialist too, that row is locked with the first: their own half hours change as
    well, and two who book each other at the same moment must not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
    either = Q(pk=specialist_id) | Q(user__in=user_ids)
    locked = Specialist.objects.select_for_update(no_key=True).filter(either).order_by("pk")
    specialist = {each.pk: each for each in locked}[specialist_id]
    wanted = {*user_ids, specialist.user_id} - {None}
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    people = {each.pk: each for each in rows}
    if specialist.user_id is not None:
        specialist.user = people[specialist.user_id]
    return specialist, people


def lock_with_people(consultation: Consultation) -> tuple[Consultation, Specialist, dict[int, User]]:
    """A booking as it is now, locked after its specialist and its two people."""
    specialist, people = lock(consultation.specialist_id, consultation.client_id)
    locked = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
    locked.specialist, locked.client = specialist, people[locked.client_id]
    return locked, specialist, people


def check_side(consultation: Consultation, actor: User) -> None:
    """Raises NotYours for anybody but the two who meet; needs `specialist` at hand."""
    if actor.pk not in {consultation.client_id, consultation.specialist.user_id}:
        raise refusals.NotYours
