"""`make bench`: every page's cost in hello units, as one table.

A database of its own is filled with the demo and `load_bulk`, and served as in production. Each page is
measured without the page cache, then, where anybody may read it, from the cache.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2

import embedded
from tests.benchmarks.pages import BULK, PAGES
from tests.benchmarks.servers import Wrong, cost_of, granian
from tests.benchmarks.units import Cost, Row, hello_units, table


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="halfhour-bench-"))
    folder.chmod(0o711)
    try:
        with embedded.ensure(folder / "servers", throw_away=True) as servers:
            environ = environment(servers, folder / "data")
            fill(environ, servers.database_url)
            postgres = int((folder / "servers" / "postgres" / "postmaster.pid").read_text().split()[0])
            print(table(measure(environ, postgres)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def environment(servers: embedded.Servers, data_dir: Path) -> dict[str, str]:
    """A production site's variables, without the redirect to https that nobody here could follow."""
    data_dir.mkdir()
    root = embedded.PROJECT
    environ = {
        **os.environ,
        "PYTHONPATH": f"{root}{os.pathsep}{root / 'platform'}",
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
    }
    field_key = manage(environ, "new_field_key").strip()
    return environ | {
        "DEBUG": "false",
        "SECRET_KEY": "only-for-the-benchmark-" * 4,
        "FIELD_KEYS": field_key,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "https://localhost",
        "EMAIL_URL": f"file://{data_dir / 'mail'}",
    }


def manage(environ: dict[str, str], *arguments: str) -> str:
    """Run a command; what it says goes to the table's reader only when it fails."""
    done = subprocess.run(
        [sys.executable, str(embedded.PROJECT / "manage.py"), *arguments],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def fill(environ: dict[str, str], database_url: str) -> None:
    """Tables, demo, many rows, and the statistics that a database in use has."""
    manage(environ, "migrate", "--verbosity", "0")
    manage(environ, "collectstatic", "--no-input", "--verbosity", "0")
    manage(environ, "load_demo")
    manage(
        environ, "load_bulk", "--anyway", *(word for kind, rows in BULK.items() for word in (f"--{kind}", str(rows)))
    )
    with closing(psycopg2.connect(database_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


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
    fresh = costs(environ | {"PAGE_CACHE_SECONDS": "0"}, postgres, [one["cookie"] for one in probed])
    public = [None if email else "" for _name, _path, email in PAGES]
    cached = costs(environ | {"PAGE_CACHE_SECONDS": "3600"}, postgres, public)
    rows = []
    for (name, path, _email), one, page, again in zip(PAGES, probed, fresh, cached, strict=True):
        remark = page if isinstance(page, str) else ""
        rows.append(Row(name, path, units(page, hello), units(again, hello), one["queries"], remark))
    return rows


def units(page: list[Cost] | str | None, hello: list[Cost]) -> float | None:
    return hello_units(page, hello) if isinstance(page, list) else None


def costs(
    environ: dict[str, str], postgres: int, cookies: list[str] | list[str | None]
) -> list[list[Cost] | str | None]:
    """What each page costs, or what went wrong with it, or None where it has no cookie to be asked with."""
    found: list[list[Cost] | str | None] = []
    with granian("config.wsgi:application", environ) as (pid, port):
        for (_name, path, _email), cookie in zip(PAGES, cookies, strict=True):
            try:
                found.append(None if cookie is None else cost_of(port, path, roots=[pid, postgres], cookie=cookie))
            except Wrong as wrong:
                found.append(str(wrong))
    return found


if __name__ == "__main__":
    sys.exit(main())
