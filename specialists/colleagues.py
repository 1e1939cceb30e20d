"""Who else might suit: specialists who work with the same concerns and are free soonest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When

from accounts.models import User
from specialists.models import ExcludedMember, Specialist


def free_soonest(
    *,
    like: Specialist,
    member: User | None,
    now: datetime,
    n: int = 3,
    languages: Iterable[str] = (),
    leave_out: Iterable[int] = (),
) -> list[Specialist]:
    """Up to `n` colleagues of `like` with an open half hour: sharing a concern and a language first, then the soonest.

    `languages` are those the member can talk in (the colleague's own when empty). Whoever does not wish to meet
    `member` is left out, and so is `member`.
    """
    spoken = list(languages) or like.languages
    rows = Specialist.objects.bookable().filter(next_free__gt=now).exclude(pk__in=[like.pk, *leave_out])
    if member is not None:
        excluded = ExcludedMember.objects.filter(specialist=OuterRef("pk"), member=member)
        rows = rows.exclude(user=member).exclude(Exists(excluded))
    topics = list(like.topics.values_list("pk", flat=True))
    speaks = Case(When(languages__overlap=spoken, then=Value(0)), default=Value(1), output_field=IntegerField())
    shared = Count("topics", filter=Q(topics__in=topics), distinct=True)
    rows = rows.annotate(speaks=speaks, shared=shared)
    apart = Case(When(shared__gt=0, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(rows.annotate(apart=apart).order_by("speaks", "apart", "next_free", "pk")[:n])
