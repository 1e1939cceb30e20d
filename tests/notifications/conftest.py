"""The kind to test with, a moment, and a maker of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications import outbox
from notifications.kinds import kinds
from notifications.models import Notification
from tests.factories import make_topic, make_user
from tests.notifications.kinds import CODE, KIND

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Tell = Callable[..., Notification]


@pytest.fixture(autouse=True)
def _test_kind() -> Iterator[None]:
    kinds[CODE] = KIND
    yield
    kinds.pop(CODE, None)


@pytest.fixture
def tell(db: None) -> Tell:
    """Writes a notification due at noon; the topic it is about and the recipient are made unless given."""

    def write(**values: Any) -> Notification:
        values = {"kind": CODE, "occasion": "1", "due_at": NOON, "now": NOON} | values
        values.setdefault("recipient", values.get("recipient") or make_user(display_name="Noor"))
        values.setdefault("subject_id", make_topic("quiet-evenings", name="Quiet evenings").pk)
        return outbox.notify(**values)

    return write
