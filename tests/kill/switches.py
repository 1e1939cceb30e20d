"""Steps of sending at which a worker can be made to die by SIGKILL, its whole process group at one moment.

A switch is a file named as the step. It holds the beginning of the occasions that it is meant for.
"""

from __future__ import annotations

import os
import signal
import smtplib
from pathlib import Path
from typing import Any

at_hand = [""]  # the occasion of the row that this process deals with
STEPS = ("before claim", "after claim", "during mail", "before answer", "before mark")


def die_at(step: str) -> None:
    """Die if the switch is set."""
    if taken(step):
        die()


def taken(step: str) -> bool:
    """Whether the switch was set for the row at hand; removing its file is what makes that exactly one process."""
    switch = folder() / step
    try:
        if not at_hand[0].startswith(switch.read_text()):
            return False
        switch.unlink()
    except FileNotFoundError:
        return False
    return True


def die() -> None:
    os.killpg(os.getpgid(0), signal.SIGKILL)


def folder() -> Path:
    return Path(os.environ["KILL_SWITCHES"])


def install() -> None:
    """Put the switches between the steps of `notifications.delivery` and into the conversation with the server."""
    from notifications import delivery

    prepared, claim, settle = delivery._prepared, delivery.claim, delivery.settle

    def _prepared(row: Any, now: Any) -> Any:
        at_hand[0] = row.occasion
        die_at("before claim")  # the row is locked, and nothing is written yet
        return prepared(row, now)

    def claim_(**named: Any) -> Any:
        claimed = claim(**named)
        if claimed is not None and claimed.mail is not None:
            die_at("after claim")
        return claimed

    def settle_(**named: Any) -> Any:
        die_at("before mark")
        return settle(**named)

    delivery._prepared, delivery.claim, delivery.settle = _prepared, claim_, settle_
    smtplib.SMTP.data = data_then(smtplib.SMTP.data)  # type: ignore[method-assign]


def data_then(data: Any) -> Any:
    """`SMTP.data` that may die with half of the mail sent, or with all of it before the server's answer is read."""

    def patched(self: smtplib.SMTP, message: bytes) -> Any:
        half = taken("during mail")
        if not half and not taken("before answer"):
            return data(self, message)
        self.putcmd("data")
        self.getreply()
        if half:
            self.send(message[: len(message) // 2])
            die()
        self.send(message + b"\r\n.\r\n")
        assert self.sock is not None
        self.sock.recv(1)  # the answer is on its way, so the server has the mail; nobody will read it
        die()
        return None

    return patched
