"""Fills the outbox for the benchmark: `python -m tests.benchmarks.reminder_rows HOW_MANY`, by COPY."""

from __future__ import annotations

import os
import random
import sys
from datetime import datetime, timedelta
from itertools import islice, product

import django


def main(how_many: int) -> None:
    """Reminders of tomorrow's half hours, for both sides, all due since a minute ago; it is noon for everybody."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import transaction

    from accounts.models import User
    from consultations import reminders
    from consultations.models import Consultation
    from notifications.models import Notification
    from portal.bulk import analyse, copy, fresh_ids, random_id
    from specialists.models import Specialist
    from web.clock import database_now

    now, dice = database_now(), random.Random(1)
    User.objects.update(time_zone=noon_zone(now))
    specialists = list(Specialist.objects.exclude(user=None).values_list("pk", "user_id"))
    clients = User.objects.filter(email__startswith="member").values_list("pk", flat=True)
    pairs = list(islice(product(clients, specialists), how_many // 2))
    if len(pairs) < how_many // 2:
        sys.exit("Too few people for so many half hours.")
    start, due = now + timedelta(hours=23, minutes=59), now - timedelta(minutes=1)
    ids = fresh_ids(Consultation, len(pairs))
    people = [(pk, who) for pk, (client, (_pk, user)) in zip(ids, pairs, strict=True) for who in (client, user)]
    with transaction.atomic():
        copy(Consultation, (
            {
                "id": pk, "public_id": random_id(dice), "specialist_id": specialist, "client_id": client,
                "start": start, "end": start + timedelta(minutes=30), "specialist_zone": "Europe/Lisbon",
                "agreed_local": "12:00", "buffer_minutes": 5, "format": "video", "location": "PT",
                "consent_version": "1", "booked_at": now - timedelta(days=3),
            }
            for pk, (client, (specialist, _user)) in zip(ids, pairs, strict=True)
        ))  # fmt: skip
        copy(Notification, (
            {
                "id": key, "kind": reminders.REMINDER, "subject_id": pk, "subject_key": str(pk), "recipient_id": who,
                "occasion": "0-1440m", "due_at": due, "next_try_at": due, "speaks_of": start,
                "useless_after": start - reminders.LONG_LEAD, "created_at": now - timedelta(days=3),
            }
            for key, (pk, who) in zip(fresh_ids(Notification, len(people)), people, strict=True)
        ))  # fmt: skip
    analyse([Consultation, Notification, User])
    print(len(people))


def noon_zone(now: datetime) -> str:
    """A zone whose clock is near noon, so that no night puts a reminder off. Etc/GMT-3 is three hours ahead."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


if __name__ == "__main__":
    main(int(sys.argv[1]))
