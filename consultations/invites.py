"""Calendar invites: iCalendar (RFC 5545) with the methods of RFC 5546, one UID for the life of a booking."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from accounts.models import User
from consultations.models import Consultation, State
from notifications.kinds import Attachment


def other_name(consultation: Consultation, reader: User) -> str:
    """What the other person is called for this reader."""
    if reader.pk == consultation.client_id:
        return consultation.specialist.name
    return consultation.client.get_short_name()


def calendar_file(consultation: Consultation, reader: User) -> bytes:
    """The invite of one booking as one of its two people gets it: REQUEST, or CANCEL once it is called off.

    Times are UTC. The organiser is the site, and only the reader is named as attendee. For a discreet reader
    the summary says nothing.
    """
    cancelled = consultation.state == State.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Half hours//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    event = Event()
    event.add("uid", consultation.uid)
    event.add("sequence", consultation.sequence)
    event.add("dtstamp", consultation.changed_at or consultation.booked_at)
    event.add("dtstart", consultation.start)
    event.add("dtend", consultation.end)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("summary", _summary(consultation, reader))
    path = "/consultations/" if reader.discreet else reverse("consultations:detail", args=[consultation.public_id])
    event.add("url", f"{settings.SITE_URL}{path}")
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = vText(settings.SITE_NAME)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{reader.email}")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    return calendar.to_ical()


def _summary(consultation: Consultation, reader: User) -> str:
    if reader.discreet:
        return _("Appointment")
    return _("Half hour with %(name)s") % {"name": other_name(consultation, reader)}


def attachment(consultation: Consultation, reader: User) -> Attachment:
    """The invite as it goes with a mail."""
    method = "CANCEL" if consultation.state == State.CANCELLED else "REQUEST"
    return Attachment(
        "invite.ics", calendar_file(consultation, reader), f"text/calendar; method={method}; charset=UTF-8"
    )
