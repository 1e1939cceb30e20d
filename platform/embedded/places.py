"""Where the servers keep their things, and as whom they run.

A server must not run as root, so under root it runs as the owner of DATA_DIR or, failing that, as
`nobody`. That account may be unable to reach DATA_DIR or the virtual environment (a checkout in a home
folder that is closed to others); then the data lives below /var/lib and the programs are copied below
/var/cache, each readable for it. Sockets live beside the data, or in a private folder below the system's
temporary one where that path would be too long for a Unix socket (about 100 bytes).
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from embedded.refusal import Refused

STATE_ROOT = Path("/var/lib/halfhour")
CACHE_ROOT = Path("/var/cache/halfhour")
SOCKET_PATH_BYTES = 100  # the least any system allows is 104, with the closing zero
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")


@dataclass(frozen=True)
class Account:
    """The system account a server runs as; `dropped` says that it is not the one we run as."""

    uid: int
    gid: int
    dropped: bool

    @property
    def popen_options(self) -> dict[str, object]:
        """What `subprocess.Popen` needs to start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def own(self, path: Path) -> None:
        """Hand a file or folder to this account."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether every existing folder on the way to `path` lets this account through."""
        return not self.dropped or all(self._may_enter(folder) for folder in path.resolve().parents)

    def _may_enter(self, folder: Path) -> bool:
        try:
            found = folder.stat()
        except FileNotFoundError:
            return True
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def account_for(data_dir: Path) -> Account:
    """The account the servers of `data_dir` run as: ours, unless we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    for candidate in (data_dir, data_dir.parent):
        if candidate.exists() and (owner := candidate.stat().st_uid):
            try:
                entry = pwd.getpwuid(owner)
            except KeyError:  # initdb insists on an account with a name
                continue
            return Account(entry.pw_uid, entry.pw_gid, dropped=True)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise Refused(
            "PostgreSQL does not run as root, and this system has no account named nobody to run it as. "
            "Start Halfhour as an ordinary user, or set DATABASE_URL and REDIS_URL."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid, dropped=True)


def open_data_dir(data_dir: Path) -> Path:
    """Make DATA_DIR where it is missing and return it as an absolute path; refuses one we cannot write."""
    data_dir = data_dir.expanduser().absolute()
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"DATA_DIR {data_dir} cannot be made: {error.strerror}.") from error
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise Refused(
            f"DATA_DIR {data_dir} belongs to somebody else, so it cannot be used. Start Halfhour as the "
            "account that made it, or set DATA_DIR to another folder."
        )
    return data_dir


def home_for(data_dir: Path, account: Account) -> Path:
    """Where the servers write: DATA_DIR, or a folder below /var/lib that `account` can reach."""
    if account.can_reach(data_dir / "any"):
        return data_dir
    _sweep_abandoned_homes()
    mark = data_dir / "servers-id"
    if mark.exists():
        home = STATE_ROOT / mark.read_text().strip()
        owner = _owner_of(home)
        if owner is None or owner == data_dir or not _is_marked(owner, home.name):
            return _claim(home, data_dir)
    # A first start, or a copy of a DATA_DIR that is still in use where it was copied from.
    home = STATE_ROOT / secrets.token_hex(8)
    mark.write_text(f"{home.name}\n")
    return _claim(home, data_dir)


def sockets_for(home: Path, name: str, account: Account) -> Path:
    """The folder for one server's socket, private to `account`, with a path short enough for it."""
    folder = home / "run" / name
    folder.parent.mkdir(mode=0o711, exist_ok=True)
    if len(os.fsencode(folder)) + LONGEST_SOCKET_NAME >= SOCKET_PATH_BYTES or not account.can_reach(folder):
        short = f"halfhour-{account.uid}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
        roots = [Path(tempfile.gettempdir()), Path("/var", "tmp")]
        fits = [
            root / short
            for root in roots
            if len(os.fsencode(root / short)) + LONGEST_SOCKET_NAME < SOCKET_PATH_BYTES
            and account.can_reach(root / short)
        ]
        if not fits:
            raise Refused("No folder with a path short enough for a Unix socket was found. Set TMPDIR to one.")
        folder = fits[0]
    return private_folder(folder, account)


def private_folder(folder: Path, account: Account) -> Path:
    """Make `folder` for `account` alone; refuses one that somebody else put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
        raise Refused(f"{folder} belongs to somebody else, so the servers cannot use it. Remove it and try again.")
    account.own(folder)
    folder.chmod(0o700)
    return folder


def readable_copy(packages: Path, parts: tuple[str, ...], account: Account) -> Path:
    """`packages` (the folder Python's packages are in) itself, or a copy that `account` can reach and run.

    Copied are the folders `parts` of it, those that exist: programs, and the shared libraries a wheel puts
    beside its package, which the programs find by their relative place.
    """
    found = [part for part in parts if (packages / part).exists()]
    if account.can_reach(packages / "any"):
        return packages
    seen = [f"{packages / part}:{(packages / part).stat().st_mtime_ns}" for part in found]
    copy = CACHE_ROOT / hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]
    if not copy.exists():
        CACHE_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=CACHE_ROOT))
        for part in found:
            shutil.copytree(packages / part, fresh / part, symlinks=True)
        fresh.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # another start was quicker, its copy is as good
            shutil.rmtree(fresh, ignore_errors=True)
            if not copy.exists():
                raise
    return copy


def _owner_of(home: Path) -> Path | None:
    try:
        return Path((home / "data-dir").read_text().strip())
    except OSError:
        return None


def _is_marked(data_dir: Path, name: str) -> bool:
    try:
        return (data_dir / "servers-id").read_text().strip() == name
    except OSError:
        return False


def _claim(home: Path, data_dir: Path) -> Path:
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    (home / "data-dir").write_text(f"{data_dir}\n")
    return home


def _sweep_abandoned_homes() -> None:
    """Remove what belonged to DATA_DIRs that were deleted since."""
    for home in STATE_ROOT.glob("*"):
        owner = _owner_of(home)
        if owner is not None and not _is_marked(owner, home.name):
            shutil.rmtree(home, ignore_errors=True)
