"""The history of a half hour as its two people read it: who did what when, without blame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from consultations.models import Consultation
from consultations.proposals import other_name


@dataclass(frozen=True)
class Line:
    """What happened when; of a move also from which start to which."""

    at: datetime
    words: str
    before: datetime | None = None
    after: datetime | None = None


def lines(consultation: Consultation, reader: User) -> list[Line]:
    """Oldest first; one query."""
    name, found = other_name(consultation, reader), []
    start: datetime | None = None
    for event in consultation.events.all():
        by = "" if event.actor_id is None else "you" if event.actor_id == reader.pk else "other"
        words = _words(event.what, by, name)
        moved = event.what == "moved" and start is not None
        if words:
            found.append(Line(event.at, words, start if moved else None, event.start if moved else None))
        start = event.start
    return found


def _words(what: str, by: str, name: str) -> str:
    """A sentence; empty for what is told elsewhere on the page."""
    said = {
        "booked": (_("You booked it"), _("%(name)s booked it"), _("Booked")),
        "requested": (_("You asked for it"), _("%(name)s asked for it"), _("Asked for")),
        "accepted": (_("You said yes"), _("%(name)s said yes"), _("Agreed")),
        "declined": (_("You couldn’t take it"), _("%(name)s couldn’t take it"), _("Declined")),
        "expired": ("", "", _("It wasn’t answered in time, and the time was free again")),
        "proposed": (_("You proposed other times"), _("%(name)s proposed other times"), _("Other times were proposed")),
        "kept": (_("You kept the time"), _("%(name)s kept the time"), _("The time was kept")),
        "kept outside": (_("You kept it, outside your hours"), _("%(name)s kept it as it was"), ""),
        "moved": (_("You moved it"), _("%(name)s moved it"), _("Moved")),
        "cancelled": (_("You cancelled it"), _("%(name)s cancelled it"), _("Our team called it off")),
        "clock kept": (
            _("You kept it, with its new time on your clock"),
            _("%(name)s kept it, with its new time on their clock"),
            "",
        ),
        "ended": ("", "", _("It was over")),
    }.get(what)
    if said is None:
        return ""
    mine, theirs, nobodys = said
    return {"you": mine, "other": theirs % {"name": name}, "": nobodys}[by] or nobodys
