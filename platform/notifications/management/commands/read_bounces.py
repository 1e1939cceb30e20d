"""`manage.py read_bounces`: what mail servers report about mails that came back, from the mailbox they report to."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from notifications import bounces, reports
from web.clock import database_now


class Command(BaseCommand):
    """Reads each mail once, records what came back, and prints what it found."""

    help = (
        "Reads delivery status notifications (RFC 3464) from files with one mail each, from Maildir folders, or "
        "from standard input, and records which of our mails came back. Reading one again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="*", type=Path, metavar="path", help="files or Maildir folders; none or - is standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = Counter(self._recorded(raw) for raw in mails(options["paths"] or [Path("-")]))
        words = {
            bounces.Result.RECORDED.value: _("came back"),
            bounces.Result.KNOWN.value: _("known already"),
            bounces.Result.CLOSED.value: _("of mails that had failed or were withdrawn before"),
            bounces.Result.NOT_OURS.value: _("of no mail of ours"),
            "under way": _("still under way, or arrived"),
            "no report": _("no delivery report"),
        }
        for code, said in words.items():
            if counts[code]:
                self.stdout.write(f"{counts[code]} {said}")
        if not counts:
            self.stdout.write(_("No mail to read."))

    def _recorded(self, raw: bytes) -> str:
        report = reports.read(raw)
        if report is None:
            return "no report"
        if not report.failed:
            return "under way"
        result = bounces.record(
            message_id=report.message_id, status=report.status, address=report.address, now=database_now()
        )
        return result.value


def mails(paths: list[Path]) -> Iterator[bytes]:
    """Each mail's bytes. In a Maildir those not marked as seen, which are marked once they have been dealt with."""
    for path in paths:
        if str(path) == "-":
            if raw := sys.stdin.buffer.read():
                yield raw
        elif (path / "new").is_dir() and (path / "cur").is_dir():
            yield from _unseen(mailbox.Maildir(path, create=False))
        elif path.is_file():
            yield path.read_bytes()
        else:
            raise CommandError(_("%(path)s is neither a file nor a Maildir folder.") % {"path": path})


def _unseen(box: mailbox.Maildir) -> Iterator[bytes]:
    for key in sorted(box.keys()):
        message = box[key]
        if "S" in message.get_flags():
            continue
        yield box.get_bytes(key)
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
