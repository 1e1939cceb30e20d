"""A model field whose column holds sealed bytes and whose attribute is plain text."""

from __future__ import annotations

from typing import Any

from django.db import models

from sealing.sealing import seal, unseal


class SealedTextField(models.BinaryField):
    """Text that PostgreSQL, its logs and its backups see only sealed.

    Cannot be filtered or sorted by. The purpose is "<app>.<model>.<field>"; it must not change once rows exist.
    """

    description = "Sealed text"

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = seal(value, purpose=self.purpose)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value, purpose=self.purpose)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return self.value_from_object(obj) or ""

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull` makes sense on sealed bytes; any other look-up would silently match nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
