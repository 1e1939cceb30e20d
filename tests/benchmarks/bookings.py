"""Bookings a second on distinct half hours, beside the barest SQL that keeps the same promise.

`book` is `consultations.booking.book`, whole: locks, fair use, the diary, mails, history and lists. `bare` is one
transaction of hand-written SQL: lock the specialist, insert the consultation and both people's time under the same
constraints. `rows` is `bare` with every other row that a booking leaves, also by hand. Every commit reaches the disk,
as on a real site. Two processes book at a time; rounds of the three take turns.
"""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median

import embedded
from tests.benchmarks.site import Site

WORKERS, ROUNDS, PER_ROUND = 2, 5, 60
KINDS = ("bare", "rows", "book")


def run(site: Site) -> str:
    """One line for each way, with its ratio to the barest."""
    site.sql("ALTER SYSTEM SET fsync = on")
    site.sql("ALTER SYSTEM SET synchronous_commit = on")
    site.sql("ALTER SYSTEM SET full_page_writes = on")
    site.sql("SELECT pg_reload_conf()")
    command = [sys.executable, "-m", "tests.benchmarks.booking_worker"]
    workers = [
        subprocess.Popen(
            [*command, str(nth), str(ROUNDS), str(PER_ROUND)],
            env=site.environ, cwd=embedded.PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for nth in range(WORKERS)
    ]  # fmt: skip
    for worker in workers:
        _answer(worker)  # its people are there
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _round in range(ROUNDS):
        for kind in KINDS:
            for worker in workers:
                assert worker.stdin is not None
                worker.stdin.write(f"{kind}\n")
                worker.stdin.flush()
            seconds = max(float(_answer(worker)) for worker in workers)
            rates[kind].append(WORKERS * PER_ROUND / seconds)
    for worker in workers:
        worker.communicate(timeout=30)
    site.sql("ALTER SYSTEM RESET ALL")
    return _table({kind: median(found) for kind, found in rates.items()})


def _answer(worker: subprocess.Popen[str]) -> float:
    assert worker.stdout is not None
    line = worker.stdout.readline()
    if not line:
        raise SystemExit("A booking worker ended early.")
    return float(json.loads(line))


def _table(rates: dict[str, float]) -> str:
    names = {
        "bare": "bare SQL, three rows",
        "rows": "by hand, every row of a booking",
        "book": "booking.book",
    }
    lines = [f"{'way':<34}{'a second':>10}{'of bare':>10}{'of rows':>10}"]
    for kind, rate in rates.items():
        of_bare, of_rows = rate / rates["bare"], rate / rates["rows"]
        lines.append(f"{names[kind]:<34}{rate:>10.0f}{of_bare:>10.2f}{of_rows:>10.2f}")
    return "\n".join(lines)
