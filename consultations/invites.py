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

PRODUCT = f"-//{settings.SITE_NAME}//Half hours//EN"
OFF = (State.CANCELLED, State.DECLINED, State.EXPIRED)


def other_name(consultation: Consultation, reader: User) -> str:
    """What the other person is called for this reader."""
    if reader.pk == consultation.client_id:
        return consultation.specialist.name
    return consultation.client.get_short_name()


def calendar_file(consultation: Consultation, reader: User) -> bytes:
    """The invite of one booking as one of its two people gets it: REQUEST, or CANCEL once it is called off.

    The organiser is the site, the same for both methods (RFC 5546, 3.2.5), and only the reader is named as
    attendee, as somebody who has accepted: nobody is asked to answer.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method_of(consultation))
    event = event_of(consultation, reader)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = vText(settings.SITE_NAME)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{reader.email}")
    attendee.params["cutype"] = vText("INDIVIDUAL")
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def method_of(consultation: Consultation) -> str:
    """What a calendar is to do with it (RFC 5546, 3.2)."""
    return "CANCEL" if consultation.state in OFF else "REQUEST"


def event_of(consultation: Consultation, reader: User) -> Event:
    """The half hour as an entry for this reader. Times are UTC; for a discreet reader the summary says nothing.

    DTSTAMP and LAST-MODIFIED are the last change that both were told of, so an entry that did not change is the same
    bytes again.
    """
    changed = consultation.changed_at or consultation.booked_at
    event = Event()
    event.add("uid", consultation.uid)
    event.add("sequence", consultation.sequence)
    event.add("dtstamp", changed)
    event.add("created", consultation.booked_at)
    event.add("last-modified", changed)
    event.add("dtstart", consultation.start)
    event.add("dtend", consultation.end)
    event.add("status", _status(consultation))
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("summary", _summary(consultation, reader))
    path = "/consultations/" if reader.discreet else reverse("consultations:detail", args=[consultation.public_id])
    event.add("url", f"{settings.SITE_URL}{path}")
    return event


def _status(consultation: Consultation) -> str:
    if consultation.state in OFF:
        return "CANCELLED"
    return "TENTATIVE" if consultation.state == State.REQUESTED else "CONFIRMED"


def _summary(consultation: Consultation, reader: User) -> str:
    if reader.discreet:
        return _("Appointment")
    return _("Half hour with %(name)s") % {"name": other_name(consultation, reader)}


def attachment(consultation: Consultation, reader: User) -> Attachment:
    """The invite as it goes with a mail."""
    method = method_of(consultation)
    return Attachment(
        "invite.ics", calendar_file(consultation, reader), f"text/calendar; method={method}; charset=UTF-8"
    )
