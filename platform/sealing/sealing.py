"""Encryption at rest: AES-256-GCM (NIST SP 800-38D) with the key's id in front.

A sealed value is `version (1 byte) | key id (4) | nonce (12) | ciphertext and tag`. `purpose` is bound in as
associated data, so a value moved to another column or row kind does not open. The newest key writes, every
key reads; the `reseal` command moves old values to the newest key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from sealing.keys import ID_BYTES, keyring

VERSION = b"\x01"
NONCE_BYTES = 12
HEADER_BYTES = len(VERSION) + ID_BYTES


class CannotOpen(Exception):
    """The value was changed, belongs to another purpose, or its key is no longer in FIELD_KEYS."""


def _ring() -> dict[bytes, bytes]:
    return keyring(tuple(settings.FIELD_KEYS))


def seal(text: str, *, purpose: str) -> bytes:
    """`text` sealed with the newest key for this purpose, for instance "messaging.body"."""
    key_id, key = next(iter(_ring().items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + key_id + nonce + AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())


def unseal(sealed: bytes | memoryview, *, purpose: str) -> str:
    """The text that `seal` was given. Raises CannotOpen."""
    value = bytes(sealed)
    key = _ring().get(value[len(VERSION) : HEADER_BYTES])
    if value[: len(VERSION)] != VERSION or key is None:
        raise CannotOpen("unknown version or key")
    nonce, body = value[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], value[HEADER_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, purpose.encode()).decode()
    except InvalidTag as error:
        raise CannotOpen("changed, or sealed for something else") from error


def is_newest(sealed: bytes | memoryview) -> bool:
    """Whether the newest key wrote this value."""
    return bytes(sealed)[len(VERSION) : HEADER_BYTES] == next(iter(_ring()))


def fingerprint(text: str, *, purpose: str) -> str:
    """A keyed digest (HMAC-SHA-256, 32 hex digits) to look a sealed thing up by.

    It is made with SECRET_KEY rather than a field key, because it must stay the same when field keys rotate.
    """
    message = f"{purpose}\0{text}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()[:32]
