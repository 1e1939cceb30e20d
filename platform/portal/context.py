"""What the page header needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Exists, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from messaging import conversations
from notifications import bounces
from notifications.models import ReturnedMail
from specialists.models import Specialist
from web.prepared import Prepared


def _ask(person: int) -> QuerySet[User, Any]:
    returned = ReturnedMail.objects.filter(user=person, answered_at=None)
    return User.objects.filter(pk=person).values_list(
        Exists(Specialist.objects.filter(user=person)), Subquery(returned.values("address_key"))
    )


_known = Prepared(_ask, person=int)


def header(request: HttpRequest) -> dict[str, Any]:
    """The site's name, and `header` for somebody logged in: looked up when a page reads it, never for visitors."""
    said: dict[str, Any] = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        said["header"] = SimpleLazyObject(lambda: of_member(request))
    return said


def of_member(request: HttpRequest) -> dict[str, Any]:
    """`unread` letters, whether there is a practice to go to, whether the desk is theirs, and whether mail to the
    address they have comes back.
    """
    user = getattr(request, "user", None)
    # Error pages may be written before anybody was looked up.
    if user is None or not user.is_authenticated:
        return {}
    ((is_specialist, address_key),) = _known(person=user.pk)
    return {
        "unread": conversations.unread_count(user),
        "is_specialist": is_specialist,
        "is_curator": user.is_curator,
        "mail_returned": bounces.is_distrusted(user, address_key),
    }
