"""Pages of conversations."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import walls
from accounts.people import member
from messaging import conversations, reading
from messaging.forms import ContactForm, LetterForm
from messaging.models import Thread
from specialists.models import Specialist
from web.clock import database_now


@never_cache
@walls.wall_only("messages")
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """All of one's conversations: what is new above what is read."""
    rows = reading.inbox(member(request))
    new = [row for row in rows if row.unread]
    context = {"new": new, "read": [row for row in rows if not row.unread], "any": bool(rows)}
    return render(request, "messaging/inbox.html", context)


@never_cache
@walls.wall_only("message")
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One conversation: its letters, and the form for the next one."""
    talk = _thread(request, public_id)
    if request.method == "POST":
        return _answer(request, talk)
    after = request.GET.get("after", "")
    if after.isdecimal():
        return _newer(request, talk, int(after[:18]))
    return _page(request, talk, LetterForm(walls.kept(request)))


def _thread(request: HttpRequest, public_id: uuid.UUID) -> Thread:
    mine = Thread.objects.visible_to(member(request)).select_related("specialist", "specialist__user", "member")
    return get_object_or_404(mine, public_id=public_id)


def _page(request: HttpRequest, talk: Thread, form: LetterForm, *, status: int = 200) -> HttpResponse:
    letters = reading.letters(talk)
    seen = reading.seen_by_other(talk, member(request))
    if letters:
        conversations.mark_read(thread=talk, user=member(request), last_id=letters[-1].pk, now=timezone.now())
    context = {
        "talk": talk,
        "name": reading.other_name(talk, member(request)),
        "letters": letters,
        "seen": seen,
        "form": form,
        "last_id": letters[-1].pk if letters else 0,
        "as_specialist": talk.member_id != member(request).pk,
    }
    return render(request, "messaging/thread.html", context, status=status)


def _newer(request: HttpRequest, talk: Thread, after: int) -> HttpResponse:
    """What came after the letter the page ends with: rows to add, or 204 for nothing."""
    letters = [each for each in reading.letters(talk, after=after) if each.sender_id != member(request).pk]
    if not letters:
        return HttpResponse(status=204)
    conversations.mark_read(thread=talk, user=member(request), last_id=letters[-1].pk, now=timezone.now())
    context = {"talk": talk, "letters": letters, "seen": 0, "name": reading.other_name(talk, member(request))}
    return render(request, "messaging/letters.html", context)


def _answer(request: HttpRequest, talk: Thread) -> HttpResponse:
    """Store the posted letter. A script gets JSON, a plain form the page again with the letter in it."""
    form = LetterForm(request.POST)
    refusal: conversations.Refused | None = None
    if form.is_valid():
        try:
            letter = conversations.write(thread=talk, sender=member(request), now=database_now(), **form.cleaned_data)
        except conversations.Refused as refused:
            refusal = refused
            form.add_error("body", str(refused))
        else:
            if _wants_json(request):
                return JsonResponse({"id": letter.pk, "sent_at": letter.sent_at.isoformat()}, status=201)
            return HttpResponseRedirect(reverse("messaging:thread", args=[talk.public_id]) + "#newest", status=303)
    return _refused(request, form, refusal, lambda status: _page(request, talk, form, status=status))


def _refused(request: HttpRequest, form: LetterForm, refusal: Any, page: Any) -> HttpResponse:
    """The page with the text kept and the reason, or the reason alone for a script; 429 says when to retry."""
    status = 429 if isinstance(refusal, conversations.TooMany) else 400
    if _wants_json(request):
        response: HttpResponse = JsonResponse({"error": form.errors.get("body", [_("Not sent.")])[0]}, status=status)
    else:
        response = page(status if status == 429 else 200)
    if isinstance(refusal, conversations.TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@never_cache
@walls.act("message")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """The first letter to a specialist; can be written before logging in."""
    specialist = get_object_or_404(Specialist.objects.public(), slug=slug)
    if request.user.is_authenticated:
        there = Thread.objects.filter(member=member(request), specialist=specialist).first()
        if there and request.method == "GET" and not walls.kept(request):
            return HttpResponseRedirect(reverse("messaging:thread", args=[there.public_id]))
    kept = walls.kept(request)
    form = LetterForm(request.POST if request.method == "POST" else kept)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            return _begin(request, specialist, form)
        except conversations.Refused as refused:
            refusal = refused
            form.add_error("body", str(refused))
    context = {"specialist": specialist, "form": form}
    return _refused_page(request, "messaging/new.html", context, refusal)


def _begin(request: HttpRequest, specialist: Specialist, form: LetterForm) -> HttpResponse:
    now = database_now()
    talk = conversations.thread_with(member=member(request), specialist=specialist, now=now)
    conversations.write(thread=talk, sender=member(request), now=now, **form.cleaned_data)
    return HttpResponseRedirect(reverse("messaging:thread", args=[talk.public_id]) + "#newest", status=303)


def _refused_page(request: HttpRequest, template: str, context: dict[str, Any], refusal: Any) -> HttpResponse:
    too_many = isinstance(refusal, conversations.TooMany)
    response = render(request, template, context, status=429 if too_many else 200)
    if too_many:
        response["Retry-After"] = str(refusal.retry_after)
    return response


@never_cache
@walls.act("contact")
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Write to the team: begins a conversation, or adds to the one that is open."""
    form = ContactForm(request.POST if request.method == "POST" else walls.kept(request))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            letter = conversations.contact(member=member(request), now=database_now(), **form.cleaned_data)
            there = reverse("messaging:thread", args=[letter.thread.public_id])
            return HttpResponseRedirect(there + "#newest", status=303)
        except conversations.Refused as refused:
            refusal = refused
            form.add_error("body", str(refused))
    open_talk = None
    if request.user.is_authenticated:
        open_talk = Thread.objects.filter(member=member(request), kind="team", closed_at=None).first()
    context = {"form": form, "open_talk": open_talk}
    return _refused_page(request, "messaging/contact.html", context, refusal)


@never_cache
@walls.wall_only("contact")
@require_POST
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close a conversation with the team; either side may."""
    talk = _thread(request, public_id)
    try:
        conversations.close(thread=talk, actor=member(request), now=database_now())
    except conversations.Refused as refused:
        raise Http404 from refused
    return HttpResponseRedirect(reverse("messaging:thread", args=[talk.public_id]), status=303)
