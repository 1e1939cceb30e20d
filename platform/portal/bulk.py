"""Synthetic rows by COPY, for benchmarks: many, plausible in shape, skewed as real ones are, and no one's.

Nothing here goes through the rules: a hundred thousand of anything would take hours. So it is for empty or demo
databases only, which the command makes sure of.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from itertools import islice
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
    columns_of = [_column(field) for field in fields]
    total, waiting = 0, iter(rows)
    while batch := list(islice(waiting, LINES_A_COPY)):
        text = io.StringIO()
        csv.writer(text).writerows([column(row) for column in columns_of] for row in batch)
        text.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(command, text)
        total += len(batch)
    return total


def _column(field: models.Field[Any, Any]) -> Callable[[dict[str, Any]], str]:
    """How one column of a row is written for COPY's csv."""
    name, json_field = field.attname, isinstance(field, models.JSONField)

    def written(row: dict[str, Any]) -> str:
        value = row[name] if name in row else field.get_default()
        return json.dumps(value) if json_field and value is not None else _plain(value)

    return written


def _plain(value: Any) -> str:
    """One value as COPY's csv reads it."""
    if isinstance(value, str):
        return value
    if value is None:
        return NULL
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


@transaction.atomic
def analyse(models_written: Iterable[type[models.Model]]) -> None:
    """Let the planner know what is there now."""
    with connection.cursor() as cursor:
        for model in models_written:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
