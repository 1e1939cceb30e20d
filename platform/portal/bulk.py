"""Synthetic rows by COPY, for benchmarks: many, plausible in shape, skewed as real ones are, and no one's.

Nothing here goes through the rules: a hundred thousand of anything would take hours. So it is for empty or demo
databases only, which the command makes sure of.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

LINES_A_COPY = 20_000
NULL = "\\N"


def copy(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> int:
    """Write rows (attribute name to value; what is missing takes the field's default) with COPY; how many."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    command = f"COPY {model._meta.db_table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')"
    total, waiting = 0, iter(rows)
    while True:
        text, count = io.StringIO(), 0
        writer = csv.writer(text)
        for row in (next(waiting, None) for _ in range(LINES_A_COPY)):
            if row is None:
                break
            writer.writerow([_plain(field, row) for field in fields])
            count += 1
        if not count:
            return total
        text.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(command, text)
        total += count


def _plain(field: models.Field[Any, Any], row: dict[str, Any]) -> str:
    """One value as COPY's csv reads it."""
    value = row[field.attname] if field.attname in row else field.get_default()
    if value is None:
        return NULL
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return "{" + ",".join(str(each) for each in value) + "}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def fresh_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` primary keys nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def skewed(dice: random.Random, things: list[Any], most: int) -> list[Any]:
    """One to `most` different things; the first of the list come up far more often than the last (Zipf)."""
    weights = [1 / (place + 1) for place in range(len(things))]
    return list(dict.fromkeys(dice.choices(things, weights, k=dice.randint(1, most))))


def random_id(dice: random.Random) -> UUID:
    """A random UUID from these dice, so that the same seed makes the same rows."""
    return UUID(int=dice.getrandbits(128), version=4)


def half_hours(dice: random.Random, now: datetime, days: int, each_day: int) -> Iterator[datetime]:
    """Starts on the half hour over the coming days, at most `each_day` a day, none on some days."""
    first = now.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    for day in range(1, days + 1):
        if dice.random() < 0.4:
            continue
        begin = dice.randint(12, 38)
        for nth in range(dice.randint(1, each_day)):
            yield first + timedelta(days=day, minutes=30 * (begin + 2 * nth))


@transaction.atomic
def analyse(models_written: Iterable[type[models.Model]]) -> None:
    """Let the planner know what is there now."""
    with connection.cursor() as cursor:
        for model in models_written:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
