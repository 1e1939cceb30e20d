"""Reads that nearly every page asks: Django writes their SQL once for each process, afterwards only values change.

Writing the SQL of a query costs Django more processor time than PostgreSQL takes to answer it. The query stays the
ORM's own; what is left out is writing the same text again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Ask = Callable[..., QuerySet[Any, Any]]


class Prepared:
    """A query by the values it is asked with: `Prepared(write, person=int)`, then `ask(person=7)`.

    `write` is called once, with a mark in place of each value, and gives a `values_list`; an instant may also be used
    as its date. Nothing that depends on a value (a filter that is there for some only) can be in it. Rows come as
    the database gives them.
    """

    def __init__(self, write: Ask, **kinds: type[int] | type[str] | type[datetime]) -> None:
        self._write, self._kinds = write, kinds
        self._written: tuple[str, list[Callable[[dict[str, Any]], Any]]] | None = None

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """All rows for these values, in one query."""
        sql, takes = self._written or self._compile()
        with connection.cursor() as cursor:
            cursor.execute(sql, [take(values) for take in takes])
            return cursor.fetchall()

    def _compile(self) -> tuple[str, list[Callable[[dict[str, Any]], Any]]]:
        marks = {name: _mark(kind, nth) for nth, (name, kind) in enumerate(self._kinds.items())}
        sql, params = self._write(**marks).query.sql_with_params()
        self._written = sql, [_taker(param, marks) for param in params]
        return self._written


def _mark(kind: type[int] | type[str] | type[datetime], nth: int) -> int | str | datetime:
    """A value that no query has by itself, another one for each place."""
    if kind is int:
        return -(2**40) - nth
    return f"\N{REPLACEMENT CHARACTER}{nth}" if kind is str else datetime(1, 1, 1 + nth, tzinfo=UTC)


def _taker(param: Any, marks: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    for name, mark in marks.items():
        if type(param) is type(mark) and param == mark:
            return lambda values: values[name]
        if isinstance(mark, datetime) and type(param) is date and param == mark.date():
            return lambda values: values[name].date()
    return lambda values: param
