"""PostgreSQL and a Redis-compatible server inside DATA_DIR, for `make run`, `make test` and `manage.py`.

The programs come from Python packages, listen on Unix sockets only, and run for as long as anybody uses
them: each user holds a lease (`embedded.lease`), a small keeper process per server (`embedded.keeper`)
watches it and stops the server when the last one is gone, also when it was killed.

    with embedded.ensure(data_dir) as servers:
        servers.database_url, servers.redis_url

`join(environ)` is the same for a whole process: it sets DATABASE_URL and REDIS_URL where they are not set.
Production sets both, and nothing here runs.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import MutableMapping
from pathlib import Path

from embedded.holding import Servers, ensure
from embedded.refusal import Refused

__all__ = ["Refused", "Servers", "data_dir_of", "ensure", "join", "missing"]

PROJECT = Path(__file__).resolve().parents[2]
VARIABLES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}


def data_dir_of(environ: MutableMapping[str, str]) -> Path:
    """DATA_DIR as the environment names it, or `.data` in the checkout."""
    return Path(environ.get("DATA_DIR") or PROJECT / ".data")


def missing(environ: MutableMapping[str, str]) -> tuple[str, ...]:
    """The servers whose URL is not set, so that ours are needed."""
    return tuple(name for name, variable in VARIABLES.items() if not environ.get(variable))


def join(environ: MutableMapping[str, str]) -> Servers:
    """Use the embedded servers for the life of this process and name them in `environ`.

    Servers whose URL is set already are left alone. Raises `Refused` with a sentence when one cannot start.
    """
    servers = ensure(data_dir_of(environ), names=missing(environ))
    for name, url in servers.urls.items():
        environ[VARIABLES[name]] = url
    owner = os.getpid()
    atexit.register(lambda: servers.release() if os.getpid() == owner else None)
    return servers
