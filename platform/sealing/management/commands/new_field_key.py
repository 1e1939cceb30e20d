"""`manage.py new_field_key`: prints a fresh key for FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from sealing.keys import new_key


class Command(BaseCommand):
    help = "Print a new key for FIELD_KEYS. Put it first, keep the old ones behind it, then run reseal."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_key())
