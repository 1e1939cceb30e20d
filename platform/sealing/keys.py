"""The keys that seal what people write: FIELD_KEYS, newest first, each 32 random bytes in URL-safe base64.

A key's id is the first four bytes of its SHA-256, so an operator keeps nothing but the keys themselves.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
ID_BYTES = 4


def new_key() -> str:
    """A fresh key for FIELD_KEYS: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


@lru_cache(maxsize=8)
def keyring(written: tuple[str, ...]) -> dict[bytes, bytes]:
    """Key id to key, newest first. Raises ImproperlyConfigured for a key that is not 32 bytes of base64."""
    ring: dict[bytes, bytes] = {}
    for number, text in enumerate(written, 1):
        try:
            key = base64.urlsafe_b64decode(text)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"FIELD_KEYS: key number {number} is not 32 bytes of URL-safe base64.")
        ring[hashlib.sha256(key).digest()[:ID_BYTES]] = key
    return ring
