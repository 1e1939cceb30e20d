"""Reading delivery status notifications (RFC 3464; RFC 6533 for addresses beyond ASCII).

A report is a `multipart/report` of three parts: words for people, fields for programs, and the mail or its
headers. The last one carries the Message-ID that names the mail and the address it went to.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

FIELDS = {"message/delivery-status", "message/global-delivery-status"}
# Python parses every `message/...` as a mail in a mail, also where only its headers are there.
NESTED = {"message/rfc822", "message/global", "message/global-headers"}
HEADERS = "text/rfc822-headers"
BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Report:
    """What one report says of one mail. `failed`: its server has given up, which "delayed" is not (2.3.3)."""

    message_id: str
    address: str
    status: str
    failed: bool


def read(raw: bytes) -> Report | None:
    """The report in a mail; None for any other mail, and for a report that names no mail or status.

    Each of our mails has one recipient. Where it was handed on to several, one that failed is what counts.
    """
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    headers = next(_original(message), None)
    blocks = [block for part in message.walk() if part.get_content_type() in FIELDS for block in _blocks(part)]
    said = [(_word(block, "Action").lower(), STATUS.search(_word(block, "Status"))) for block in blocks]
    told = [(action, status[0]) for action, status in said if status and action]
    if headers is None or not told:
        return None
    action, status = next(((action, status) for action, status in told if action == "failed"), told[0])
    return Report(
        message_id=_word(headers, "Message-ID"),
        address=parseaddr(_word(headers, "To"))[1],
        status=status,
        failed=action == "failed" and not status.startswith("2"),
    )


def _blocks(part: Message) -> list[Message]:
    """The recipients' groups of fields; the first group speaks of the whole mail (2.1)."""
    payload = part.get_payload()
    groups = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    if len(groups) == 1:  # of these types Python knows the older one alone, and takes the rest for a body
        rest = str(groups[0].get_payload()).strip()
        groups += [email.message_from_string(text, policy=email.policy.compat32) for text in BLANK_LINE.split(rest)]
    return groups[1:]


def _original(message: Message) -> Iterator[Message]:
    for part in message.walk():
        payload = part.get_payload()
        if part.get_content_type() in NESTED and isinstance(payload, list) and isinstance(payload[0], Message):
            yield payload[0]
        elif part.get_content_type() == HEADERS:
            decoded = part.get_payload(decode=True)
            if isinstance(decoded, bytes):
                yield email.message_from_bytes(decoded, policy=email.policy.compat32)


def _word(message: Message, name: str) -> str:
    """A field's value in one line; the standard library gives odd bytes as a Header, hence `str`."""
    return " ".join(str(message.get(name, "")).split())
