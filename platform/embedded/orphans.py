"""Servers that outlived their keeper, found and ended before the next start.

On Linux the kernel ends a server with its keeper (`PR_SET_PDEATHSIG`), so an orphan is rare: it is one that
is still shutting down. A server changes into its data folder, so `/proc` tells whose it is; elsewhere the
pid file and `ps` do.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

SHUTDOWN_SECONDS = 15.0


def end_all(folder: Path, programs: Iterable[str]) -> None:
    """End every server of `folder`: wait for those that are leaving, then stop, then kill."""
    programs = tuple(programs)
    for signals, seconds in (((signal.SIGINT, signal.SIGTERM), SHUTDOWN_SECONDS), ((signal.SIGKILL,), 5.0)):
        found = find(folder, programs)
        if not found:
            return
        for pid in found:
            for one in signals:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, one)
        until = time.monotonic() + seconds
        while find(folder, programs) and time.monotonic() < until:
            time.sleep(0.05)


def find(folder: Path, programs: tuple[str, ...]) -> list[int]:
    """The processes of these programs that work in `folder`."""
    if Path("/proc/self/cwd").exists():
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _works_in(entry, folder, programs)]
    return _by_pid_file(folder, programs)


def _works_in(process: Path, folder: Path, programs: tuple[str, ...]) -> bool:
    try:
        program = os.readlink(process / "exe").removesuffix(" (deleted)")
        return Path(program).name in programs and os.readlink(process / "cwd") == str(folder)
    except OSError:  # gone meanwhile, or somebody else's
        return False


def _by_pid_file(folder: Path, programs: tuple[str, ...]) -> list[int]:
    try:
        pid = int((folder / "postmaster.pid").read_text().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return []
    said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return [pid] if str(folder) in said.stdout and any(name in said.stdout for name in programs) else []
