"""One process that looks for the soonest half hours, again and again: `python -m tests.benchmarks.soonest_worker`.

For each question it answers in JSON with a list of [processor ms of the database, wall ms in the database, wall ms of
`SELECT 1`], one for each search. The processor's time is the backend's own (`/proc/<pid>/schedstat`, nanoseconds):
on a shared machine the wall clock tells mostly of the neighbours.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

SEARCHES = 30
# Rare and common things, alone and together; topics are given by their place in the vocabulary, the first the most
# common. Zones differ, and every third search is for a later page.
QUESTIONS = (
    "", "topic=0", "topic=27", "language=en", "language=zh", "topic=1&language=pl", "topic=27&language=zh",
    "part=evening", "part=evening&language=de&topic=2", "within=3&format=phone",
    "within=2&part=late&language=uk&topic=5", "day=weekend&format=in_person&part=morning",
)  # fmt: skip
ZONES = ("Europe/Lisbon", "Asia/Kathmandu", "America/New_York")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    print(json.dumps([[text, searches(text, backend)] for text in QUESTIONS]))
    sys.stdout.flush()


def searches(text: str, backend: Path) -> list[list[float]]:
    """The first page in each zone, and every third time the page after the last one found."""
    from django.utils import timezone

    from specialists import soonest

    found, after = [], ""
    for nth in range(SEARCHES + 3):
        zone = ZONES[nth % len(ZONES)]
        wish = asked(f"{text}&after={after if nth % 3 == 2 else ''}", zone)
        now = timezone.now()
        floor = timed(select_one)
        before = cpu_ms(backend)
        with Spent() as spent:
            page = soonest.find(wish, zone=zone, now=now)
        found.append([cpu_ms(backend) - before, spent.ms, floor])
        after = page.after
    return found[3:]  # the first ones read from disk


def asked(text: str, zone: str) -> Any:
    from django.http import QueryDict

    from specialists import wanted
    from topics.models import Topic

    slugs = list(Topic.objects.order_by("position", "pk").values_list("slug", flat=True))
    query = QueryDict(text, mutable=True)
    query.setlist("topic", [slugs[int(place) % len(slugs)] for place in query.getlist("topic")])
    return wanted.parse(query, topics=slugs, approaches=[], zone=zone)


class Spent:
    """Wall milliseconds that statements took inside the block."""

    ms = 0.0

    def __enter__(self) -> Spent:
        from django.db import connection

        self.listening = connection.execute_wrapper(self.listen)
        self.listening.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self.listening.__exit__(*problem)

    def listen(self, execute: Any, *arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.ms += (time.perf_counter() - begun) * 1000


def select_one() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def timed(act: Any) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def cpu_ms(backend: Path) -> float:
    """Milliseconds the backend has run so far."""
    return int(backend.read_text().split()[0]) / 1e6


if __name__ == "__main__":
    main()
