"""Rules of waiting work: open, claim, decide, withdraw; and the list of kinds that upper apps fill in ready().

A kind says how to show a subject and what may be decided about it; the decision itself is a rule of the app
that owns the subject, called here in the same transaction (DECISIONS 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import CLAIM_LASTS, Case

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from accounts.models import User

REASON_LIMIT = 2000


class Refused(Exception):
    """A decision that cannot be made now; the message says why, to be read by the curator."""


class Decide(Protocol):
    """The owning app's rule: does the deed or raises Refused."""

    def __call__(self, *, subject_id: int, actor: User, reason: str, now: datetime) -> None: ...


@dataclass(frozen=True)
class Decision:
    """One button on the desk: its code, its words, whether it needs a reason, and the rule it calls."""

    code: str
    label: str | _StrPromise
    rule: Decide
    needs_reason: bool = True
    negative: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of waiting work.

    `load` maps subject ids to what `template` shows, in a fixed number of queries; `title` names one of them.
    """

    code: str
    label: str | _StrPromise
    template: str
    load: Callable[[list[int]], Mapping[int, Any]]
    title: Callable[[Any], str]
    decisions: tuple[Decision, ...] = field(default=())


kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    """Called in `AppConfig.ready()` of the app that owns the subject."""
    kinds[kind.code] = kind


def open_case(*, kind: str, subject_id: int, now: datetime, at_risk: bool = False) -> Case:
    """The open case for this subject, made if there is none; risk is only ever raised."""
    case, made = Case.objects.get_or_create(
        kind=kind, subject_id=subject_id, decided_at=None, defaults={"opened_at": now, "at_risk": at_risk}
    )
    if not made and at_risk and not case.at_risk:
        Case.objects.filter(pk=case.pk).update(at_risk=True)
    return case


def withdraw(*, kind: str, subject_id: int, now: datetime, reason: str) -> None:
    """Close the open case because the subject no longer needs a decision (its owner withdrew it)."""
    Case.objects.open().filter(kind=kind, subject_id=subject_id).update(
        decided_at=now, decision="withdrawn", reason=reason
    )


def hold(*kinds: str, subject_id: int) -> None:
    """Lock the open cases of a subject, if there are any, until the transaction ends.

    For a rule that changes both: a decision locks the case and then the subject, so everybody does.
    """
    cases = Case.objects.open().filter(kind__in=kinds, subject_id=subject_id).order_by("pk")
    list(cases.select_for_update(no_key=True, of=("self",)))


def claim(*, case_id: int, curator: User, now: datetime) -> None:
    """Take a case so that two people don't work on it; a claim lapses after 30 minutes.

    One conditional update decides between machines. Raises Refused when somebody else holds it.
    """
    taken = (
        Case.objects.open()
        .filter(pk=case_id)
        .filter(Q(claimed_by=None) | Q(claimed_by=curator) | Q(claimed_at__lt=now - CLAIM_LASTS))
        .update(claimed_by=curator, claimed_at=now)
    )
    if not taken:
        raise Refused(_("A colleague is looking at this one, or has already decided it."))


@transaction.atomic
def decide(*, case_id: int, decision: str, reason: str, curator: User, now: datetime) -> Case:
    """Make one decision: the owning rule runs, the case closes, all or nothing. The rule writes the audit line.

    Raises Refused: no such decision, decided already, held by a colleague, reason missing or too long, or the
    rule itself refuses.
    """
    case = Case.objects.select_for_update(no_key=True, of=("self",)).filter(pk=case_id).first()
    if case is None or case.decided_at is not None:
        raise Refused(_("This one has been decided already."))
    holder, since = case.claimed_by_id, case.claimed_at
    if holder not in (None, curator.pk) and since is not None and since >= now - CLAIM_LASTS:
        raise Refused(_("A colleague is looking at this one. It comes free half an hour after they took it."))
    choice = next((each for each in kinds[case.kind].decisions if each.code == decision), None)
    if choice is None:
        raise Refused(_("Choose one of the decisions below."))
    reason = reason.strip()
    if choice.needs_reason and not reason:
        raise Refused(_("Write the reason in a sentence. The person it concerns can read it."))
    if len(reason) > REASON_LIMIT:
        raise Refused(_("Keep the reason under %(limit)d characters.") % {"limit": REASON_LIMIT})
    choice.rule(subject_id=case.subject_id, actor=curator, reason=reason, now=now)
    case.decided_by, case.decided_at, case.decision, case.reason = curator, now, decision, reason
    case.save(update_fields=["decided_by", "decided_at", "decision", "reason"])
    return case
