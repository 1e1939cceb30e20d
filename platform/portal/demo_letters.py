"""Conversations of the demo: with specialists, and with the team."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from messaging import conversations
from messaging.models import Thread
from portal.demo_people import House, read

WAITING = {
    "kind": "team",
    "member": "member2",
    "subject": "Can I use another name here?",
    "unread_for": ["team"],
    "messages": [
        {
            "sender": "member",
            "minutes_ago": 95,
            "body": "Hello. May I put down a name that isn’t mine? I’d rather not be found by my pupils.",
        }
    ],
}


def load(*, house: House, now: datetime) -> None:
    """Those of the file, and one letter to the team that nobody has answered yet."""
    for row in [*read("conversations"), WAITING]:
        conversation(row, house=house, now=now)


def conversation(row: dict[str, Any], *, house: House, now: datetime) -> None:
    """One conversation, letter by letter, and how far each side has read."""
    member = house.members[row["member"]]
    began = now - timedelta(minutes=row["messages"][0]["minutes_ago"])
    thread, other = opened(row, member=member, house=house, now=began)
    last_id = 0
    for letter in row["messages"]:
        last_id = conversations.write(
            thread=thread,
            sender=member if letter["sender"] == "member" else other,
            body=letter["body"],
            client_id=uuid.uuid4(),
            now=now - timedelta(minutes=letter["minutes_ago"]),
        ).pk
    unread = set(row["unread_for"])
    for side, names in ((member, {"member", row["member"]}), (other, {"specialist", "team", "curator"})):
        if not unread & names:
            conversations.mark_read(thread=thread, user=side, last_id=last_id, now=now)


def opened(row: dict[str, Any], *, member: User, house: House, now: datetime) -> tuple[Thread, User]:
    """The thread, and who writes from its other side."""
    if row["kind"] == "team":
        subject = row["subject"]
        return conversations.team_thread(member=member, subject=subject, now=now), house.curator
    specialist = house.specialists[row["specialist"]]
    assert specialist.user is not None
    return conversations.thread_with(member=member, specialist=specialist, now=now), specialist.user
