"""What curators see and decide about profiles: the two kinds of case of this app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from cases import queue
from specialists import completeness, profiles, vetting
from specialists.models import Licence, ProfileChange, Specialist
from topics.models import Topic

LABELS = {
    "name": _("Name"),
    "title": _("Title"),
    "licence_body": _("Licensing body"),
    "licence_number": _("Number"),
    "licence_country": _("Country of the licence"),
    "licence_valid_until": _("Valid until"),
}


@dataclass(frozen=True)
class Subject:
    """A profile as the desk shows it: the row, its licence, and what would change (label, old, new)."""

    specialist: Specialist
    licence: Licence | None
    rows: tuple[tuple[Any, str, str], ...] = ()


def _found(ids: list[int]) -> list[Specialist]:
    named = Prefetch("topics", Topic.objects.named())
    return list(Specialist.objects.filter(pk__in=ids).select_related("user").prefetch_related("licences", named))


def load(ids: list[int]) -> dict[int, Subject]:
    """Profiles sent in, by id, in a fixed number of queries."""
    return {each.pk: Subject(each, completeness.licence_of(each)) for each in _found(ids)}


def load_changes(ids: list[int]) -> dict[int, Subject]:
    """Profiles with the change that waits."""
    asked = {
        change.specialist_id: change.fields
        for change in ProfileChange.objects.filter(specialist__in=ids, decided_at=None)
    }
    return {
        each.pk: Subject(each, completeness.licence_of(each), _compared(each, asked.get(each.pk, {})))
        for each in _found(ids)
    }


def _compared(specialist: Specialist, fields: dict[str, str]) -> tuple[tuple[Any, str, str], ...]:
    standing = profiles.reviewed_values(specialist)
    return tuple((LABELS[name], standing[name], value) for name, value in fields.items() if name in LABELS)


def _title(subject: Subject) -> str:
    return subject.specialist.name


LICENCE = queue.Kind(
    code=vetting.KIND,
    label=_("Profile and licence"),
    template="specialists/case.html",
    load=load,
    title=_title,
    decisions=(
        queue.Decision("approve", _("Licence checked, make it public"), vetting.approve),
        queue.Decision("changes", _("Ask for changes"), vetting.ask_for_changes, negative=True),
        queue.Decision("refuse", _("Licence not accepted"), vetting.refuse_licence, negative=True),
    ),
)
CHANGE = queue.Kind(
    code=profiles.KIND,
    label=_("Change to a name, title or licence"),
    template="specialists/change_case.html",
    load=load_changes,
    title=_title,
    decisions=(
        queue.Decision("accept", _("Accept the change"), profiles.accept_change, needs_reason=False),
        queue.Decision("decline", _("Keep it as it is"), profiles.decline_change, negative=True),
    ),
)
