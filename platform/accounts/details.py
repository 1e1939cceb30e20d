"""What a member may change about their account."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from web.local_time import valid_zone


class UnknownZone(Exception):
    """The time zone is none that we know; the text is for the person."""

    def __init__(self) -> None:
        super().__init__(_("Choose a time zone from the list, so that times are right for you."))


def change(*, user: User, display_name: str, time_zone: str, discreet: bool) -> None:
    """Keep the name, the zone (IANA, or "" for the site's) and the discreet choice. Raises UnknownZone."""
    if time_zone and not valid_zone(time_zone):
        raise UnknownZone
    user.display_name, user.time_zone, user.discreet = display_name.strip(), time_zone, discreet
    user.save(update_fields=["display_name", "time_zone", "discreet"])
