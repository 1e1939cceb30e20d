"""Moving, answering and cancelling one half hour: logged in, or by the link of a mail."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.models import User
from accounts.zones import is_zone
from consultations import cancelling, changing_page, choosing, links, moving, proposals, refusals, requests, zoned
from consultations.forms import CancelForm, WordsForm
from consultations.models import Consultation
from consultations.wishes import parse_start
from web.clock import database_now

READ_AND_POST = ["GET", "HEAD", "POST"]


@links.opens("move")
@require_http_methods(READ_AND_POST)
def reschedule(request: HttpRequest, found: Consultation, reader: User, *, linked: bool) -> HttpResponse:
    """Another time: the member takes an open one, or one side proposes some and the other chooses."""
    chosen = [start for text in request.POST.getlist("start") if (start := parse_start(text))]
    words = WordsForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and "look" not in request.POST and words.is_valid():
        try:
            _change(request, found, reader, chosen, words.cleaned_data["words"])
        except refusals.Refused as error:
            refused, found = error, changing_page.fresh(found)
        else:
            return _done(request, found, linked=linked)
    if "done" in request.GET and request.method != "POST":
        return _stands(request, found, reader, linked=linked)
    zone, holder = zoned.zone_of(request, reader if linked else None), walls.browser_key(request)
    asked = changing_page.read_day(request.POST.get("look", "") or request.GET.get("from", ""))
    context = changing_page.change(
        found, reader, asked=asked, zone=zone, now=timezone.now(), chosen=chosen, holder=holder
    )
    return _page(
        request, "consultations/change.html", context | {"words": words}, reader, linked=linked, refused=refused
    )


def _change(request: HttpRequest, found: Consultation, reader: User, chosen: list[datetime], words: str) -> None:
    now, text = database_now(), request.POST.get("seen", "")
    seen = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not choosing.moves_itself(found, reader):
        proposals.propose(consultation=found, actor=reader, starts=chosen, words=words, seen=seen, now=now)
    elif not chosen:
        raise refusals.ChooseOne
    else:
        holder = walls.browser_key(request)
        moving.move(consultation=found, actor=reader, start=chosen[0], seen=seen, now=now, holder=holder)


@links.opens("answer")
@require_http_methods(READ_AND_POST)
def answer(request: HttpRequest, found: Consultation, reader: User, *, linked: bool) -> HttpResponse:
    """Yes or no to what was asked for; one of the times proposed, or the one there is."""
    words = WordsForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and words.is_valid():
        try:
            _answer(request, found, reader, words.cleaned_data["words"])
        except refusals.Refused as error:
            refused, found = error, changing_page.fresh(found)
        else:
            return _done(request, found, linked=linked)
    context = changing_page.answer(found, reader, now=timezone.now()) | {"words": words}
    return _page(request, "consultations/answer.html", context, reader, linked=linked, refused=refused)


def _answer(request: HttpRequest, found: Consultation, reader: User, words: str) -> None:
    now, do = database_now(), request.POST.get("do", "")
    if do == "accept":
        requests.accept(consultation=found, actor=reader, now=now)
    elif do == "decline":
        requests.decline(consultation=found, actor=reader, reason=words, now=now)
    else:
        proposal = changing_page.proposal_named(found, request.POST.get("proposal", ""))
        start = parse_start(request.POST.get("start", ""))
        if do == "keep":
            proposals.keep(proposal=proposal, actor=reader, now=now)
        elif start is None:
            raise refusals.ChooseOne
        else:
            proposals.take(proposal=proposal, actor=reader, start=start, now=now)


@links.opens("cancel")
@require_http_methods(READ_AND_POST)
def cancel(request: HttpRequest, found: Consultation, reader: User, *, linked: bool) -> HttpResponse:
    """Asks, and on POST cancels; a GET changes nothing."""
    form = CancelForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            cancelling.cancel(consultation=found, actor=reader, reason=reason, now=database_now())
        except refusals.Refused as error:
            refused, found = error, changing_page.fresh(found)
        else:
            return _done(request, found, linked=linked)
    context = changing_page.of(found, reader, now=timezone.now())
    return _page(request, "consultations/cancel.html", context | {"form": form}, reader, linked=linked, refused=refused)


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    reader: User,
    *,
    linked: bool,
    refused: refusals.Refused | None,
) -> HttpResponse:
    """A page of a change: whoever came by a link reads no more than this act needs."""
    shown = context | {"linked": linked, "refused": refused}
    status = 503 if isinstance(refused, refusals.Busy) else 409 if refused else 200
    return zoned.page(request, template, shown, now=timezone.now(), status=status, reader=reader if linked else None)


def _stands(request: HttpRequest, found: Consultation, reader: User, *, linked: bool) -> HttpResponse:
    """How it stands after a change, for who came by a link."""
    context = changing_page.of(found, reader, now=timezone.now())
    return _page(request, "consultations/stands_now.html", context, reader, linked=linked, refused=None)


def _done(request: HttpRequest, found: Consultation, *, linked: bool) -> HttpResponse:
    """On to the half hour's own page; by a link, which opens no other, to the same page again."""
    if not linked:
        return HttpResponseRedirect(reverse("consultations:detail", args=[found.public_id]), status=303)
    tz = request.POST.get("tz", "") or request.GET.get("tz", "")
    query = {links.KEY: request.GET[links.KEY], "done": "1"} | ({"tz": tz} if is_zone(tz) else {})
    return HttpResponseRedirect(f"{request.path}?{urlencode(query)}", status=303)
