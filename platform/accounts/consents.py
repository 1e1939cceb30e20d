"""What people agreed to, in which version: one row each time, kept as long as the account."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Consent, User

# The versions that are on the site now; a new text gets a new date here.
VERSIONS = {"terms": "2026-11-23", "privacy": "2026-11-23"}


def agree(*, user: User, documents: tuple[str, ...], now: datetime) -> None:
    """Record agreement to the current version of these documents. Raises KeyError for an unknown one."""
    Consent.objects.bulk_create(
        Consent(user=user, document=document, version=VERSIONS[document], at=now) for document in documents
    )
