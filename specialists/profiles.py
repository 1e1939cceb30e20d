"""A specialist's own profile: begun, claimed, saved; what our team checks waits for them on a public page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import queue
from specialists import changes, completeness
from specialists.models import PUBLIC_STATES, Licence, LicenceState, ProfileChange, Specialist, State
from specialists.vetting import Refused, locked, tell
from web.names import TITLES

KIND = "profile_change"
RESERVED = frozenset({"join", "soonest", "compare", "new", "search", "openings", "import"})
LICENCE_FIELDS = ("body", "number", "country", "valid_until")
TRIES = 5
REVIEWED = ("name", "title", *(f"licence_{field}" for field in LICENCE_FIELDS))
MANY = ("topics", "approaches", "client_groups")
OPEN = (
    "pronouns", "language", "headline", "about_who", "about_half_hour", "about_me", "languages", "formats",
    "city", "country", "time_zone", "fee_minor", "fee_max_minor", "currency", "fee_note", "practising_since",
    "education", "memberships", "website", "usually_answers", "offers_free", "accepting",
)  # fmt: skip


class AlreadyThere(Refused):
    """This account has a profile."""


class LicenceTaken(Refused):
    """Another profile stands on this licence."""


def free_slug(name: str) -> str:
    """An address made of the name, without titles, that nobody has; it never changes afterwards, so links stay good."""
    words = [word for word in name.split() if word.rstrip(".").casefold() not in TITLES]
    base = slugify(" ".join(words))[:70] or f"specialist-{get_random_string(5, 'abcdefghjkmnpqrstuvwxyz23456789')}"
    taken = set(Specialist.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def _at_a_free_address(*, name: str, **fields: Any) -> Specialist:
    """The profile's row; where a namesake takes the same address at the same moment, the next free one."""
    for _nth in range(TRIES - 1):
        try:
            with transaction.atomic():
                return Specialist.objects.create(slug=free_slug(name), name=name, **fields)
        except IntegrityError:
            continue
    return Specialist.objects.create(slug=f"{free_slug(name)}-{get_random_string(5).lower()}", name=name, **fields)


def waiting_for(user: User) -> Specialist | None:
    """The imported profile that was invited to this account's own, confirmed address."""
    return Specialist.objects.filter(user=None, state=State.DRAFT, invited_email__iexact=user.email).first()


