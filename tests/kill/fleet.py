"""Real processes for the tests of sending: schedulers, workers, a broker of their own, a mail server that counts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from redis import Redis

import embedded

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 5
TICK_SECONDS = 0.5
QUIET_LOOKS = 6  # in a row, a twentieth of a second apart
PATIENCE = 60.0  # seconds that a busy machine may take
WORKERS = {"one": 0, "two": 0, "fast": 600, "slow": -600}  # how many seconds their clocks are ahead
CELERY = [sys.executable, "-m", "celery", "-A", "tests.kill.app"]
WORKER = ["worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]


class Sink:
    """A mail server that counts Message-IDs."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        header = next(line for line in envelope.content.splitlines() if line.lower().startswith(b"message-id:"))
        self.seen[header.split(b":", 1)[1].strip().decode()] += 1
        return "250 OK"


class Fleet:
    """Two schedulers and four workers: two with Celery's usual pool, one ten minutes fast, one ten minutes slow."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.switches = folder / "switches"
        self.switches.mkdir()
        self.port = port
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.begin_broker()

    def begin_broker(self) -> None:
        """Start the broker, empty; the second time at the same address as the first."""
        self._broker = embedded.ensure(self.folder / "broker", names=("redis",))
        self.broker_url = self._broker.redis_url
        self.redis = Redis.from_url(self.broker_url)

    def end_broker(self) -> None:
        self.redis.close()
        self._broker.release(wait=True)

    def start(self) -> None:
        for nth in (1, 2):
            schedule = str(self.folder / f"beat-{nth}")
            self._start(f"beat {nth}", ["beat", "--loglevel=WARNING", f"--schedule={schedule}", "--pidfile="])
        for name in WORKERS:
            self.start_worker(name)

    def start_worker(self, name: str) -> None:
        skew = WORKERS[name]
        pool = ["--pool=solo"] if skew else ["--concurrency=1"]
        self._start(name, [*WORKER, *pool, f"--hostname={name}@fleet"], SKEW_SECONDS=str(skew))

    def _start(self, name: str, arguments: list[str], **more: str) -> None:
        environment = os.environ | more | {
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database_name()}").geturl(),
            "REDIS_URL": self.broker_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "SENDING_LEASE_SECONDS": str(LEASE_SECONDS),
            "TICK_SECONDS": str(TICK_SECONDS),
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
            "KILL_SWITCHES": str(self.switches),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
        }  # fmt: skip
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                CELERY + arguments, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def replace_the_dead(self) -> list[str]:
        """Start those workers again that have died; who they were."""
        dead = [name for name, process in self.running.items() if process.poll() is not None]
        for name in dead:
            self.start_worker(name)
        return dead

    def pause(self) -> None:
        """No more ticks; returns when every worker is idle, so that nobody holds a lock in the database."""
        self._signal_beats(signal.SIGSTOP)
        self.redis.delete("celery")
        quiet = 0

        def all_quiet() -> bool:
            nonlocal quiet
            quiet = 0 if self.redis.exists("celery") or busy_connections() else quiet + 1
            return quiet >= QUIET_LOOKS

        wait_for(all_quiet, said=self.said)

    def resume(self) -> None:
        self._signal_beats(signal.SIGCONT)

    def _signal_beats(self, number: signal.Signals) -> None:
        for name, process in self.running.items():
            if name.startswith("beat"):
                process.send_signal(number)

    def stop(self) -> None:
        for process in self.running.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait(timeout=10)
        self.end_broker()
        shutil.rmtree(self.folder / "broker", ignore_errors=True)

    def said(self) -> str:
        """The last words of each process, for the message of a failed test."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.stem}: {log.read_text(errors='replace')[-1500:]}" for log in logs)


def database_name() -> str:
    return str(connection.settings_dict["NAME"])


def busy_connections() -> int:
    """Connections of others to this database that are in the middle of something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND state <> 'idle'"
        )
        return int(cursor.fetchone()[0])


def wait_for(what: Callable[[], bool], seconds: float = PATIENCE, said: Callable[[], str] = str) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, f"it took too long\n{said()}"
        time.sleep(0.05)
