"""Private calendar feeds (RFC 5545, RFC 7986): an address that shows a person their half hours in any calendar.

Whoever has the address can read it, so it is 256 random bits, stored sealed and found by a keyed digest, and a
person can make it anew or close it. What is called off is left out rather than marked: a calendar that reads a
feed takes all of it in place of what it had, and so ends with no entry.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar

from accounts.models import User
from audit import trail
from consultations import invites
from consultations.models import CalendarFeed, Consultation, State
from sealing.sealing import fingerprint

TOKEN_BYTES = 32
PURPOSE = "consultations.feed"
KEPT_FOR = timedelta(days=30)
READ_EVERY = timedelta(hours=1)
SHOWN = (State.REQUESTED, State.CONFIRMED, State.ENDED)


def of(user: User) -> CalendarFeed | None:
    """This person's feed; None also for one that nobody can read since SECRET_KEY, which keys the digest, changed."""
    feed = CalendarFeed.objects.filter(user=user).first()
    return feed if feed and feed.token_digest == _digest(feed.token) else None


@transaction.atomic
def make(*, user: User, now: datetime) -> CalendarFeed:
    """This person's feed, made if there is none."""
    _feed, made = CalendarFeed.objects.get_or_create(user=user, defaults=_fresh(now))
    if made:
        _record("feed_made", user, now)
    return of(user) or renew(user=user, now=now)


@transaction.atomic
def renew(*, user: User, now: datetime) -> CalendarFeed:
    """A new address; the old one ends with this transaction."""
    feed, _made = CalendarFeed.objects.update_or_create(user=user, defaults=_fresh(now))
    _record("feed_renewed", user, now)
    return feed


@transaction.atomic
def close(*, user: User, now: datetime) -> None:
    """No feed any more; a second time changes nothing."""
    count, _rows = CalendarFeed.objects.filter(user=user).delete()
    if count:
        _record("feed_closed", user, now)


def _fresh(now: datetime) -> dict[str, str | datetime]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return {"token": token, "token_digest": _digest(token), "made_at": now}


def _digest(token: str) -> str:
    return fingerprint(token, purpose=PURPOSE)


def _record(verb: str, user: User, now: datetime) -> None:
    trail.record(verb=verb, subject_kind="user", subject_id=user.pk, actor_id=user.pk, now=now)


def reader_of(token: str) -> User | None:
    """Whose feed this is; None for an unknown token and for a closed account.

    One digest and one look-up by it, whatever the token: how long it takes says nothing about how near a guess is.
    """
    feed = CalendarFeed.objects.filter(token_digest=_digest(token), user__is_active=True).select_related("user").first()
    return feed.user if feed else None


def calendar_of(*, reader: User, now: datetime) -> bytes:
    """All that is coming and the last 30 days, on either side; the same bytes as long as nothing changes.

    No METHOD, no ORGANIZER, no ATTENDEE: a feed is for reading, and nobody is invited by it.
    """
    with translation.override(reader.locale):
        calendar = Calendar()
        calendar.add("prodid", invites.PRODUCT)
        calendar.add("version", "2.0")
        name = _("Appointments") if reader.discreet else _("Half hours")
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", READ_EVERY, parameters={"VALUE": "DURATION"})
        # What Outlook reads in place of the line above.
        calendar.add("x-published-ttl", "PT1H")
        own = Consultation.objects.visible_to(reader).filter(state__in=SHOWN, end__gt=now - KEPT_FOR)
        for each in own.with_people().defer("note", "cancel_reason").order_by("start", "pk"):
            calendar.add_component(invites.event_of(each, reader))
        return bytes(calendar.to_ical())


def address_of(feed: CalendarFeed) -> str:
    """The whole address to give to a calendar."""
    return settings.SITE_URL + reverse("consultation_feeds:feed", args=[feed.token])


def etag_of(body: bytes) -> str:
    """A strong entity tag (RFC 9110, 8.8.3): a calendar that has these bytes is told so and sent nothing."""
    return f'"{hashlib.sha256(body).hexdigest()}"'
