"""Mails to specialists about their own profile: how each is read again just before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cases.models import Case
from notifications import kinds
from notifications.models import Notification
from specialists import completeness
from specialists.models import ProfileChange, Specialist, State

# Which states a mail still speaks the truth in; anything else makes it useless.
TRUE_IN = {
    "specialist_approved": (State.LIVE, State.PAUSED),
    "specialist_changes_asked": (State.CHANGES,),
    "specialist_lapsed": (State.CHANGES,),
    "specialist_licence_ends": (State.LIVE, State.PAUSED),
    "specialist_suspended": (State.SUSPENDED,),
    "specialist_change_decided": tuple(State),
}
TEMPLATES = {
    "specialist_approved": "emails/specialists/approved.html",
    "specialist_changes_asked": "emails/specialists/changes_asked.html",
    "specialist_lapsed": "emails/specialists/lapsed.html",
    "specialist_licence_ends": "emails/specialists/licence_ends.html",
    "specialist_suspended": "emails/specialists/suspended.html",
    "specialist_change_decided": "emails/specialists/change_decided.html",
}


def last_reason(specialist_id: int, case_kinds: Iterable[str]) -> str:
    """What a curator wrote with the latest decision."""
    cases = Case.objects.filter(kind__in=list(case_kinds), subject_id=specialist_id, decided_by__isnull=False)
    return cases.order_by("-decided_at", "-id").values_list("reason", flat=True).first() or ""


def read(notification: Notification, now: datetime) -> kinds.Telling | kinds.Skip:
    """The profile as it is now; Skip when the mail would no longer be true."""
    rows = Specialist.objects.select_for_update(no_key=True)
    specialist = rows.filter(pk=notification.subject_id or 0).first()
    if specialist is None or specialist.state not in TRUE_IN[notification.kind]:
        return kinds.Skip("profile changed")
    change = notification.kind == "specialist_change_decided"
    latest = ProfileChange.objects.filter(specialist=specialist, accepted__isnull=False) if change else None
    accepted = latest.order_by("-decided_at").values_list("accepted", flat=True).first() if latest else None
    asked_about = ["profile_change"] if change else ["licence"]
    context = {
        "specialist": specialist,
        "reason": last_reason(specialist.pk, asked_about),
        "accepted": accepted,
        "licence": completeness.licence_of(specialist),
    }
    live = notification.kind == "specialist_approved"
    path = f"/specialists/{specialist.slug}/" if live else "/practice/"
    return kinds.Telling(context=context, path=path)


def register() -> None:
    """Put every kind on the list of notifications."""
    for code, template in TEMPLATES.items():
        kinds.add_kind(kinds.Kind(code=code, template=template, read=read))
