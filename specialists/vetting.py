"""A profile's way to the public: sent in, looked at by a curator, live; and every way off the site again.

Only a licence that a curator checked and that has not passed its last day stands behind a public page.
Nobody decides about themselves. Refusals are `cases.queue.Refused`, so the desk and the specialist's own
pages show them alike.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import queue
from notifications import outbox
from specialists import changes, completeness
from specialists.models import PUBLIC_STATES, Licence, LicenceState, ProfileChange, Specialist, State

KIND = "licence"


class Refused(queue.Refused):
    """Something about a profile that cannot be done now; the message says why."""


class NotComplete(Refused):
    """The profile lacks something; `missing` says what."""

    def __init__(self, missing: list[completeness.Missing]) -> None:
        self.missing = missing
        super().__init__(" ".join(each.sentence for each in missing))


def locked(specialist_id: int) -> Specialist:
    """The row, held until the transaction ends with what waits about it. Raises Refused when there is none."""
    queue.hold(KIND, "profile_change", subject_id=specialist_id)
    found = Specialist.objects.select_for_update(no_key=True).filter(pk=specialist_id).first()
    if found is None:
        raise Refused(_("This profile isn't here any more."))
    return found


def tell(specialist: Specialist, kind: str, now: datetime) -> None:
    """A mail to the specialist about their own profile; unclaimed profiles have nobody to tell."""
    if specialist.user is not None:
        outbox.notify(
            kind=kind,
            subject_id=specialist.pk,
            recipient=specialist.user,
            occasion=now.isoformat(),
            due_at=now,
            now=now,
        )


def _record(specialist: Specialist, verb: str, actor: User | None, now: datetime) -> None:
    actor_id = actor.pk if actor else None
    trail.record(verb=verb, subject_kind="specialist", subject_id=specialist.pk, actor_id=actor_id, now=now)


def _own(specialist: Specialist, actor: User) -> None:
    if specialist.user_id != actor.pk:
        raise Refused(_("Only the person whose profile it is can do this."))


def _curator(specialist: Specialist, actor: User) -> None:
    if not actor.is_curator:
        raise Refused(_("Only our team can decide this."))
    if specialist.user_id == actor.pk:
        raise Refused(_("This is your own profile. A colleague has to decide about it."))


def _move(specialist: Specialist, state: State, **fields: datetime | None) -> None:
    specialist.state = state
    for name, value in fields.items():
        setattr(specialist, name, value)
    specialist.save(update_fields=["state", *fields])


@transaction.atomic
def submit(*, specialist: Specialist, actor: User, now: datetime) -> None:
    """Send a profile to our team. Raises NotComplete, or Refused when it is there or live already."""
    row = locked(specialist.pk)
    _own(row, actor)
    if row.state not in (State.DRAFT, State.CHANGES, State.WITHDRAWN):
        raise Refused(_("Your profile is with our team or on the site already."))
    if gaps := completeness.missing(row, now):
        raise NotComplete(gaps)
    _move(row, State.SUBMITTED, submitted_at=now)
    queue.open_case(kind=KIND, subject_id=row.pk, now=now)
    _record(row, "submitted", actor, now)


@transaction.atomic
def approve(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """Check the licence and put the page on the site; the reason says where the licence was looked up."""
    row = locked(subject_id)
    _curator(row, actor)
    if row.state != State.SUBMITTED:
        raise Refused(_("This profile isn't waiting for a decision."))
    verify_licence(specialist=row, actor=actor, now=now)
    _move(row, State.LIVE, live_since=row.live_since or now, confirmed_at=now)
    _record(row, "approved", actor, now)
    tell(row, "specialist_approved", now)
    changes.announce(specialist=row, change="resumed", now=now)


def verify_licence(*, specialist: Specialist, actor: User, now: datetime) -> Licence:
    """Write down that `actor` found the licence in order. Raises Refused for none, or a lapsed one."""
    _curator(specialist, actor)
    licence = completeness.licence_of(specialist)
    if licence is None:
        raise Refused(_("There is no licence to check."))
    if licence.valid_until and licence.valid_until < now.date():
        raise Refused(_("This licence has passed its last day. Ask for the renewed one."))
    licence.state, licence.checked_by, licence.checked_at = LicenceState.VERIFIED, actor, now
    licence.save(update_fields=["state", "checked_by", "checked_at"])
    trail.record(verb="verified", subject_kind="licence", subject_id=licence.pk, actor_id=actor.pk, now=now)
    return licence


@transaction.atomic
def ask_for_changes(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """Give the profile back with the reason; the specialist reads it on their overview and in a mail."""
    row = locked(subject_id)
    _curator(row, actor)
    if row.state != State.SUBMITTED:
        raise Refused(_("This profile isn't waiting for a decision."))
    _move(row, State.CHANGES)
    _record(row, "changes_asked", actor, now)
    tell(row, "specialist_changes_asked", now)


@transaction.atomic
def refuse_licence(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """The licence could not be confirmed: it is marked so, and the profile goes back."""
    row = locked(subject_id)
    licence = completeness.licence_of(row)
    if licence is not None:
        licence.state = LicenceState.REFUSED
        licence.save(update_fields=["state"])
    ask_for_changes(subject_id=subject_id, actor=actor, reason=reason, now=now)


def _close_waiting(row: Specialist, now: datetime, reason: str) -> None:
    """Nothing about this profile waits for a curator any more."""
    queue.withdraw(kind=KIND, subject_id=row.pk, now=now, reason=reason)
    queue.withdraw(kind="profile_change", subject_id=row.pk, now=now, reason=reason)
    ProfileChange.objects.filter(specialist=row, decided_at=None).update(decided_at=now, accepted=False)


@transaction.atomic
def suspend(*, specialist: Specialist, actor: User, reason: str, now: datetime) -> None:
    """Take a page off the site at once. Raises Refused unless it is public and a reason is given."""
    row = locked(specialist.pk)
    _curator(row, actor)
    if row.state not in PUBLIC_STATES:
        raise Refused(_("Only a page that is on the site can be suspended."))
    if not reason.strip():
        raise Refused(_("Write the reason in a sentence."))
    _move(row, State.SUSPENDED)
    _close_waiting(row, now, reason)
    _record(row, "suspended", actor, now)
    tell(row, "specialist_suspended", now)
    changes.announce(specialist=row, change="suspended", now=now)


@transaction.atomic
def reinstate(*, specialist: Specialist, actor: User, reason: str, now: datetime) -> None:
    """Put a suspended page back. Raises Refused when it isn't suspended or no licence is valid."""
    row = locked(specialist.pk)
    _curator(row, actor)
    if row.state != State.SUSPENDED:
        raise Refused(_("This page isn't suspended."))
    _back(row, actor, now)


