"""`refresh_openings`: compute every specialist's free half hours again and say what had drifted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from consultations import openings_sync
from specialists.models import Specialist
from web.clock import database_now


class Command(BaseCommand):
    help = "Compute all free half hours again from hours and bookings, and report rows that differed."

    def handle(self, *args: Any, **options: Any) -> None:
        drifted = count = 0
        for pk, slug in Specialist.objects.order_by("pk").values_list("pk", "slug").iterator():
            changed = openings_sync.refresh(specialist_id=pk, now=database_now())
            count, drifted = count + 1, drifted + changed
            if changed:
                self.stdout.write(f"{slug}: {changed} rows differed")
        self.stdout.write(f"{count} specialists refreshed, {drifted} rows differed")
