"""The real worker and scheduler, in processes of their own, on the database and broker of this run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "-A", "config.celery_app"]
STOP_SECONDS = 20


def environment(mail: Path, site: str) -> dict[str, str]:
    """What the processes must agree on with this one."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return os.environ | {
        "DATABASE_URL": database.geturl(),
        "EMAIL_URL": f"file://{mail}",
        "SITE_URL": site,
        "SITE_TIME_ZONE": settings.SITE_TIME_ZONE,
        "TICK_SECONDS": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
    }


@contextmanager
def running(folder: Path, mail: Path, site: str) -> Iterator[None]:
    """Worker and beat until the block ends; they must then stop when asked, and say nothing of errors."""
    commands = {
        "worker": ["worker", "--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle"],
        "beat": ["beat", "--loglevel=INFO", f"--schedule={folder / 'schedule'}", "--pidfile="],
    }
    started: list[subprocess.Popen[bytes]] = []
    try:
        for name, command in commands.items():
            with (folder / f"{name}.log").open("wb") as log:
                started.append(
                    subprocess.Popen(
                        CELERY + command,
                        env=environment(mail, site),
                        cwd=ROOT,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        yield
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        codes = [stopped(process) for process in started]
    logs = {name: (folder / f"{name}.log").read_text() for name in commands}
    assert codes == [0, 0], f"worker and beat ended with {codes}\n{logs}"
    assert "Traceback" not in "".join(logs.values()), logs


def stopped(process: subprocess.Popen[bytes]) -> int:
    """How a process ended after it was asked to; it is killed with its children when it does not."""
    try:
        return process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait(timeout=STOP_SECONDS)
