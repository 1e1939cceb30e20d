"""Ends the supervisor's processes when the supervisor was killed: `python -m embedded.guard`.

It reads the process groups to watch from its standard input, `+<group>` and `-<group>` a line. That pipe
closes when the supervisor dies, however it dies; what is still listed then is asked to end, and made to
after ten seconds.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 10.0


def alive(groups: Iterable[int]) -> list[int]:
    """Those of the process groups that still have a member."""
    found = []
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, 0)
            found.append(group)
    return found


def end(groups: Iterable[int], *, grace: float = GRACE_SECONDS) -> None:
    """Ask the groups to end, and kill what is left of them after `grace` seconds."""
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 2.0)):
        groups = alive(groups)
        for group in groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, number)
        until = time.monotonic() + seconds
        while alive(groups) and time.monotonic() < until:
            time.sleep(0.05)


def main() -> int:
    """Watch until the pipe closes."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    end(groups)
    return 0


if __name__ == "__main__":
    sys.exit(main())
