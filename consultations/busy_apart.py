"""Reading a stranger's calendar in a process of its own, which may use so much time and memory and no more.

A short file can keep a parser busy for hours (`FREQ=SECONDLY` since 1970), and the parser keeps the time zones
of every file it read. The process is a fresh one: it has no connection, none of our keys in its environment,
and what it says besides its answer (a traceback would quote the file) is thrown away.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from consultations.busy_reading import CalendarRefused, Reading, busy_times

CPU_SECONDS, WALL_SECONDS = 20, 60
MEMORY_BYTES = 1024**3
ROOT = Path(__file__).resolve().parents[1]
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHONTZPATH")


def read_apart(content: bytes, *, zone: str, since: datetime, until: datetime, own: frozenset[str]) -> Reading:
    """`busy_reading.busy_times` elsewhere, with its refusals; `too_much` also for what reached a limit."""
    limits = {"cpu": CPU_SECONDS, "memory": MEMORY_BYTES}
    asked = {"zone": zone, "since": since.timestamp(), "until": until.timestamp(), "own": sorted(own)} | limits
    try:
        done = subprocess.run(
            [sys.executable, "-m", "consultations.busy_apart"],
            input=json.dumps(asked).encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise CalendarRefused("too_much") from None
    if done.returncode:
        raise CalendarRefused("too_much")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise CalendarRefused(answer["refused"])
    busy = tuple(
        (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in answer["busy"]
    )
    return Reading(busy, answer["unread"])


def main() -> None:
    """The other process: a line of JSON and a calendar come in, a line of JSON goes out."""
    asked = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (asked["cpu"], asked["cpu"]))
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    since, until = (datetime.fromtimestamp(asked[name], UTC) for name in ("since", "until"))
    try:
        reading = busy_times(
            sys.stdin.buffer.read(), zone=asked["zone"], since=since, until=until, own=frozenset(asked["own"])
        )
    except CalendarRefused as refused:
        print(json.dumps({"refused": refused.code}))
    else:
        busy = [(start.timestamp(), end.timestamp()) for start, end in reading.busy]
        print(json.dumps({"busy": busy, "unread": reading.unread}))


if __name__ == "__main__":
    main()
