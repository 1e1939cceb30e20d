"""Calendar files for tests, written line by line so that no library writes what it later reads."""

from __future__ import annotations


def calendar(*parts: str, head: str = "") -> bytes:
    """A VCALENDAR around components or lines; `head` are properties of the calendar itself."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *head.splitlines(), *parts, "END:VCALENDAR", ""]
    return "\r\n".join("\r\n".join(part.splitlines()) for part in lines).encode()


def event(*lines: str, uid: str = "one@example.org") -> str:
    """A VEVENT with a title that must never be seen anywhere."""
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Secret supper", *lines, "END:VEVENT"])
