"""One process of the booking benchmark: makes its own specialists and members, then books as it is told.

Reads the name of a way on each line, books one round that way and answers with the seconds it took.
"""

from __future__ import annotations

import json
import os
import sys
import time as stopwatch
import uuid
from datetime import UTC, datetime, time, timedelta

import django

LOCK = "SELECT id FROM specialists_specialist WHERE id = %s FOR NO KEY UPDATE"
CONSULTATION = """
    INSERT INTO consultations_consultation (public_id, specialist_id, client_id, state, start, "end", specialist_zone,
        agreed_local, buffer_minutes, format, location, consent_version, sequence, booked_at, changed_at, reads_now,
        moves_by_client, moves_by_specialist, client_says, specialist_says, kept_outside)
    VALUES (%s, %s, %s, 'confirmed', %s, %s, 'UTC', '', 5, 'video', 'PT', 'x', 0, now(), now(), '', 0, 0, '', '', false)
    RETURNING id
"""
OCCUPANCY = """
    INSERT INTO consultations_occupancy (consultation_id, person_id, during)
    VALUES (%s, %s, tstzrange(%s, %s)), (%s, %s, tstzrange(%s, %s))
"""
OTHERS = (
    "INSERT INTO accounts_consent (user_id, document, version, at) VALUES (%(client)s, 'x', 'x', now())",
    """INSERT INTO consultations_consultationevent (consultation_id, at, actor_id, what, start, sequence)
       VALUES (%(id)s, now(), %(client)s, 'booked', %(start)s, 0)""",
    """INSERT INTO audit_entry (at, actor_id, verb, subject_kind, subject_id, detail)
       VALUES (now(), %(client)s, 'booked', 'consultation', %(id)s, '{}')""",
    """INSERT INTO notifications_notification (kind, subject_id, subject_key, recipient_id, occasion, due_at, state,
            cause, next_try_at, resent, attempts, created_at, speaks_of)
       SELECT 'x', %(id)s, %(id)s::text, person, nth::text, now(), 'accepted', '', now(), false, 0, now(), %(start)s
       FROM unnest(ARRAY[%(client)s, %(user)s]) person, generate_series(1, 3) nth""",
    """DELETE FROM specialists_opening WHERE specialist_id = %(specialist)s
       AND start BETWEEN %(start)s - interval '30 min' AND %(start)s + interval '30 min'""",
)


def main() -> None:
    worker, rounds, per_round = (int(word) for word in sys.argv[1:])
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    pairs = people(worker, 3 * rounds * per_round + 10)
    for nth in range(10):
        book(pairs.pop(), nth)
    print(json.dumps(0), flush=True)
    ways = {"book": book, "bare": bare, "rows": rows}
    for line in sys.stdin:
        way = ways[line.strip()]
        chosen = [pairs.pop() for _nth in range(per_round)]
        begun = stopwatch.perf_counter()
        for nth, pair in enumerate(chosen):
            way(pair, nth)
        print(json.dumps(stopwatch.perf_counter() - begun), flush=True)


def people(worker: int, count: int) -> list[tuple]:
    """Specialists with a usual week, as live as the rules ask, each with a member to book them."""
    from accounts.models import User
    from consultations import openings_sync
    from consultations.models import Schedule, WeeklyWindow
    from specialists.models import Specialist
    from web.clock import database_now

    now = database_now()
    users = User.objects.bulk_create(
        User(email=f"bench-{worker}-{nth}@example.org", password="!", display_name="Bench") for nth in range(2 * count)
    )
    specialists = Specialist.objects.bulk_create(
        Specialist(
            user=users[nth], slug=f"bench-{worker}-{nth}", state="live", name="Bench Example", title="Psychologist",
            formats=["video"], languages=["en"], created_at=now,
        )
        for nth in range(count)
    )  # fmt: skip
    schedules = Schedule.objects.bulk_create(Schedule(specialist=each) for each in specialists)
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(schedule=each, weekday=day, start=time(9), end=time(12)) for each in schedules for day in range(7)
    )
    for each in specialists:
        openings_sync.refresh(specialist_id=each.pk, now=now)
    return list(zip(specialists, users[count:], strict=True))


def start_of(nth: int) -> datetime:
    day = datetime.now(UTC).date() + timedelta(days=3 + nth % 20)
    return datetime.combine(day, time(10), UTC)


def book(pair: tuple, nth: int) -> None:
    from consultations import booking
    from web.clock import database_now

    specialist, client = pair
    booking.book(specialist=specialist, client=client, start=start_of(nth), now=database_now(), location="PT")


def bare(pair: tuple, nth: int, *, others: tuple[str, ...] = ()) -> None:
    from django.db import connection, transaction

    (specialist, client), start = pair, start_of(nth)
    end, rest = start + timedelta(minutes=30), start + timedelta(minutes=35)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [specialist.pk])
        cursor.execute(CONSULTATION, [str(uuid.uuid4()), specialist.pk, client.pk, start, end])
        made = cursor.fetchone()[0]
        cursor.execute(OCCUPANCY, [made, client.pk, start, end, made, specialist.user_id, start, rest])
        values = {
            "id": made, "client": client.pk, "user": specialist.user_id, "start": start, "specialist": specialist.pk
        }  # fmt: skip
        for statement in others:
            cursor.execute(statement, values)


def rows(pair: tuple, nth: int) -> None:
    bare(pair, nth, others=OTHERS)


if __name__ == "__main__":
    main()
