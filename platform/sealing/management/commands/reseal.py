"""`manage.py reseal`: moves every sealed value to the newest key, so that an old key can be dropped."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction
from django.db.models.functions import Cast

from sealing.fields import SealedTextField
from sealing.sealing import is_newest

BATCH = 500


class Command(BaseCommand):
    help = "Seal every sealed value again with the newest of FIELD_KEYS. Safe to stop and start again."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, SealedTextField):
                    self.stdout.write(f"{model._meta.label}.{field.name}: {self.reseal(model, field)} resealed")

    def reseal(self, model: type[models.Model], field: SealedTextField) -> int:
        """Number of values moved. Rows are locked a batch at a time, so writers wait for milliseconds only."""
        moved, last = 0, 0
        raw = Cast(field.name, models.BinaryField())
        rows = model._base_manager.exclude(**{f"{field.name}__isnull": True}).order_by("pk")
        while True:
            with transaction.atomic():
                batch = list(rows.filter(pk__gt=last).select_for_update(of=("self",))[:BATCH].values_list("pk", raw))
                if not batch:
                    return moved
                old = [pk for pk, value in batch if not is_newest(value)]
                for row in model._base_manager.filter(pk__in=old).only("pk", field.name):
                    self.write(model, field, row)
                moved, last = moved + len(old), batch[-1][0]

    def write(self, model: type[models.Model], field: SealedTextField, row: models.Model) -> None:
        """One value, past any trigger that holds for ordinary updates of append-only rows."""
        column = field.get_db_prep_value(getattr(row, field.attname), connection)
        model._base_manager.filter(pk=row.pk).update(**{field.name: bytes(column.adapted)})
