"""Licences that are about to end: their holders are told in good time, twice, before the page is hidden."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from notifications import outbox
from specialists.models import PUBLIC_STATES, Licence

# Days before the last day, the latest first; each is told once for each last day.
LEADS = (7, 30)
KIND = "specialist_licence_ends"


@transaction.atomic
def warn(*, now: datetime) -> int:
    """Write the warnings that are due; says for how many licences. Calling it again tells nobody twice."""
    today = now.date()
    until = today + timedelta(days=max(LEADS))
    soon = Licence.objects.valid(now).filter(valid_until__lte=until, specialist__state__in=PUBLIC_STATES)
    lasting = Licence.objects.valid(now + timedelta(days=max(LEADS) + 1)).values("specialist")
    told = 0
    for licence in soon.exclude(specialist__in=lasting).select_related("specialist__user"):
        days = (licence.valid_until - today).days if licence.valid_until else 0
        lead = next(lead for lead in LEADS if days <= lead)
        if licence.specialist.user is not None:
            outbox.notify(
                kind=KIND,
                subject_id=licence.specialist_id,
                recipient=licence.specialist.user,
                occasion=f"{licence.valid_until}:{lead}",
                due_at=now,
                now=now,
            )
            told += 1
    return told
