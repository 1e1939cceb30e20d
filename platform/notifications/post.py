"""Handing one mail at a time to the mail server, and what became of it."""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from enum import Enum

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.bounces import is_about_address
from notifications.reports import STATUS

log = logging.getLogger(__name__)

PER_CONNECTION = 50  # servers limit how much one connection may send
PERMANENT = 500  # RFC 5321, 4.2.1: a 5yz reply means that trying again will not help


class Fate(Enum):
    """What became of a mail. UNSURE: the connection broke when the server may have said yes already."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    UNSURE = "unsure"
    AWAY = "away"


@dataclass(frozen=True)
class Outcome:
    """A fate and a short code for the record, which never holds an address.

    `address_refused` is the server's status where it says that this address will not do, now or later.
    """

    fate: Fate
    cause: str = ""
    address_refused: str = ""


class Post:
    """One connection for the mails of a pass. Once the server is found away, the pass doesn't knock again."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None
        self._sent = 0
        self._away = False

    def send(self, message: EmailMessage) -> Outcome:
        """Send one mail. Never raises."""
        if self._away:
            return Outcome(Fate.AWAY, "mail server away")
        try:
            connection = self._open()
        except OSError as error:  # smtplib's own exceptions are OSErrors too
            log.error("The mail server cannot be reached: %s", error)
            self._away, self._connection = True, None
            return Outcome(Fate.AWAY, "mail server away")
        try:
            connection.send_messages([message])
        except Exception as error:
            self.close()
            outcome = judged(error)
            log.warning("A mail was not accepted: %s (%s)", outcome.cause, outcome.fate.value)
            return outcome
        self._sent += 1
        if self._sent >= PER_CONNECTION:
            self.close()
        return Outcome(Fate.ACCEPTED)

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection, self._sent = get_connection(), 0
            self._connection.open()
        return self._connection

    def close(self) -> None:
        """Say goodbye to the server; what it answers no longer matters."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError as error:
                log.info("The mail server did not say goodbye: %s", error)


def judged(error: Exception) -> Outcome:
    """Whether trying again may help, by what the server said."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        fate = Fate.REFUSED if all(code >= PERMANENT for code in codes) else Fate.LATER
        refused = _address_status(error) if fate == Fate.REFUSED else ""
        return Outcome(fate, f"recipient refused {max(codes, default=0)}", refused)
    if isinstance(error, smtplib.SMTPDataError):
        fate = Fate.REFUSED if error.smtp_code >= PERMANENT else Fate.LATER
        return Outcome(fate, f"mail refused {error.smtp_code}")
    if isinstance(error, smtplib.SMTPResponseException):
        # Our sender address or our credentials: the operator's to mend, so the mail waits.
        return Outcome(Fate.LATER, f"we were refused {error.smtp_code}")
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(Fate.UNSURE, "connection lost")
    return Outcome(Fate.REFUSED, f"cannot be sent: {type(error).__name__}"[:60])


def _address_status(error: smtplib.SMTPRecipientsRefused) -> str:
    """The enhanced status code (RFC 2034) where the server gives one, else its reply code; "" for other reasons."""
    code, text = next(iter(error.recipients.values()))
    found = STATUS.search(text.decode(errors="replace"))
    if found is None:
        return str(code)
    return found[0] if is_about_address(found[0]) else ""
