"""The arithmetic of the benchmarks: processor time per request, in units of a bare hello.

Machines are shared and noisy, so a figure means something only beside another one of the same run. A page's
cost is the processor time of the application and the database over its requests, divided by the same for a
bare Django view under the same server, measured just before.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Processor seconds that a number of requests took."""

    seconds: float
    requests: int

    @property
    def per_request(self) -> float:
        """Processor seconds of one request."""
        return self.seconds / self.requests


@dataclass(frozen=True)
class Row:
    """One line of the table; figures are None where the page was not measured, and `remark` says why."""

    name: str
    path: str
    units: float | None = None
    cached: float | None = None
    queries: int | None = None
    remark: str = ""


def hello_units(page: Sequence[Cost], hello: Sequence[Cost]) -> float:
    """The median cost of a page's rounds in units of the hello's median. Rounds without time are refused."""
    base = median(cost.per_request for cost in hello)
    if base <= 0:
        raise ValueError("The hello took no measurable time; give it more requests.")
    return median(cost.per_request for cost in page) / base


def processor_seconds(stat: str) -> float:
    """User and system time of one `/proc/<pid>/stat`, ended children included (proc(5), fields 14-17)."""
    fields = stat.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS_PER_SECOND


def descendants(roots: Sequence[int], proc: Path = Path("/proc")) -> dict[int, str]:
    """The processes below `roots`, themselves included, with their `stat` line."""
    stats: dict[int, str] = {}
    for entry in proc.glob("[0-9]*"):
        try:
            stats[int(entry.name)] = (entry / "stat").read_text()
        except OSError:  # it ended meanwhile
            continue
    parents = {pid: int(stat.rpartition(")")[2].split()[1]) for pid, stat in stats.items()}
    found = set(roots) & stats.keys()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: stats[pid] for pid in found}


def processor_time(roots: Sequence[int]) -> float:
    """Processor seconds so far of the processes below `roots`."""
    return sum(processor_seconds(stat) for stat in descendants(roots).values())


def table(rows: Sequence[Row]) -> str:
    """The rows as text, with the columns under one another."""
    heads = ("page", "path", "hello units", "from cache", "queries", "")
    cells = [
        (row.name, row.path, _figure(row.units), _figure(row.cached), _count(row.queries), row.remark) for row in rows
    ]
    widths = [max(len(line[column]) for line in [heads, *cells]) for column in range(len(heads))]
    return "\n".join(_line(line, widths) for line in [heads, *cells])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    words, figures = cells[:2] + cells[5:], cells[2:5]
    left = [cell.ljust(width) for cell, width in zip(words[:2], widths[:2], strict=True)]
    right = [cell.rjust(width) for cell, width in zip(figures, widths[2:5], strict=True)]
    return "  ".join([*left, *right, *words[2:]]).rstrip()


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)
