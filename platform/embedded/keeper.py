"""The keeper of one server: `python -m embedded.keeper postgres|redis DATA_DIR [--throw-away]`.

It starts the server, says on its standard output (one line of JSON) where it is or why it is not, starts it
again when it dies, and stops it once nobody holds a lease on it. Nobody waits for the keeper: it lives in a
session of its own, for as long as its server is wanted.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from embedded import orphans, places
from embedded.broker import Redis
from embedded.database import Postgres
from embedded.holding import state_path
from embedded.lease import Lock
from embedded.refusal import Refused

KINDS: dict[str, type[Postgres] | type[Redis]] = {"postgres": Postgres, "redis": Redis}
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.2
QUICK_DEATHS = 5
QUICK_SECONDS = 30.0
PR_SET_PDEATHSIG = 1


class Keeper:
    """Keeps one server alive while it is leased."""

    def __init__(self, name: str, data_dir: Path, *, throw_away: bool) -> None:
        self.name, self.data_dir, self.throw_away = name, data_dir, throw_away
        self._locks = data_dir / "locks"
        self._alone = Lock(self._locks / f"{name}.keeper")
        self._lease = Lock(self._locks / f"{name}.lease")
        self._told_to_stop = False
        account = places.account_for(data_dir)
        choosing = Lock(self._locks / "home")  # the keepers of one DATA_DIR must choose the same home
        if not choosing.take(seconds=30):
            raise Refused(f"Another start has been choosing a place for {data_dir} for half a minute.")
        self._home = places.home_for(data_dir, account)
        choosing.close()
        self._sockets = places.sockets_for(self._home, name, account)
        self.server = KINDS[name](home=self._home, sockets=self._sockets, account=account, throw_away=throw_away)
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start, say so, keep, stop."""
        if not self._alone.take(seconds=5):
            say({})  # another keeper was quicker, and its state tells where it is
            return
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._be_told)
        self._start()
        state = state_path(self.data_dir, self.name)
        fresh = state.with_suffix(".new")
        fresh.write_text(json.dumps({"url": self.server.url, "keeper": os.getpid()}))
        fresh.rename(state)
        say({"url": self.server.url})
        try:
            self._keep()
        finally:
            state.unlink(missing_ok=True)
            self._stop()
            shutil.rmtree(self._sockets, ignore_errors=True)
            if self.throw_away:
                self._remove_everything()
            self._alone.close()
            self._lease.close()

    def _start(self) -> None:
        orphans.end_all(self.server.folder, self.server.programs)
        self.server.forget_the_dead()
        self.server.prepare()
        self._process = subprocess.Popen(
            self.server.command,
            cwd="/",
            env=self.server.environ,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            stderr=sys.stderr,
            # Runs after the change of account, which would clear it. We have one thread, so this is safe.
            preexec_fn=die_with_parent(self.server.stops[0]),
            **self.server.account.popen_options,  # type: ignore[call-overload]
        )
        until = time.monotonic() + READY_SECONDS
        while not self.server.is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self._stop()
                log = self.data_dir / "log" / f"{self.name}.log"
                raise Refused(f"{self.name} did not start in {self.server.folder}. Its log is {log}.")
            time.sleep(0.01)

    def _keep(self) -> None:
        """Until nobody holds the lease, or we are told to stop: start the server again when it dies."""
        deaths: list[float] = []
        while not self._told_to_stop and not self._lease.take():
            assert self._process is not None
            if self._process.poll() is not None:
                now = time.monotonic()
                deaths = [then for then in deaths if now - then < QUICK_SECONDS] + [now]
                if len(deaths) >= QUICK_DEATHS:
                    raise Refused(f"{self.name} died {QUICK_DEATHS} times within {QUICK_SECONDS:.0f} seconds.")
                print(f"{self.name} ended with {self._process.returncode}; starting it again", file=sys.stderr)
                self._start()
            time.sleep(POLL_SECONDS)

    def _stop(self) -> None:
        if self._process is None:
            return
        signals = (signal.SIGKILL,) if self.throw_away and self.name == "redis" else self.server.stops
        for number in (*signals, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(STOP_SECONDS)

    def _remove_everything(self) -> None:
        """Take our own things away; the last of the keepers takes DATA_DIR itself."""
        shutil.rmtree(self.server.folder, ignore_errors=True)
        if not any(state_path(self.data_dir, name).exists() for name in KINDS):
            for folder in (self._home, self.data_dir):
                shutil.rmtree(folder, ignore_errors=True)

    def _be_told(self, _number: int, _frame: object) -> None:
        self._told_to_stop = True


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child runs first, so that the kernel sends it `number` when its parent dies (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return arrange


def say(report: dict[str, str]) -> None:
    """Tell who started us, once; after that nobody listens."""
    print(json.dumps(report), flush=True)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)


def main(arguments: list[str]) -> int:
    """Run the keeper; a refusal is told to who started it, and written to the log."""
    name, data_dir, *options = arguments
    try:
        Keeper(name, Path(data_dir), throw_away="--throw-away" in options).run()
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        say({"refused": str(refusal)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
