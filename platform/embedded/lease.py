"""Who is using the servers of a DATA_DIR, kept in file locks.

Three lock files per server; the kernel lets go of a lock when its process dies, however it dies, so no
lock is ever stale:

- `gate`   held for the moment of joining, so that two who come at once start one server
- `lease`  shared by everybody who uses the server; its keeper stops the server once it gets it exclusively
- `keeper` held by the keeper (`embedded.keeper`) for as long as it lives

A keeper that is stopping holds the lease exclusively; whoever comes then waits for the shared lease until
the keeper is gone, and starts the next one.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

POLL_SECONDS = 0.02


class Lock:
    """An advisory lock on one file; `close` (or the death of the process) lets go of it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, seconds: float = 0.0) -> bool:
        """Try to take the lock for at most `seconds`; says whether we have it."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self._file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    return False
                time.sleep(POLL_SECONDS)
            else:
                return True

    def close(self) -> None:
        """Let go. A forked copy of this process keeps its own hold until it ends, too."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def is_free(path: Path) -> bool:
    """Whether nobody holds `path` exclusively; asking is shared, so askers do not see each other."""
    return wait_until_free(path, seconds=0.0)


def wait_until_free(path: Path, *, seconds: float) -> bool:
    """Wait for the exclusive holder of `path`; says whether it let go. A folder that is gone is free."""
    try:
        lock = Lock(path)
    except FileNotFoundError:
        return True
    try:
        return lock.take(shared=True, seconds=seconds)
    finally:
        lock.close()
