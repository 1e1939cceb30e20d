"""What went wrong with a specialist's own calendar, in plain words, and what they can do about it."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PARTLY = "partly"


class Words(NamedTuple):
    """`wrong` says what happened, `do` what helps; `lasting` when waiting alone never will."""

    wrong: str | Promise
    do: str | Promise
    lasting: bool = False


_PASTE = _("Copy the address from your calendar’s settings again and paste it here.")
_WAIT = _("You don’t have to do anything. We keep trying.")

WORDS = {
    "address": Words(_("This isn’t an address we can read."), _PASTE, lasting=True),
    "not_https": Words(
        _("The address begins with http, so anybody on the way could read your calendar."),
        _("Use the address that begins with https or webcal."),
        lasting=True,
    ),
    "port": Words(
        _("The address names a port other than 443 or 8443, and we don’t go there."),
        _("Use an address without a port."),
        lasting=True,
    ),
    "private": Words(
        _("The address leads into a private network, which we can’t reach."),
        _("Use an address that works from anywhere, without a home or office network."),
        lasting=True,
    ),
    "no_host": Words(_("We found no server of that name."), _("Look for a typing mistake in the address.")),
    "unreachable": Words(_("The calendar’s server didn’t answer, or broke off."), _WAIT),
    "slow": Words(_("The calendar’s server took too long to answer."), _WAIT),
    "server": Words(_("The calendar’s server had a fault of its own."), _WAIT),
    "tls": Words(
        _("The server couldn’t prove that it is the one the address names, so we read nothing from it."),
        _("If the server is yours, renew its certificate. Otherwise tell whoever runs it."),
    ),
    "not_found": Words(
        _("There is no calendar at this address any more."),
        _("It may have been renewed in your calendar’s settings. Copy it from there and paste it here."),
        lasting=True,
    ),
    "forbidden": Words(
        _("The server keeps this calendar from us."),
        _("Use the calendar’s secret or private address, which works without logging in."),
        lasting=True,
    ),
    "redirects": Words(_("The address leads on and on, and never to a calendar."), _PASTE, lasting=True),
    "not_calendar": Words(
        _("There is a web page at this address, no calendar."),
        _("Look for an address in iCal or ICS format. It often ends in .ics."),
        lasting=True,
    ),
    "malformed": Words(
        _("What we got isn’t a calendar that we can make sense of."),
        _("Open it in another calendar program. If that can’t read it either, its server has a fault."),
    ),
    "too_large": Words(
        _("The calendar is larger than 5 MB."),
        _("Give us a calendar with less in it: a new one, or one without attachments and past years."),
        lasting=True,
    ),
    "too_much": Words(
        _("There is more in this calendar than we can work through."),
        _("Give us a calendar with fewer entries that come back."),
        lasting=True,
    ),
    PARTLY: Words(
        _("Some entries make no sense to us, so they close no half hours."),
        _("If one of your busy times is missing, open that entry in your calendar and save it again."),
    ),
}
