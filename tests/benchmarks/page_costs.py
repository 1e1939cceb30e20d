"""Every page's cost in hello units. Each page is measured without the page cache, then, where anybody may read
it, from the cache, on a site with the demo and `load_bulk`'s rows, served as in production.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import embedded
from tests.benchmarks.pages import BULK, PAGES
from tests.benchmarks.servers import Wrong, cost_of, granian
from tests.benchmarks.site import Site
from tests.benchmarks.units import Cost, Row, hello_units, table


def run(site: Site) -> str:
    """The table of pages."""
    fill(site)
    return table(measure(site.environ, site.postgres))


def fill(site: Site) -> None:
    """Demo, many rows, and the statistics that a database in use has."""
    site.manage("collectstatic", "--no-input", "--verbosity", "0")
    site.manage("load_demo")
    site.manage("load_bulk", "--anyway", *(word for kind, rows in BULK.items() for word in (f"--{kind}", str(rows))))
    site.sql("VACUUM ANALYZE")


def measure(environ: dict[str, str], postgres: int) -> list[Row]:
    """One row per page."""
    probed = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.probe"], env=environ | {"PAGE_CACHE_SECONDS": "0"},
            stdout=subprocess.PIPE, text=True, check=True, cwd=embedded.PROJECT,
        ).stdout
    )  # fmt: skip
    with granian("tests.benchmarks.hello:application", environ) as (pid, port):
        hello = cost_of(port, "/", roots=[pid])
    fresh = costs(environ | {"PAGE_CACHE_SECONDS": "0"}, postgres, probed, [one["cookie"] for one in probed])
    public = [None if email else "" for _name, _path, email in PAGES]
    cached = costs(environ | {"PAGE_CACHE_SECONDS": "3600"}, postgres, probed, public)
    rows = []
    for (name, path, _email), one, page, again in zip(PAGES, probed, fresh, cached, strict=True):
        remark = page if isinstance(page, str) else ""
        rows.append(Row(name, path, units(page, hello), units(again, hello), one["queries"], remark))
    return rows


def units(page: list[Cost] | str | None, hello: list[Cost]) -> float | None:
    return hello_units(page, hello) if isinstance(page, list) else None


def costs(
    environ: dict[str, str], postgres: int, probed: list[dict[str, Any]], cookies: list[str] | list[str | None]
) -> list[list[Cost] | str | None]:
    """What each page costs, or what went wrong with it, or None where it has no cookie to be asked with."""
    found: list[list[Cost] | str | None] = []
    with granian("config.wsgi:application", environ) as (pid, port):
        for one, cookie in zip(probed, cookies, strict=True):
            try:
                found.append(
                    None if cookie is None else cost_of(port, one["path"], roots=[pid, postgres], cookie=cookie)
                )
            except Wrong as wrong:
                found.append(str(wrong))
    return found
