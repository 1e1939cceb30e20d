"""The page after a half hour: did you talk, and would you go on together. Each side has its own."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from consultations import afterwards, attendance, refusals, showing, zoned
from consultations import fit as cards
from consultations.fit_forms import CardForm, SaidForm
from consultations.models import Attended, Consultation, Fit
from web.clock import database_now


@never_cache
@walls.wall_only("book")
@require_http_methods(["GET", "POST"])
def fit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One question at a time; a POST answers the one that `do` names, whether they talked or their own card."""
    own = Consultation.objects.visible_to(member(request)).with_people()
    consultation, now = get_object_or_404(own, public_id=public_id), database_now()
    if request.method == "GET":
        return _page(request, consultation, now)
    form = CardForm(request.POST) if request.POST.get("do") == "card" else SaidForm(request.POST)
    if not form.is_valid():
        return _page(request, consultation, now, posted=form)
    try:
        _take(request, consultation, form, now)
    except refusals.Refused as refused:
        return _page(request, get_object_or_404(own, public_id=public_id), now, posted=form, refused=refused)
    return HttpResponseRedirect(reverse("consultations:fit", args=[public_id]), status=303)


def _take(request: HttpRequest, consultation: Consultation, form: CardForm | SaidForm, now: datetime) -> None:
    actor, given = member(request), form.cleaned_data
    if isinstance(form, CardForm):
        choice, words = Fit(given["answer"]), given["words"]
        cards.answer(consultation=consultation, actor=actor, choice=choice, words=words, now=now)
    else:
        attendance.say(consultation=consultation, actor=actor, said=Attended(given["said"]), now=now)


def _page(
    request: HttpRequest,
    consultation: Consultation,
    now: datetime,
    *,
    posted: CardForm | SaidForm | None = None,
    refused: refusals.Refused | None = None,
) -> HttpResponse:
    reader = member(request)
    after = afterwards.of(consultation=consultation, reader=reader, now=now)
    card = after.standing.own
    written = {"answer": card.answer, "words": card.words} if card else None
    context = {
        "consultation": consultation,
        "row": showing.row(consultation, reader, now),
        "after": after,
        "card": card,
        "said_form": posted if isinstance(posted, SaidForm) else SaidForm(initial={"said": after.word}),
        "card_form": posted if isinstance(posted, CardForm) else CardForm(initial=written),
        "posted": posted,
        "refused": refused,
    }
    status = 200 if refused is None else 503 if isinstance(refused, refusals.Busy) else 409
    return zoned.page(request, "consultations/fit.html", context, now=now, status=status)
