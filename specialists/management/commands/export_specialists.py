"""`export_specialists`: every profile as CSV, to standard output."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from specialists import exporting


class Command(BaseCommand):
    help = "Writes every specialist as CSV in the columns that import_specialists reads."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(exporting.text(), ending="")