@transaction.atomic
def start(*, user: User, values: Mapping[str, Any], now: datetime) -> Specialist:
    """Begin a profile as a draft, or take over the one that was imported for this address.

    Raises AlreadyThere, LicenceTaken.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Specialist.objects.filter(user=user).exists():
        raise AlreadyThere(_("You have a specialist profile already."))
    row = waiting_for(user)
    if row is None:
        name = str(values["name"])
        row = _at_a_free_address(
            user=user, name=name, title=str(values["title"]), created_at=now, time_zone=user.zone
        )  # fmt: skip
        verb = "started"
    else:
        row.user = user
        row.save(update_fields=["user"])
        verb = "claimed"
    trail.record(verb=verb, subject_kind="specialist", subject_id=row.pk, actor_id=user.pk, now=now)
    save(specialist=row, actor=user, values=values, now=now)
    row.refresh_from_db()
    return row


def reviewed_values(specialist: Specialist) -> dict[str, Any]:
    """The reviewed fields as they stand, dates as ISO text."""
    licence = completeness.licence_of(specialist)
    values: dict[str, Any] = {"name": specialist.name, "title": specialist.title}
    for field in LICENCE_FIELDS:
        values[f"licence_{field}"] = _plain(getattr(licence, field, None) or "")
    return values


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def save(*, specialist: Specialist, actor: User, values: Mapping[str, Any], now: datetime) -> ProfileChange | None:
    """Store what `values` holds; fields it lacks stay. Gives the change that waits for our team, if any.

    Raises Refused for somebody else's profile, or reviewed fields while our team looks; LicenceTaken.
    """
    row = locked(specialist.pk)
    if row.user_id != actor.pk:
        raise Refused(_("Only the person whose profile it is can do this."))
    bookable, zone = row.is_bookable, row.time_zone
    for field in OPEN:
        if field in values:
            setattr(row, field, values[field])
    if row.state in PUBLIC_STATES:
        row.confirmed_at = now
    row.save(update_fields=[*OPEN, "confirmed_at"])
    for name in MANY:
        if name in values:
            getattr(row, name).set(values[name])
    waiting = _reviewed(row, values, now)
    _announce(row, zone=zone, bookable=bookable, now=now)
    return waiting


@transaction.atomic
def set_offers_free(*, specialist: Specialist, actor: User, offers: bool, now: datetime) -> Specialist:
    """Begin or stop giving free half hours; what is agreed stands and stays free (BOOKING 37).

    As it is already, nothing changes. Raises Refused for somebody else's profile.
    """
    row = Specialist.objects.select_for_update(no_key=True).get(pk=specialist.pk)
    if row.user_id != actor.pk:
        raise Refused(_("Only the person whose profile it is can do this."))
    bookable = row.is_bookable
    if row.offers_free != offers:
        row.offers_free = offers
        row.save(update_fields=["offers_free"])
        verb = "free half hour on" if offers else "free half hour off"
        trail.record(verb=verb, subject_kind="specialist", subject_id=row.pk, actor_id=actor.pk, now=now)
    _announce(row, zone=row.time_zone, bookable=bookable, now=now)
    return row


def _announce(row: Specialist, *, zone: str, bookable: bool, now: datetime) -> None:
    if row.time_zone != zone:
        changes.announce(specialist=row, change="zone", now=now)
    if row.is_bookable != bookable:
        changes.announce(specialist=row, change="free_on" if row.is_bookable else "free_off", now=now)


def _reviewed(row: Specialist, values: Mapping[str, Any], now: datetime) -> ProfileChange | None:
    standing = reviewed_values(row)
    given = {field: _plain(values[field] or "") for field in REVIEWED if field in values}
    different = {field: value for field, value in given.items() if value != standing[field]}
    if row.state in PUBLIC_STATES:
        return _ask(row, given, different, now)
    if different and row.state == State.SUBMITTED:
        raise Refused(_("Our team is looking at your name, title and licence. You can change them afterwards."))
    if different:
        _apply(row, different)
    return None


def _ask(row: Specialist, given: dict, different: dict, now: datetime) -> ProfileChange | None:
    """A public page keeps what was checked; the new values wait. Typing the old ones again takes it back.

    Values that differ from those that wait are a case of their own: a curator who has the first ones before them
    cannot let the second ones through unread.
    """
    waiting = ProfileChange.objects.filter(specialist=row, decided_at=None).first()
    if not given:
        return waiting
    if not different:
        if waiting:
            waiting.decided_at, waiting.accepted = now, False
            waiting.save(update_fields=["decided_at", "accepted"])
            queue.withdraw(kind=KIND, subject_id=row.pk, now=now, reason=_("Taken back by the specialist."))
        return None
    if waiting is None:
        waiting = ProfileChange(specialist=row, asked_at=now)
    elif waiting.fields != different:
        queue.withdraw(kind=KIND, subject_id=row.pk, now=now, reason=_("Changed again by the specialist."))
    waiting.fields = different
    waiting.save()
    queue.open_case(kind=KIND, subject_id=row.pk, now=now)
    return waiting


def _apply(row: Specialist, values: Mapping[str, Any]) -> None:
    """Write reviewed fields; a licence that changes has to be checked anew."""
    row.name, row.title = values.get("name", row.name), values.get("title", row.title)
    row.save(update_fields=["name", "title"])
    fields = {key.removeprefix("licence_"): value for key, value in values.items() if key.startswith("licence_")}
    if not fields:
        return
    if "valid_until" in fields:
        fields["valid_until"] = date.fromisoformat(fields["valid_until"]) if fields["valid_until"] else None
    licence = completeness.licence_of(row) or Licence(specialist=row)
    for name, value in fields.items():
        setattr(licence, name, value)
    if not (licence.body and licence.number and licence.country):
        if licence.pk:
            raise Refused(_("A licence needs its body, its number and its country."))
        return
    licence.state, licence.checked_by, licence.checked_at = LicenceState.UNCHECKED, None, None
    try:
        with transaction.atomic():
            licence.save()
    except IntegrityError as taken:
        raise LicenceTaken(_("Another profile has this licence. If it is yours, write to us.")) from taken


@transaction.atomic
def accept_change(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """A curator's yes to new reviewed fields; a new licence counts as checked by them."""
    row, change = _waiting(subject_id, actor)
    _apply(row, change.fields)
    licence = completeness.licence_of(row)
    if any(field.startswith("licence_") for field in change.fields) and licence is not None:
        if licence.valid_until and licence.valid_until < now.date():
            raise Refused(_("This licence has passed its last day. Ask for the renewed one."))
        licence.state, licence.checked_by, licence.checked_at = LicenceState.VERIFIED, actor, now
        licence.save(update_fields=["state", "checked_by", "checked_at"])
    _settle(row, change, accepted=True, actor=actor, now=now)


@transaction.atomic
def decline_change(*, subject_id: int, actor: User, reason: str, now: datetime) -> None:
    """A curator's no: the page stays as it is, and the specialist reads why."""
    row, change = _waiting(subject_id, actor)
    _settle(row, change, accepted=False, actor=actor, now=now)


def _waiting(specialist_id: int, actor: User) -> tuple[Specialist, ProfileChange]:
    row = locked(specialist_id)
    if not actor.is_curator:
        raise Refused(_("Only our team can decide this."))
    if row.user_id == actor.pk:
        raise Refused(_("This is your own profile. A colleague has to decide about it."))
    change = ProfileChange.objects.filter(specialist=row, decided_at=None).first()
    if change is None:
        raise Refused(_("This change was taken back."))
    return row, change


def _settle(row: Specialist, change: ProfileChange, *, accepted: bool, actor: User, now: datetime) -> None:
    change.decided_at, change.accepted = now, accepted
    change.save(update_fields=["decided_at", "accepted"])
    verb = "change_accepted" if accepted else "change_declined"
    trail.record(verb=verb, subject_kind="specialist", subject_id=row.pk, actor_id=actor.pk, now=now)
    tell(row, "specialist_change_decided", now)


def waiting_change(specialist: Specialist) -> ProfileChange | None:
    """The change of reviewed fields that our team has still to look at."""
    return ProfileChange.objects.filter(specialist=specialist, decided_at=None).first()
