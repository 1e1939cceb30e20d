"""`import_specialists FILE.csv [--dry-run]`: drafts from an office's list, with a report on every row."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from specialists import importing, importing_table
from web.clock import database_now


class Command(BaseCommand):
    help = "Reads specialists from a CSV file into drafts that only curators see, and reports on every row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            reports = importing.run(data=file.read_bytes(), now=database_now(), dry_run=dry_run)
        except (OSError, importing_table.NotATable) as fault:
            raise CommandError(str(fault)) from fault
        for report in reports:
            name = report.name or _("(no name)")
            self.stdout.write(f"{report.row:>4}  {name}: {importing.OUTCOMES[report.outcome]}")
            for problem in report.problems:
                self.stdout.write(f"      {problem}")
        counts = Counter(report.outcome for report in reports)
        said = ", ".join(f"{counts[key]} {words}" for key, words in importing.OUTCOMES.items() if counts[key])
        self.stdout.write(said or _("The file has no rows."))
        if dry_run:
            self.stdout.write(_("Nothing was written: this was a dry run."))
