"""A calendar as programs keep one: what mails (RFC 5546) and feeds leave in it, read by two independent parsers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message

import icalendar
import vobject
from django.core.mail import EmailMessage


@dataclass(frozen=True)
class Entry:
    """One VEVENT of a message, in plain values."""

    method: str
    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    status: str
    summary: str
    organizer: str
    attendees: tuple[str, ...]


Parser = Callable[[bytes], list[Entry]]


def with_icalendar(content: bytes) -> list[Entry]:
    calendar = icalendar.Calendar.from_ical(content)
    return [
        Entry(
            method=str(calendar.get("METHOD", "")),
            uid=str(event["UID"]),
            sequence=int(event["SEQUENCE"]),
            stamp=event.decoded("DTSTAMP"),
            start=event.decoded("DTSTART"),
            end=event.decoded("DTEND"),
            status=str(event["STATUS"]),
            summary=str(event["SUMMARY"]),
            organizer=str(event.get("ORGANIZER", "")).lower(),
            attendees=tuple(str(each).lower() for each in _many(event.get("ATTENDEE"))),
        )
        for event in calendar.walk("VEVENT")
    ]


def with_vobject(content: bytes) -> list[Entry]:
    calendar = vobject.readOne(content.decode())
    return [
        Entry(
            method=calendar.method.value if hasattr(calendar, "method") else "",
            uid=event.uid.value,
            sequence=int(event.sequence.value),
            stamp=event.dtstamp.value.astimezone(UTC),
            start=event.dtstart.value.astimezone(UTC),
            end=event.dtend.value.astimezone(UTC),
            status=event.status.value,
            summary=event.summary.value,
            organizer=event.organizer.value.lower() if hasattr(event, "organizer") else "",
            attendees=tuple(each.value.lower() for each in getattr(event, "attendee_list", [])),
        )
        for event in getattr(calendar, "vevent_list", [])
    ]


PARSERS: dict[str, Parser] = {"icalendar": with_icalendar, "vobject": with_vobject}


def _many(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


@dataclass
class CalendarClient:
    """The calendar of one person, who has one address.

    A message counts by UID; one with a lower SEQUENCE than is known, or the same and an older DTSTAMP, is old news
    (RFC 5546, 2.1.5). A CANCEL counts when it is from the organizer of what is there, names this person, and has a
    higher SEQUENCE (3.2.5); what it took away does not come back by old news.
    """

    address: str
    parse: Parser
    known: dict[str, Entry] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        return [each for each in self.known.values() if each.method != "CANCEL"]

    def receive(self, messages: Iterable[EmailMessage]) -> None:
        """Read the invitations among the mails to this person."""
        for message in messages:
            if message.to == [self.address]:
                for part in message.message().walk():
                    if part.get_content_type() == "text/calendar":
                        self._take(part)

    def subscribe(self, content: bytes) -> None:
        """Read a feed: all that is in it, in place of what was there."""
        self.known = {each.uid: each for each in self.parse(content)}

    def _take(self, part: Message) -> None:
        for entry in self.parse(part.get_payload(decode=True)):
            # Programs look at the part's parameter first and mistrust a message that disagrees with itself.
            assert part.get_param("method") == entry.method
            assert f"mailto:{self.address}" in entry.attendees and entry.organizer.startswith("mailto:")
            there = self.known.get(entry.uid)
            if there and (entry.sequence, entry.stamp) < (there.sequence, there.stamp):
                continue
            if entry.method == "CANCEL":
                assert entry.status == "CANCELLED"
                assert there is None or (entry.organizer == there.organizer and entry.sequence > there.sequence)
            self.known[entry.uid] = entry
