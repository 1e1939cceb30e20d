"""`make run`: the whole site in one terminal, `python -m embedded.run`.

Database and broker (unless their URLs are set), then migrations and the demo, then web, worker and
scheduler, watched until Ctrl-C. HOST and PORT say where the site is served.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

import embedded
from embedded import places
from embedded.lease import Lock
from embedded.processes import Processes, Program
from embedded.refusal import Refused
from embedded.terminal import LogTail, Terminal

LOOK_SECONDS = 0.25
SERVING_SECONDS = 60.0
LOGS = {"postgres": "database", "redis": "broker"}
DEMO_PASSWORD = "halfhour-demo"
DEMO_ACCOUNTS = {
    "visitor@example.org": "a member",
    "member2@example.org": "another member",
    "specialist@example.org": "a specialist with free half hours",
    "specialist2@example.org": "another specialist",
    "applicant@example.org": "a specialist whose licence is not checked yet",
    "curator@example.org": "a curator",
    "admin@example.org": "the administrator",
}


class Stopped(Exception):
    """Somebody asked us to stop."""


def address(environ: dict[str, str]) -> tuple[str, int]:
    """HOST and PORT from the environment; raises `Refused` for a port that is none."""
    host, port = environ.get("HOST") or "127.0.0.1", environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Refused(f"PORT is {port!r}, which is no port. Choose a number from 1 to 65535, for instance 8000.")
    return host, int(port)


def check_port(host: str, port: int) -> None:
    """Raise `Refused` when the site could not be served there; asked before anything starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken, so nothing was started. Stop the program that uses it, "
            f"or choose another port: PORT={port + 1 if port < 65535 else 8000} make run"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than we have. Choose one above 1023: PORT=8000 make run"
    return f"The site cannot be served on {host}, port {port}: {error.strerror or error}."


