"""Throw-away servers for one run of the tests: `-p embedded.pytest_plugin`.

Each run has a pair of its own in a temporary folder, so runs in two checkouts, or two runs in one, do not
meet. The servers write without waiting for the disk. Their keepers stop them and remove the folder when the
run ends, also when it was killed; should a keeper have been killed too, the next run removes what is left.
DATABASE_URL and REDIS_URL, where they are set, take the place of the servers; one Redis serves one process at a time,
so `make test` then runs in a single one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest

import embedded
from embedded.lease import Lock, is_free

PREFIX = "halfhour-test-"
RUN_LOCK = "run.lock"  # held for as long as the run lives
SETTLED_SECONDS = 60.0
WITHOUT_SERVERS = {"--help", "-h", "--version", "-V", "--markers", "--fixtures"}
_held: list[embedded.Servers] = []
_folders: dict[Path, Lock] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None]:
    """Start them before pytest-django reads the settings, which it does in this same hook."""
    if not WITHOUT_SERVERS & set(args) and not only_hands_out(early_config):
        start()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop them after the last test, when Django has let go of its connections."""
    while _held:
        _held.pop().release(wait=True)
    while _folders:
        folder, lock = _folders.popitem()
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def only_hands_out(config: pytest.Config) -> bool:
    """Whether this process runs no test itself: pytest-xdist's workers do, each with servers of its own."""
    return bool(getattr(config.known_args_namespace, "numprocesses", None)) and "PYTEST_XDIST_WORKER" not in os.environ


def start() -> None:
    """Start the servers this run needs and name them, and a DATA_DIR of its own, in the environment."""
    sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)  # the servers' account passes through
    lock = Lock(folder / RUN_LOCK)
    lock.take()
    _folders[folder] = lock
    try:
        servers = embedded.ensure(folder / "servers", names=embedded.missing(os.environ), throw_away=True)
    except embedded.Refused as refusal:
        raise pytest.UsageError(str(refusal)) from refusal
    _held.append(servers)
    for name, url in servers.urls.items():
        os.environ[embedded.VARIABLES[name]] = url
    os.environ["DATA_DIR"] = str(folder / "data")
    (folder / "data").mkdir()


def sweep(root: Path) -> None:
    """Remove what a killed run and its killed keepers left in the temporary folder `root`."""
    for folder in root.glob(f"{PREFIX}*"):
        try:
            begun = (folder / RUN_LOCK).exists() or time.time() - folder.stat().st_mtime > SETTLED_SECONDS
            locks = [folder / RUN_LOCK, *(folder / "servers" / "locks").glob("*.keeper")]
            if begun and folder.stat().st_uid == os.geteuid() and all(is_free(lock) for lock in locks):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # another run is removing it
            continue
