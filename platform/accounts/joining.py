"""What sign-up writes beside the address and the password."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import consents
from accounts.models import User
from audit import trail
from web.local_time import valid_zone


@transaction.atomic
def join(*, user: User, display_name: str, time_zone: str, locale: str, now: datetime) -> None:
    """Complete a new account: its name, its zone when the browser told a real one, and what was agreed to."""
    user.display_name = display_name
    user.time_zone = time_zone if valid_zone(time_zone) else ""
    user.locale = locale
    user.save(update_fields=["display_name", "time_zone", "locale"])
    consents.agree(user=user, documents=("terms", "privacy"), now=now)
    trail.record(verb="joined", subject_kind="account", subject_id=user.pk, actor_id=user.pk, now=now)