def _back(row: Specialist, actor: User, now: datetime) -> None:
    if not row.licences.all().valid(now).exists():
        raise Refused(_("No checked licence is valid any more. Send the profile in again with a renewed one."))
    _move(row, State.LIVE, confirmed_at=now)
    _record(row, "resumed", actor, now)
    if row.user_id != actor.pk:
        tell(row, "specialist_approved", now)
    changes.announce(specialist=row, change="resumed", now=now)


@transaction.atomic
def pause(*, specialist: Specialist, actor: User, now: datetime) -> None:
    """Stop giving half hours for a while; the page stays and says so."""
    row = locked(specialist.pk)
    _own(row, actor)
    if row.state != State.LIVE:
        raise Refused(_("Only a live page can be paused."))
    _move(row, State.PAUSED)
    _record(row, "paused", actor, now)
    changes.announce(specialist=row, change="paused", now=now)


@transaction.atomic
def resume(*, specialist: Specialist, actor: User, now: datetime) -> None:
    """Come back from a pause. Raises Refused when not paused or when the licence has lapsed meanwhile."""
    row = locked(specialist.pk)
    _own(row, actor)
    if row.state != State.PAUSED:
        raise Refused(_("Your page isn't paused."))
    _back(row, actor, now)


@transaction.atomic
def withdraw(*, specialist: Specialist, actor: User, now: datetime) -> None:
    """Take one's own page off the site, in one step and at once (PRODUCT 3)."""
    row = locked(specialist.pk)
    _own(row, actor)
    if row.state == State.WITHDRAWN:
        raise Refused(_("Your page is off the site already."))
    if row.state == State.SUSPENDED:
        raise Refused(_("Your page is suspended and isn't shown. Write to our team about it."))
    _leave(row, actor, now)


def _leave(row: Specialist, actor: User | None, now: datetime) -> None:
    _move(row, State.WITHDRAWN)
    _close_waiting(row, now, _("The specialist withdrew the profile."))
    _record(row, "withdrawn", actor, now)
    changes.announce(specialist=row, change="withdrawn", now=now)


@transaction.atomic
def leave_with_account(*, user: User, actor: User | None, now: datetime) -> None:
    """When an account is closed its page goes too (on the list of `accounts.deactivation`)."""
    own = Specialist.objects.filter(user=user).values_list("pk", flat=True).first()
    row = locked(own) if own is not None else None
    if row is not None and row.state != State.WITHDRAWN:
        _leave(row, actor, now)


@transaction.atomic
def lapse(*, specialist_id: int, now: datetime) -> bool:
    """Hide a public page whose licences have all passed their last day; says whether it did."""
    row = locked(specialist_id)
    if row.state not in PUBLIC_STATES or row.licences.all().valid(now).exists():
        return False
    row.licences.filter(state=LicenceState.VERIFIED).update(state=LicenceState.LAPSED)
    _move(row, State.CHANGES)
    _close_waiting(row, now, _("The licence passed its last day."))
    _record(row, "lapsed", None, now)
    tell(row, "specialist_lapsed", now)
    changes.announce(specialist=row, change="lapsed", now=now)
    return True
