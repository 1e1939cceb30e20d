"""The servers under measurement, and the requests that are sent to them."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from tests.benchmarks.units import Cost, processor_time

SHORTEST_ROUND_SECONDS = 0.4  # processor time is counted in hundredths of a second
BATCH = 50
ROUNDS = 3
WARM_UP = 20


class Wrong(Exception):
    """A page did not answer as it should, and the message says how."""


@contextlib.contextmanager
def granian(application: str, environ: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """One worker with one thread serving `application`; gives its process id and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ),
            *("--workers", "1", "--blocking-threads", "1", "--no-ws", "--log-level", "warning", application),
        ],
        env=dict(environ),
    )
    try:
        _wait_for(port, process)
        yield process.pid, port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def cost_of(port: int, path: str, *, roots: Sequence[int], cookie: str = "") -> list[Cost]:
    """Rounds of requests for one page, with what the processes below `roots` spent on each round."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "Accept": "text/html"}
    if cookie:
        headers["Cookie"] = cookie
    try:
        for _ in range(WARM_UP):
            _get(line, path, headers)
        return [_round(line, path, headers, roots) for _ in range(ROUNDS)]
    finally:
        line.close()


def _round(line: http.client.HTTPConnection, path: str, headers: dict[str, str], roots: Sequence[int]) -> Cost:
    before, sent, spent = processor_time(roots), 0, 0.0
    while spent < SHORTEST_ROUND_SECONDS:
        for _ in range(BATCH):
            _get(line, path, headers)
        sent += BATCH
        spent = processor_time(roots) - before
    return Cost(spent, sent)


def _get(line: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> None:
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    if answer.status != 200:
        raise Wrong(f"answered {answer.status}")


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Wrong("The server under measurement did not start; its words are above.")
