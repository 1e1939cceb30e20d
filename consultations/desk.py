"""What curators look after: people whose half hours were called off because a specialist left the site's care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from cases import queue
from consultations.models import Consultation, State
from consultations.situation import CASE
from specialists.models import Specialist

SHOWN = 50


@dataclass(frozen=True)
class Subject:
    """A specialist, and the half hours that the site called off: when, and what each person is called."""

    specialist: Specialist
    called_off: list[Consultation]


def load(ids: list[int]) -> dict[int, Subject]:
    """By specialist, newest first, in two queries."""
    found = Specialist.objects.in_bulk(ids)
    off: dict[int, list[Consultation]] = {pk: [] for pk in found}
    rows = Consultation.objects.filter(specialist__in=found, state=State.CANCELLED, cancelled_by=None)
    for each in rows.select_related("client").defer("note", "cancel_reason").order_by("-cancelled_at", "start"):
        off[each.specialist_id].append(each)
    return {pk: Subject(each, off[pk][:SHOWN]) for pk, each in found.items()}


def looked_after(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """A curator has seen to the people concerned; the trail says who."""
    trail.record(
        verb="called off looked after", subject_kind="specialist", subject_id=subject_id, actor_id=actor.pk, now=now
    )


def register() -> None:
    """Put the kind on the list of waiting work."""
    queue.add_kind(
        queue.Kind(
            code=CASE,
            label=_("Half hours called off"),
            template="consultations/case.html",
            load=load,
            title=lambda subject: subject.specialist.name,
            decisions=(queue.Decision("done", _("They are looked after"), looked_after, needs_reason=False),),
        )
    )
