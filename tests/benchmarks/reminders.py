"""100,000 due reminders to a mail server of ours, by two workers: how fast, how many lost, how many twice.

The rate is given beside that of a bare loop: one of the same mails, over one connection to the same server, with
nothing read, claimed, written or rendered.
"""

from __future__ import annotations

import contextlib
import json
import resource
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import embedded
from tests.benchmarks.site import Site

HOW_MANY = 100_000
WORKERS = 2
BARE = 10_000
PEOPLE = {"specialists": 500, "members": 1000}


def run(site: Site) -> str:
    """The line of the table."""
    site.manage("load_bulk", "--anyway", *(word for kind, rows in PEOPLE.items() for word in (f"--{kind}", str(rows))))
    child(site, "reminder_rows", str(HOW_MANY)).wait()
    site.sql("VACUUM ANALYZE")
    with sink(site) as (port, counts):
        site.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        begun, spent = time.monotonic(), children_seconds()
        workers = [child(site, "sending") for _nth in range(WORKERS)]
        for worker in workers:
            worker.wait()
        took, spent = time.monotonic() - begun, children_seconds() - spent
        arrived = counts()
        bare, bare_spent = bare_loop(port, (site.folder / "sink" / "sample.eml").read_bytes())
    states = dict(site.sql("SELECT state, count(*) FROM notifications_notification GROUP BY state"))
    rate = arrived["different"] / took
    return (
        f"{HOW_MANY:,} due, {WORKERS} workers: {took:.0f} s, {rate:.0f} a second; "
        f"lost {HOW_MANY - arrived['different']}, twice {arrived['mails'] - arrived['different']}; "
        f"rows now {', '.join(f'{state} {count:,}' for state, count in sorted(states.items()))}\n"
        f"bare loop over one connection: {bare:.0f} a second; ratio {rate / bare:.2f}; "
        f"processor time a mail: worker {spent / HOW_MANY * 1000:.1f} ms, bare loop {bare_spent * 1000:.1f} ms"
    )


def child(site: Site, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A Python process of the site's; what it says is seen only when it is an error."""
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
        env=site.environ, cwd=embedded.PROJECT, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@contextlib.contextmanager
def sink(site: Site) -> Iterator[tuple[int, Counts]]:
    """The counting mail server; gives its port, and what asks it for its counts."""
    folder = site.folder / "sink"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.mail_sink", str(folder)],
        env=site.environ, cwd=embedded.PROJECT, stdin=subprocess.PIPE,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not (folder / "port").exists() and time.monotonic() < until:
            time.sleep(0.05)
        yield int((folder / "port").read_text()), Counts(process, folder)
    finally:
        process.communicate(timeout=30)


class Counts:
    """Asks the mail server how many mails it got, and how many different ones."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process, self._file = process, folder / "counts.json"

    def __call__(self) -> dict[str, int]:
        self._file.unlink(missing_ok=True)
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        while not self._file.exists():
            time.sleep(0.05)
        return json.loads(self._file.read_text())  # type: ignore[no-any-return]


def bare_loop(port: int, mail: bytes) -> tuple[float, float]:
    """Mails a second of the barest loop, and the processor seconds of one."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        begun, spent = time.monotonic(), time.process_time()
        for _nth in range(BARE):
            server.sendmail("hello@example.org", ["noor@example.org"], mail)
        return BARE / (time.monotonic() - begun), (time.process_time() - spent) / BARE


def children_seconds() -> float:
    """Processor seconds of the children that have ended and were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
