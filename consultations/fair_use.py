"""Fair use of something free: one open for a pair, three ahead for a member, one a year for a pair (PRODUCT 4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consultations.models import Consultation, State
from consultations.refusals import AlreadyBooked, OncePerYear, TooManyAhead

if TYPE_CHECKING:
    from accounts.models import User
    from specialists.models import Specialist

AHEAD = 3
YEAR = timedelta(days=365)


def check(*, specialist: Specialist, client: User, start: datetime, now: datetime) -> None:
    """Raises AlreadyBooked, TooManyAhead, OncePerYear. Called under the lock of both people's rows."""
    ahead = list(
        Consultation.objects.holding().filter(client=client, end__gt=now).select_related("specialist").order_by("end")
    )
    same = next((each for each in ahead if each.specialist_id == specialist.pk), None)
    if same:
        raise AlreadyBooked(
            _(
                "You already have a free half hour with %(name)s. Cancel that one first if another time suits you better."
            )
            % {"name": specialist.name},
            until=same.end,
            other=same,
        )
    if len(ahead) >= AHEAD:
        raise TooManyAhead(
            _(
                "You have three free half hours ahead of you, which is as many as one person can hold. Have one, or cancel one."
            ),
            until=ahead[0].end,
        )
    had = (
        Consultation.objects.filter(specialist=specialist, client=client, state=State.ENDED, start__gt=start - YEAR)
        .order_by("-start")
        .first()
    )
    if had:
        raise OncePerYear(
            _("You have had your free half hour with %(name)s. You can go on in messages, or meet somebody else.")
            % {"name": specialist.name},
            until=had.start + YEAR,
            other=had,
        )
