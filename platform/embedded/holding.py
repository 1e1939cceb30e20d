"""Holding a lease on the servers of a DATA_DIR: join those that run, or start their keepers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from embedded import places
from embedded.lease import Lock, is_free, wait_until_free
from embedded.refusal import Refused

NAMES = ("postgres", "redis")
START_SECONDS = 120.0  # a first start writes a whole database, on a slow disk perhaps
LONGEST_LOG = 5_000_000  # bytes; a longer one is begun anew
SOURCE_ROOT = Path(__file__).resolve().parents[1]


class Servers:
    """A lease on running servers; `urls` says where they are, by name."""

    def __init__(self, data_dir: Path, urls: dict[str, str], leases: list[Lock]) -> None:
        self.data_dir = data_dir
        self.urls = urls
        self._leases = leases

    @property
    def database_url(self) -> str:
        """The database's URL, as `dj-database-url` and libpq read it."""
        return self.urls["postgres"]

    @property
    def redis_url(self) -> str:
        """The broker's URL (`unix://...`), as redis-py reads it."""
        return self.urls["redis"]

    def fallen(self) -> list[str]:
        """The servers whose keeper is gone although we hold a lease: they were killed."""
        return [name for name in self.urls if is_free(_lock_path(self.data_dir, name, "keeper"))]

    def release(self, *, wait: bool = False) -> None:
        """Let go; with `wait`, return only when servers that nobody else uses have stopped."""
        while self._leases:
            self._leases.pop().close()
        if wait:
            for name in self.urls:
                _wait_for_the_end(self.data_dir, name)

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release(wait=True)


def ensure(data_dir: Path, *, names: Iterable[str] = NAMES, throw_away: bool = False) -> Servers:
    """Join the servers of `data_dir`, starting those that do not run, and hold them.

    `throw_away` servers write without waiting for the disk, and their keepers leave no folder behind.
    Raises `Refused` with a sentence when one cannot start.
    """
    names = tuple(names)
    if not names:
        return Servers(data_dir, {}, [])
    data_dir = places.open_data_dir(data_dir)
    (data_dir / "locks").mkdir(mode=0o700, exist_ok=True)
    gates: list[Lock] = []
    leases: list[Lock] = []
    try:
        starting = [_enter(data_dir, name, throw_away, gates, leases) for name in names]
        urls = {name: _url(data_dir, name, keeper) for name, keeper in zip(names, starting, strict=True)}
    except BaseException:
        for lease in leases:
            lease.close()
        raise
    finally:
        for gate in gates:
            gate.close()
    return Servers(data_dir, urls, leases)


def state_path(data_dir: Path, name: str) -> Path:
    """The file in which a running server's keeper says where it is."""
    return data_dir / "locks" / f"{name}.json"


def _lock_path(data_dir: Path, name: str, what: str) -> Path:
    return data_dir / "locks" / f"{name}.{what}"


def _enter(
    data_dir: Path, name: str, throw_away: bool, gates: list[Lock], leases: list[Lock]
) -> subprocess.Popen[str] | None:
    """Take gate and lease of one server; returns its new keeper, or None when one is there already."""
    gate = Lock(_lock_path(data_dir, name, "gate"))
    gates.append(gate)
    lease = Lock(_lock_path(data_dir, name, "lease"))
    leases.append(lease)
    if not gate.take(seconds=START_SECONDS) or not lease.take(shared=True, seconds=START_SECONDS):
        raise Refused(
            f"Another process has been starting or stopping {name} in {data_dir} for two minutes. "
            f"Its log is {_log_path(data_dir, name)}."
        )
    if not is_free(_lock_path(data_dir, name, "keeper")):
        return None
    state_path(data_dir, name).unlink(missing_ok=True)  # what a killed keeper left
    return _start_keeper(data_dir, name, throw_away)


def _start_keeper(data_dir: Path, name: str, throw_away: bool) -> subprocess.Popen[str]:
    """Start the keeper in a session of its own, so that Ctrl-C in our terminal does not reach it."""
    log = _log_path(data_dir, name)
    log.parent.mkdir(mode=0o700, exist_ok=True)
    with log.open("w" if log.exists() and log.stat().st_size > LONGEST_LOG else "a") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "embedded.keeper", name, str(data_dir), *(["--throw-away"] * throw_away)],
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(SOURCE_ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )


def _url(data_dir: Path, name: str, keeper: subprocess.Popen[str] | None) -> str:
    """Where the server is, once it answers."""
    if keeper is not None:
        assert keeper.stdout is not None
        with keeper.stdout as said:
            report = json.loads(said.readline() or "{}")
        keeper.returncode = 0  # it outlives us on purpose, so `subprocess` is not to warn about it
        if "refused" in report:
            raise Refused(report["refused"])
    # The keeper may be one whose starter was killed while it waited: then we wait in its place.
    state, until = state_path(data_dir, name), time.monotonic() + START_SECONDS
    while not state.exists():
        if is_free(_lock_path(data_dir, name, "keeper")) or time.monotonic() > until:
            raise Refused(f"The keeper of {name} ended early. Its log is {_log_path(data_dir, name)}.")
        time.sleep(0.05)
    return str(json.loads(state.read_text())["url"])


def _log_path(data_dir: Path, name: str) -> Path:
    return data_dir / "log" / f"{name}.log"


def _wait_for_the_end(data_dir: Path, name: str) -> None:
    """Wait until the server has stopped, unless it stays because somebody else holds it."""
    state, noticed = state_path(data_dir, name), time.monotonic() + 1.5
    while state.exists() and time.monotonic() < noticed:
        time.sleep(0.05)
    if not state.exists():
        wait_until_free(_lock_path(data_dir, name, "keeper"), seconds=30)
