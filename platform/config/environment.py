"""Reading the environment: one variable at a time, and a sentence that names it when its value is wrong."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

env = Env()


def read(reader: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
    """One variable through one of `env`'s readers. Raises ImproperlyConfigured naming the variable."""
    try:
        return reader(name, *args, **kwargs)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """A secret made once for development and kept in a file that its owner alone can read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        fresh.rename(path)
    return path.read_text().strip()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`; a name other than localhost can't say."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
