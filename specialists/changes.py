"""What other apps do when a specialist's situation changes: the list they fill in, and the call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

from specialists.models import Specialist

Change = Literal["paused", "resumed", "suspended", "lapsed", "zone", "withdrawn", "free_off", "free_on"]


class OnChange(Protocol):
    """One effect in an upper app; runs in the transaction of the change and may refuse it by raising."""

    def __call__(self, *, specialist: Specialist, change: Change, now: datetime) -> None: ...


on_change: list[OnChange | Callable[..., None]] = []


def announce(*, specialist: Specialist, change: Change, now: datetime) -> None:
    """Tell every listener, in the order of their apps."""
    for effect in on_change:
        effect(specialist=specialist, change=change, now=now)
