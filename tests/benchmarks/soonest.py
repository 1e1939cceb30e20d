"""The soonest half hours over 100,000 specialists, with filters: what one search costs the database.

The target is 20 ms at the 95th of 100 searches, in time of the database's own processor. Beside it stand the wall
clock, which on a shared machine tells mostly of the neighbours, and how many times a `SELECT 1` that is. No search
may read through the table of openings.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median, quantiles

import embedded
from tests.benchmarks.site import Site

SPECIALISTS = 100_000
MOST_MS = 20.0


def run(site: Site) -> str:
    """Fill the site, ask, and tell: one line for each question."""
    begun = time.monotonic()
    site.manage("load_bulk", "--anyway", "--specialists", str(SPECIALISTS))
    loaded = time.monotonic() - begun
    site.sql("VACUUM ANALYZE")
    before = scans(site)
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.soonest_worker"],
        env=site.environ, cwd=embedded.PROJECT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: list[tuple[str, list[list[float]]]] = [(text, rows) for text, rows in json.loads(answer.stdout)]
    scanned = scans(site) - before
    openings = site.sql("SELECT count(*) FROM specialists_opening")[0][0]
    head = f"{SPECIALISTS:,} specialists, {openings:,} half hours, loaded in {loaded:.0f} s"
    return "\n".join([head, *table(found), f"scans through the table of openings: {scanned}"])


def scans(site: Site) -> int:
    """How often the whole table of openings was read so far, as PostgreSQL counts it."""
    site.sql("SELECT pg_stat_force_next_flush()")
    rows = site.sql("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'specialists_opening'")
    return int(str(rows[0][0]))


def table(found: list[tuple[str, list[list[float]]]]) -> list[str]:
    """A line for each question, and one for all searches together."""
    lines = [f"{'question':<44}{'cpu p50':>9}{'cpu p95':>9}{'wall p50':>10}{'wall p95':>10}{'of SELECT 1':>13}"]
    everything = [row for _text, rows in found for row in rows]
    for text, rows in [*found, ("all", everything)]:
        cpu, wall, floor = ([row[column] for row in rows] for column in range(3))
        remark = "" if p95(cpu) <= MOST_MS else f"  over {MOST_MS:.0f} ms"
        lines.append(
            f"{text or 'everything':<44}{median(cpu):>9.1f}{p95(cpu):>9.1f}{median(wall):>10.1f}{p95(wall):>10.1f}"
            f"{median(wall) / median(floor):>13.0f}{remark}"
        )
    return lines


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]
