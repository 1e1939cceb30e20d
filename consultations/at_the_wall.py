"""What needs an account here, and what happens to a half hour while somebody logs in for it."""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import walls
from accounts.walls import browser_key
from accounts.zones import viewer_zone
from consultations import holds, refusals
from consultations.models import Hold
from consultations.wishes import parse_start
from sealing.sealing import fingerprint
from specialists.models import Specialist
from web import times


def hold(request: HttpRequest, payload: QueryDict, now: datetime) -> str:
    """Keeps the half hour that was posted for 15 minutes; a sentence until when, or "" when it can't be kept."""
    slug = request.resolver_match.kwargs.get("slug", "") if request.resolver_match else ""
    specialist = Specialist.objects.bookable().filter(slug=slug).first()
    start, holder = parse_start(payload.get("start", "")), browser_key(request)
    if specialist is None or start is None or not holder:
        return ""
    try:
        kept = holds.hold(specialist=specialist, start=start, holder=holder, address=address_of(request), now=now)
    except refusals.Refused:
        return ""
    return kept_until(request, kept)


def address_of(request: HttpRequest) -> str:
    """A digest of the connection's address, by which holds are counted."""
    return fingerprint(get_adapter().get_client_ip(request), purpose="consultations.holds")


def kept_until(request: HttpRequest, kept: Hold) -> str:
    """Until when, in the zone of the page."""
    zone = viewer_zone(request)
    said = {"time": times.clock(kept.expires_at, zone), "place": times.city(zone)}
    return _("We keep this time for you until %(time)s (%(place)s).") % said


def hold_longer(browser: str, now: datetime) -> None:
    """Signing up takes a mail and a code: what this browser holds is kept a while longer, once."""
    holds.extend(holder=browser, now=now)


def register() -> None:
    """Put what needs an account here on the list of acts."""
    walls.add_act(
        walls.Act(
            kind="book",
            sentence=gettext_lazy("You need to be logged in to book your free consultation."),
            why=gettext_lazy(
                "That’s so the two of you can find each other again. "
                "What you filled in is kept, and you’ll come straight back here to confirm."
            ),
            fields_shown=(("note", gettext_lazy("What you want them to know first")),),
            hold=hold,
            hold_longer=hold_longer,
            title=gettext_lazy("Your half hour"),
            note=gettext_lazy("You were booking a half hour. We’ll take you straight back to it."),
        )
    )
    walls.add_act(
        walls.Act(
            kind="earlier",
            sentence=gettext_lazy("You need to be logged in to be told about an earlier time."),
            why=gettext_lazy("That’s so we know whom to write to. You’ll come straight back here."),
            title=gettext_lazy("An earlier time"),
            note=gettext_lazy("You wanted to be told about an earlier time. We’ll take you straight back to it."),
        )
    )
