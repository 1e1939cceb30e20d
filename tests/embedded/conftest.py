"""Folders and processes for the tests of the embedded servers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded import PROJECT

HOLD = """
import json, sys
from pathlib import Path
import embedded
servers = embedded.ensure(Path(sys.argv[1]))
print(json.dumps(servers.urls), flush=True)
sys.stdin.readline()
servers.release(wait=True)
"""


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of a person who set nothing."""
    ours = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "HOST", "PORT", "MAKELEVEL", "EMBEDDED_POSTGRES_BIN"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'platform'}", **more}


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def processes_about(folder: Path) -> list[str]:
    """Command lines and working folders of living processes that have to do with `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        if entry.name == str(os.getpid()):
            continue
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            cwd = os.readlink(entry / "cwd")
        except OSError:
            continue
        if is_alive(int(entry.name)) and (str(folder) in line or cwd.startswith(str(folder))):
            found.append(f"{entry.name}: {line} (in {cwd})")
    return found


def eventually(true: Callable[[], bool], *, seconds: float = 20.0) -> bool:
    """Whether `true()` becomes so within `seconds`."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder that any account may pass through, as a checkout usually is."""
    made = Path(tempfile.mkdtemp(prefix="hh-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def hold() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start another process that holds the servers of a folder until it reads a line, or is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(data_dir: Path, **environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(data_dir)],
            env=clean_environment(**environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
