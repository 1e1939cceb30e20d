"""The one mail about an offered half hour, read again just before it goes."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from consultations import earlier_links, earlier_taking
from consultations.earlier_offers import OFFERED
from consultations.models import EarlierOffer
from notifications import kinds
from notifications.models import Notification
from specialists.models import Opening

STATES = EarlierOffer.State


def read(notification: Notification, now: datetime) -> kinds.Telling | kinds.Skip:
    """The offer as it is at this moment, or why nothing needs to be said any more."""
    rows = EarlierOffer.objects.select_for_update(no_key=True, of=("self",))
    offer = rows.select_related("specialist", "wish__member").filter(pk=notification.subject_id or 0).first()
    if offer is None:
        return kinds.Skip("gone")
    if offer.state != STATES.OPEN:
        return kinds.Skip(offer.state)
    if offer.expires_at <= now:
        return kinds.Skip("over")
    if not Opening.objects.listed(now).filter(specialist=offer.specialist_id, start=offer.start).exists():
        return kinds.Skip("not free")
    booking = earlier_taking.booking_of(offer.specialist, offer.wish.member, now)
    context = {
        "offer": offer,
        "specialist": offer.specialist,
        "booking": booking,
        "asks": earlier_taking.asks_first(offer.specialist, booking),
        "answer_url": earlier_links.make(offer),
    }
    return kinds.Telling(context=context, path=reverse("consultations:offer", args=[offer.public_id]))


def register() -> None:
    """Put the kind on the list. Nights are kept out by the offer itself, which begins when its mail is due."""
    kind = kinds.Kind(code=OFFERED, template="emails/consultations/earlier.html", read=read, quiet=False)
    kinds.add_kind(kind)
