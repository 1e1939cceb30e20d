"""Writing to the audit trail, inside the transaction of the change that is recorded."""

from __future__ import annotations

from datetime import datetime

from audit.models import Entry


def record(
    *, verb: str, subject_kind: str, subject_id: int | None, actor_id: int | None, now: datetime, **detail: str | int
) -> None:
    """Append one line. `verb` is past tense ("booked", "verified"); `detail` holds ids and codes only."""
    Entry.objects.create(
        at=now, actor_id=actor_id, verb=verb, subject_kind=subject_kind, subject_id=subject_id, detail=detail
    )
