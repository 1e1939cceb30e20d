"""Keeping a set of processes running: start, watch, start again with growing pauses, stop all of them.

Each runs in a session of its own, so Ctrl-C reaches the supervisor alone, which stops them in order; a
guard (`embedded.guard`) stops them when the supervisor itself was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embedded.refusal import Refused
from embedded.terminal import Terminal

QUICK_SECONDS = 10.0
QUICK_DEATHS = 5
LONGEST_PAUSE = 8.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Program:
    """What to run, and the name its lines carry."""

    name: str
    command: Sequence[str]


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[str]
    since: float
    quick_deaths: int = 0
    again_at: float | None = None


class Processes:
    """The processes of one `make run`."""

    def __init__(self, terminal: Terminal, environ: Mapping[str, str]) -> None:
        self._terminal = terminal
        # A line is shown when it is said: Python would keep what goes into a pipe until there is a page of it.
        self._environ = {"PYTHONUNBUFFERED": "1", **environ}
        self._running: list[_Running] = []
        self._followers: dict[int, threading.Thread] = {}
        self._guard = self._start_guard()

    def start(self, program: Program) -> subprocess.Popen[str]:
        """Start a program and keep it running from now on."""
        running = _Running(program, self._open(program), time.monotonic())
        self._running.append(running)
        return running.process

    def run_once(self, program: Program) -> subprocess.Popen[str]:
        """Start a program that ends by itself; the caller waits for it, `stop` ends it otherwise."""
        return self._open(program)

    def finished(self, process: subprocess.Popen[str]) -> None:
        """End what is left of a program, print its last lines and forget it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._followers.pop(process.pid).join(timeout=1)
        self._tell_guard(f"-{process.pid}")

    def look(self) -> None:
        """One look at all of them: report those that died and start them again when their pause is over.

        Raises `Refused` when one keeps dying at once.
        """
        now = time.monotonic()
        for running in self._running:
            if running.again_at is None and running.process.poll() is not None:
                self._plan_again(running, now)
            if running.again_at is not None and now >= running.again_at:
                running.process, running.since, running.again_at = self._open(running.program), now, None
        if self._guard.poll() is not None:
            self._close_guard()
            self._guard = self._start_guard()
            for running in self._running:
                self._tell_guard(f"+{running.process.pid}")

    def stop(self) -> None:
        """Ask all to end, newest first, and kill what is left after a while."""
        living = [running.process for running in reversed(self._running) if running.process.poll() is None]
        for process in living:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in living:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
        for running in self._running:
            if running.again_at is None:
                self.finished(running.process)
        self._running.clear()
        self._close_guard()

    def _plan_again(self, running: _Running, now: float) -> None:
        name, code = running.program.name, running.process.returncode
        self.finished(running.process)
        running.quick_deaths = running.quick_deaths + 1 if now - running.since < QUICK_SECONDS else 0
        pause = min(LONGEST_PAUSE, 0.5 * 2**running.quick_deaths)
        running.again_at = now + pause
        if running.quick_deaths >= QUICK_DEATHS:
            raise Refused(
                f"{name} ended {QUICK_DEATHS} times within {QUICK_SECONDS:.0f} seconds of its start, so "
                "everything was stopped. Its last lines above say why."
            )
        self._terminal.say("halfhour", f"{name} ended {_how(code)}; starting it again in {pause:g} s.")

    def _open(self, program: Program) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            list(program.command),
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._tell_guard(f"+{process.pid}")
        follower = threading.Thread(
            target=self._terminal.follow, args=(program.name, process.stdout), daemon=True, name=program.name
        )
        follower.start()
        self._followers[process.pid] = follower
        return process

    def _start_guard(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "embedded.guard"],
            env=self._environ,
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _close_guard(self) -> None:
        assert self._guard.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._guard.stdin.close()
        self._guard.wait()

    def _tell_guard(self, line: str) -> None:
        assert self._guard.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died; `look` starts another and tells it all
            self._guard.stdin.write(f"{line}\n")
            self._guard.stdin.flush()


def _how(code: int) -> str:
    if code >= 0:
        return f"with code {code}"
    return f"by {signal.Signals(-code).name}"
