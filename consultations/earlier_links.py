"""The link in the mail about an offered half hour: it opens that one offer for its person without logging in.

As with the links of `links` (BOOKING 39): a GET shows, only a POST acts, and the key is signed for this offer and this
person alone. It ends with the offer, and when the person's address changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import Signer
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import walls
from accounts.acts import Kept
from accounts.people import member
from consultations.models import EarlierOffer
from web.clock import database_now

KEY = "key"
View = Callable[..., HttpResponseBase]


def make(offer: EarlierOffer) -> str:
    """The whole address of the offer's page, with the key of its person; for the mail to them. Needs its people."""
    path = reverse("consultations:offer", args=[offer.public_id])
    return f"{settings.SITE_URL}{path}?{urlencode({KEY: _signature(offer)})}"


def _signature(offer: EarlierOffer) -> str:
    person = offer.wish.member
    return Signer(salt="consultations.earlier_links").signature(f"{offer.public_id}|{person.pk}|{person.email}")


def follows(request: HttpRequest, offer: EarlierOffer) -> bool:
    """Whether this request carries the key of the offer, in its time."""
    alive = offer.wish.member.is_active and offer.expires_at > database_now()
    return alive and constant_time_compare(request.GET.get(KEY, "")[:200], _signature(offer))


def opens(view: View) -> View:
    """For the page of an offer, which its person alone may open: logged in, or by the link of the mail.

    The view is called with the offer, its person, and `linked`: whether they came by the link without logging in.
    """

    @walls.wall_only("earlier")
    def for_member(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
        reader, found = member(request), _find(public_id)
        if found is None:
            raise Http404
        if found.wish.member_id == reader.pk:
            return view(request, found, reader, linked=False)
        if not follows(request, found):
            raise Http404
        return render(request, "consultations/other_account.html", {"reader": reader})

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
        if request.user.is_authenticated or KEY not in request.GET:
            return for_member(request, public_id=public_id)
        found = _find(public_id)
        if found is None or not follows(request, found):
            return _wall_for_old_link(request)
        return view(request, found, found.wish.member, linked=True)

    return opened


def _find(public_id: uuid.UUID) -> EarlierOffer | None:
    rows = EarlierOffer.objects.select_related("specialist", "wish__member")
    return rows.filter(public_id=public_id).first()


def _wall_for_old_link(request: HttpRequest) -> HttpResponse:
    """The same words whether the key is wrong or old, or there is no such offer: a guess learns nothing."""
    why = _(
        "This link doesn’t work any more: it ends with the offer, which lasts half an hour. You keep your place in "
        "line, and we’ll write again. Log in and you’ll see how it stands."
    )
    return walls.show(request, walls.wall("earlier", kept=Kept(), way_back=request.path, why=why))