def programs(host: str, port: int, data_dir: Path) -> list[Program]:
    """Web first, so that the site answers while the others are still loading."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery_app"]
    return [
        Program(
            "web",
            [
                *(
                    sys.executable,
                    "-m",
                    "granian",
                    "--interface",
                    "wsgi",
                    "--host",
                    host,
                    "--port",
                    str(port),
                ),
                *("--no-ws", "--log-level", "warning", "--access-log", "config.wsgi:application"),
            ],
        ),
        Program(
            "worker",
            [
                *(*celery, "worker", "--concurrency", "2", "-O", "fair", "--loglevel", "info"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
        ),
        Program(
            "beat",
            [
                *(*celery, "beat", "--loglevel", "warning", "--pidfile", ""),
                *("--schedule", str(data_dir / "celerybeat-schedule")),
            ],
        ),
    ]


class Run:
    """One `make run`."""

    def __init__(self, environ: dict[str, str], terminal: Terminal) -> None:
        self._terminal = terminal
        self._environ = environ
        self._parent = os.getppid()
        self._told = 0
        self._servers: embedded.Servers | None = None
        self._tails: dict[str, LogTail] = {}
        self._data_dir = embedded.data_dir_of(environ)

    def serve(self) -> int:
        """Start all, watch, stop all; returns the exit code."""
        host, port = address(self._environ)
        check_port(host, port)
        self._data_dir = places.open_data_dir(self._data_dir)
        self._environ["DATA_DIR"] = str(self._data_dir)
        alone = self._be_alone()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._be_told)
        processes = None
        try:
            self._join_servers()
            processes = Processes(self._terminal, self._environ)
            self._start(processes, host, port)
            while True:
                self._watch(processes)
        except Stopped:
            self._terminal.say("halfhour", "Stopping.")
            return 0
        finally:
            if processes is not None:
                processes.stop()
            if self._servers is not None:
                self._servers.release(wait=True)
            alone.close()

    def _be_alone(self) -> Lock:
        (self._data_dir / "locks").mkdir(mode=0o700, exist_ok=True)
        alone = Lock(self._data_dir / "locks" / "run")
        if not alone.take():
            raise Refused(
                f"Halfhour is already running with {self._data_dir}, so nothing was started. "
                "To run a second one beside it, give it a DATA_DIR of its own."
            )
        return alone

    def _join_servers(self) -> None:
        names = embedded.missing(self._environ)
        self._servers = embedded.ensure(self._data_dir, names=names)
        # From here on: what they say while starting matters only when they do not, and then they are named.
        self._tails = {LOGS[name]: LogTail(self._data_dir / "log" / f"{name}.log") for name in names}
        for name, url in self._servers.urls.items():
            self._environ[embedded.VARIABLES[name]] = url

    def _start(self, processes: Processes, host: str, port: int) -> None:
        demo = self._prepare(processes)
        web, *others = programs(host, port, self._data_dir)
        processes.start(web)
        until = time.monotonic() + SERVING_SECONDS
        while not _answers(host, port) and time.monotonic() < until:
            self._watch(processes, seconds=0.05)
        self._announce(host, port, demo=demo)
        for program in others:
            processes.start(program)

    def _prepare(self, processes: Processes) -> bool:
        """Migrations and demo; says whether the demo is there, raises `Refused` where that failed."""
        with tempfile.TemporaryDirectory(prefix="halfhour-") as folder:
            report = Path(folder) / "report"
            process = processes.run_once(Program("halfhour", [sys.executable, "-m", "embedded.prepare", str(report)]))
            try:
                while process.poll() is None:
                    self._watch(processes, seconds=0.02)
            finally:
                processes.finished(process)
            if process.returncode:
                raise Refused("Halfhour was not started; the lines above say why.")
            return bool(json.loads(report.read_text())["demo"])

    def _watch(self, processes: Processes, *, seconds: float = LOOK_SECONDS) -> None:
        """One look at everything, then a pause. Raises `Stopped` or `Refused`."""
        if self._told or ("MAKELEVEL" in self._environ and os.getppid() != self._parent):
            raise Stopped
        processes.look()
        for name, tail in self._tails.items():
            for line in tail.fresh():
                self._terminal.say(name, line)
        assert self._servers is not None
        if fallen := self._servers.fallen():
            self._terminal.say("halfhour", f"{' and '.join(LOGS[name] for name in fallen)} was killed; starting again.")
            self._servers.release()
            self._servers = embedded.ensure(self._data_dir, names=tuple(self._servers.urls))
        time.sleep(seconds)

    def _announce(self, host: str, port: int, *, demo: bool) -> None:
        place = f"[{host}]" if ":" in host else host
        self._terminal.say("halfhour", f"Halfhour is at http://{place}:{port}/   (Ctrl-C stops it)")
        if demo:
            self._terminal.say("halfhour", f"Demo accounts, each with the password {DEMO_PASSWORD}:")
            for email, who in DEMO_ACCOUNTS.items():
                self._terminal.say("halfhour", f"  {email:<24} {who}")

    def _be_told(self, _number: int, _frame: object) -> None:
        self._told += 1


def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def main() -> int:
    """Run in the foreground; a refusal is one sentence and exit code 1."""
    terminal = Terminal(sys.stdout)
    environ = dict(os.environ)
    roots = os.pathsep.join([str(embedded.PROJECT), str(embedded.PROJECT / "platform")])
    environ.update(PYTHONPATH=roots, PYTHONUNBUFFERED="1")
    # Granian reads these itself; one small process serves a development machine well.
    environ.setdefault("GRANIAN_WORKERS", "1")
    environ.setdefault("GRANIAN_BLOCKING_THREADS", "4")
    environ.setdefault("GRANIAN_BACKPRESSURE", "64")
    if os.geteuid() == 0:  # in a container root is usual, and the worker would say so at length each time
        environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser privileges")
    os.chdir(embedded.PROJECT)
    try:
        return Run(environ, terminal).serve()
    except Refused as refusal:
        terminal.say("halfhour", str(refusal))
        return 1


if __name__ == "__main__":
    sys.exit(main())
