#!/usr/bin/env python3
"""Halfhour's commands: `python manage.py …` works in the checkout with no variables set.

Started by another Python than the one in `.venv/`, it starts again with that one. Commands that need the
database or the broker use the embedded ones (`platform/embedded`) where DATABASE_URL or REDIS_URL is not set.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SOURCE_ROOTS = (ROOT, ROOT / "platform")

# Commands that read neither database nor broker, and must not wait for them.
SERVERLESS = {
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "new_field_key",
    "sendtestemail",
    "startapp",
    "startproject",
    "version",
}


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    use_virtual_environment(arguments)
    # One of them is the script's own folder, which Python has put there already.
    sys.path[:0] = [str(root) for root in SOURCE_ROOTS if str(root) not in sys.path]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        print(
            "Django is not installed. Run `make run` once: it makes .venv and installs there.",
            file=sys.stderr,
        )
        return 1
    if needs_servers(arguments[1:]):
        import embedded

        try:
            embedded.join(os.environ)
        except embedded.Refused as refusal:
            print(refusal, file=sys.stderr)
            return 1
    execute_from_command_line(arguments)
    return 0


def use_virtual_environment(arguments: list[str]) -> None:
    """Start again with `.venv`'s Python, where there is one and this is another."""
    python = ROOT / ".venv" / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        os.execv(python, [str(python), *arguments])


def needs_servers(arguments: list[str]) -> bool:
    """Whether the command reads the database or the broker."""
    command = next((word for word in arguments if not word.startswith("-")), "help")
    options = set(arguments)
    if command in SERVERLESS or options & {"--help", "-h", "--version"}:
        return False
    if command == "check":  # reads the database only where asked to
        return any(option.startswith("--database") for option in options)
    if command == "makemigrations":  # compares files; its look at the database is a courtesy
        return not options & {"--check", "--dry-run"}
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv))
