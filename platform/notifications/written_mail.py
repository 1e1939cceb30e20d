"""Reading what `mail_folder` wrote, for the pages that show it in development."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"^(\d{20})-[0-9a-f]{8}$")
MOST_SHOWN = 200


@dataclass(frozen=True)
class Written:
    """One mail in the folder; `name` is its file's without the ending, `at` when it was written."""

    name: str
    at: datetime
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def attachments(self) -> list[tuple[str, str]]:
        """Name and text of each file that goes with it; what is no text is only named."""
        return [
            (part.get_filename() or part.get_content_type(), _text(part)) for part in self.message.iter_attachments()
        ]


def _text(part: EmailMessage) -> str:
    return part.get_content() if part.get_content_maintype() == "text" else ""


def folder() -> Path | None:
    """Where mail is written; None when it is sent instead."""
    path = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(path) if path else None


def newest() -> list[Written]:
    """The last mails written, newest first."""
    where = folder()
    names = sorted((path.stem for path in where.glob("*.eml")), reverse=True) if where else []
    return [found for name in names[:MOST_SHOWN] if (found := one(name))]


def one(name: str) -> Written | None:
    """One mail by its name; None for a name that is none of ours."""
    where, shape = folder(), NAME.match(name)
    if where is None or shape is None:
        return None
    try:
        data = (where / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    return Written(name=name, at=datetime.fromtimestamp(int(shape[1]) / 1e9, UTC), message=message)
