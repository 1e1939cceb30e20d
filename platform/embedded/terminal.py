"""What `make run` prints: each process's lines behind its name, in its colour on a terminal."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import TextIO

NAME_WIDTH = 8
COLOURS = {"halfhour": "1", "web": "34", "worker": "36", "beat": "35", "database": "32", "broker": "33"}


class Terminal:
    """Writes whole lines, one at a time, from any thread."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._coloured = out.isatty()
        self._lock = threading.Lock()

    def say(self, name: str, line: str) -> None:
        """Print one line that `name` said. A reader who went away is no reason to stop."""
        head = f"{name:<{NAME_WIDTH}} |"
        if self._coloured:
            head = f"\033[{COLOURS.get(name, '0')}m{head}\033[0m"
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._out.write(f"{head} {line.rstrip()}\n")
            self._out.flush()

    def follow(self, name: str, said: TextIO) -> None:
        """Print what `name` says until it stops, and close the pipe; for a thread of its own."""
        with said:
            for line in said:
                if line.strip():
                    self.say(name, line)


class LogTail:
    """The lines that were added to a log file since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = path.stat().st_size if path.exists() else 0

    def fresh(self) -> list[str]:
        """Whole new lines; a log begun anew is read from its start."""
        try:
            size = self._path.stat().st_size
            if size == self._read:
                return []
            with self._path.open("rb") as log:
                log.seek(self._read if size > self._read else 0)
                said = log.read()
        except OSError:
            return []
        whole = said.rfind(b"\n") + 1
        self._read = (self._read if size > self._read else 0) + whole
        return said[:whole].decode(errors="replace").splitlines()
