"""A site to measure: servers of its own, empty tables, and the variables of a production site."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2

import embedded


@dataclass(frozen=True)
class Site:
    """Migrated and empty. `postgres` is the process id of its database, `folder` a place to write to."""

    environ: dict[str, str]
    database_url: str
    postgres: int
    folder: Path

    def manage(self, *arguments: str) -> str:
        """Run a `manage.py` command."""
        return manage(self.environ, *arguments)

    def sql(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """Run one statement by itself (`VACUUM ANALYZE` too); the rows it gave, if it gives any."""
        with closing(psycopg2.connect(self.database_url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """A site for one part of the benchmarks; everything of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="halfhour-bench-"))
    folder.chmod(0o711)
    try:
        with embedded.ensure(folder / "servers", throw_away=True) as servers:
            environ = _environment(servers, folder / "data")
            manage(environ, "migrate", "--verbosity", "0")
            postgres = int((folder / "servers" / "postgres" / "postmaster.pid").read_text().split()[0])
            yield Site(environ, servers.database_url, postgres, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(servers: embedded.Servers, data_dir: Path) -> dict[str, str]:
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
