"""`check_openings`: compare the rows of free half hours with what hours and bookings say, and report drift."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from consultations import drift, openings_sync
from consultations.drift import Drift
from web.clock import database_now
from web.times import iso

NAMED = 5


class Command(BaseCommand):
    help = (
        "Compare all free half hours that lists show with hours and bookings. Ends with 1 when they differ, "
        "also when --repair has mended it; with 0 when they are true."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write the rows of those who drifted again")

    def handle(self, *args: Any, **options: Any) -> None:
        count = drifted = 0
        for found in drift.find(clock=database_now):
            count += 1
            if found is not None:
                drifted += 1
                self.stdout.write(f"{found.slug}: {said(found)}")
                if options["repair"]:
                    openings_sync.refresh(specialist_id=found.specialist_id, now=database_now())
        self.stdout.write(f"{count} specialists checked, {drifted} drifted{', and mended' * options['repair']}")
        if drifted:
            sys.exit(1)


def said(found: Drift) -> str:
    """What differs, with the first of the starts."""
    parts = [
        f"{len(starts)} {name} ({', '.join(iso(each) for each in starts[:NAMED])}{', …' * (len(starts) > NAMED)})"
        for name, starts in (("missing", found.missing), ("too many", found.extra))
        if starts
    ]
    parts += ["next_free wrong"] * found.next_free_wrong + ["not rolled forward"] * found.not_rolled
    return "; ".join(parts)
