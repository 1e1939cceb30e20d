"""Links in mails that act for one person without logging in (BOOKING 39).

A link names a booking, a purpose and a side, and carries a key that only we can make. Following it shows a page;
only posting that page's form acts, so a mail scanner that follows links changes nothing. It is good for its own
purpose and its own person, until the half hour starts. It also ends when the person's address changes, because
whoever reads the old mailbox may be somebody else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Literal, cast
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import walls
from accounts.acts import Kept
from accounts.models import User
from consultations.models import Consultation
from web.clock import database_now

Purpose = Literal["cancel", "move", "answer"]
PAGES: dict[str, str] = {
    "cancel": "consultations:cancel",
    "move": "consultations:reschedule",
    "answer": "consultations:answer",
}
CLIENT, SPECIALIST = "c", "s"
KEY = "key"

View = Callable[..., HttpResponseBase]


def make(consultation: Consultation, person: User, purpose: Purpose) -> str:
    """The path of the page for this purpose, with the key that lets this person act on it; for mails to them."""
    side = CLIENT if person.pk == consultation.client_id else SPECIALIST
    signature = _signer(purpose).signature(_signed(consultation, person, side))
    path = reverse(PAGES[purpose], args=[consultation.public_id])
    return f"{path}?{urlencode({KEY: f'{side}.{signature}'})}"


def person_of(request: HttpRequest, consultation: Consultation, purpose: Purpose) -> User | None:
    """Whose link this request follows; None for a wrong, foreign or expired key. Needs `with_people`."""
    side, _dot, signature = request.GET.get(KEY, "")[:200].partition(".")
    person = {CLIENT: consultation.client, SPECIALIST: consultation.specialist.user}.get(side)
    if person is None or not person.is_active or consultation.start <= database_now():
        return None
    try:
        _signer(purpose).unsign(f"{_signed(consultation, person, side)}:{signature}")
    except BadSignature:
        return None
    return person


def _signer(purpose: Purpose) -> Signer:
    return Signer(salt=f"consultations.links.{purpose}")


def _signed(consultation: Consultation, person: User, side: str) -> str:
    return f"{consultation.public_id}|{side}|{person.pk}|{person.email}"


def opens(purpose: Purpose) -> Callable[[View], View]:
    """For the page of one booking that its two people may open: logged in, or by the link of a mail.

    The view is called with the booking, the person who acts, and `linked`: whether they came by a link alone,
    without logging in, and so may see no more than this one act needs.
    """

    def decorate(view: View) -> View:
        @walls.wall_only("book")
        def for_member(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
            reader, found = cast(User, request.user), _find(public_id)
            if found is None:
                raise Http404
            if reader.pk in {found.client_id, found.specialist.user_id}:
                return view(request, found, reader, linked=False)
            if person_of(request, found, purpose) is None:
                raise Http404
            return render(request, "consultations/other_account.html", {"reader": reader})

        @never_cache
        @wraps(view)
        def opened(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
            if request.user.is_authenticated or KEY not in request.GET:
                return for_member(request, public_id=public_id)
            found = _find(public_id)
            person = person_of(request, found, purpose) if found else None
            if person is None:
                return _wall_for_old_link(request)
            return view(request, found, person, linked=True)

        return opened

    return decorate


def _find(public_id: uuid.UUID) -> Consultation | None:
    return Consultation.objects.with_people().filter(public_id=public_id).first()


def _wall_for_old_link(request: HttpRequest) -> HttpResponse:
    """The same words whether the key is wrong or old, or there is no such booking: a guess learns nothing."""
    why = _(
        "This link doesn’t work any more: links in our mails end when the half hour starts. "
        "Log in and you’ll find it in your times."
    )
    return walls.show(request, walls.wall("book", kept=Kept(), way_back=request.path, why=why))
