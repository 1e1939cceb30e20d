"""`make bench`: all parts, or those named: `make bench ARGS="reminders pages"`.

Every part gets a site of its own (`site.py`), so that none disturbs another's figures, and answers with a text
to print: its table of ratios. A part is one module with `run(site) -> str` and one line in PARTS.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from tests.benchmarks import bookings, openings, page_costs, reminders, soonest
from tests.benchmarks.site import Site, site

PARTS: dict[str, Callable[[Site], str]] = {
    "bookings": bookings.run,
    "openings": openings.run,
    "pages": page_costs.run,
    "reminders": reminders.run,
    "soonest": soonest.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="The benchmarks, as tables of ratios.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one or more of: {', '.join(PARTS)}; all if none")
    names: list[str] = parser.parse_args().parts
    if unknown := [name for name in names if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
    for name in names or PARTS:
        with site() as found:
            print(f"\n{name}\n{PARTS[name](found)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
