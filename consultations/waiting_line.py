"""The line for an earlier half hour: first come, first asked, one person at a time for each half hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from consultations.models import Consultation, EarlierOffer, EarlierWish
from specialists.models import Opening

OFFER_LASTS = timedelta(minutes=30)


def leave_all(*, member: User, now: datetime) -> int:
    """Leave every line, because the account closes; how many there were."""
    return EarlierWish.objects.filter(member=member, ended_at=None).update(ended_at=now)


@transaction.atomic
def offer_freed(*, specialist_id: int, start: datetime, now: datetime) -> EarlierOffer | None:
    """Offer a half hour that came free to the first in line whom it would bring forward, if it is still open."""
    if not Opening.objects.listed(now).filter(specialist=specialist_id, start=start).exists():
        return None
    holding = Consultation.objects.holding().filter(specialist=specialist_id, client=OuterRef("member"))
    line = EarlierWish.objects.filter(specialist=specialist_id, ended_at=None)
    line = line.exclude(Exists(holding.filter(start__lte=start))).exclude(offers__start=start)
    wish = line.order_by("since", "pk").select_for_update(no_key=True, of=("self",)).first()
    if wish is None or EarlierOffer.objects.filter(specialist=specialist_id, start=start, state="open").exists():
        return None
    return EarlierOffer.objects.create(
        wish=wish, specialist_id=specialist_id, start=start, offered_at=now, expires_at=now + OFFER_LASTS
    )
