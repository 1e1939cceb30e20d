"""The page where two people meet at their half hour, and the signals of its video room."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import walls
from accounts.people import member
from accounts.zones import viewer_zone
from consultations import meeting, room, room_words, showing
from consultations.models import Consultation
from web.clock import database_now
from web.headers import permissions_policy

BODY_BYTES = 64_000
STATUS: dict[type[room.Refused], int] = {room.TooMany: 429, room.Unreadable: 400}


def _mine(request: HttpRequest, public_id: uuid.UUID) -> Consultation:
    own = Consultation.objects.visible_to(member(request)).with_people().select_related("specialist__schedule")
    return get_object_or_404(own, public_id=public_id)


@never_cache
@walls.wall_only("book")
@require_GET
def join(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """When and how the two meet; from 10 minutes before, the way in."""
    consultation, now = _mine(request, public_id), database_now()
    phase = room.phase(consultation, now)
    agreed = phase in {room.Phase.EARLY, room.Phase.OPEN}
    place = meeting.place_of(consultation.specialist) if agreed else meeting.Place()
    way = meeting.way(consultation, place)
    context = {
        "row": showing.row(consultation, member(request), now),
        "consultation": consultation,
        "phase": phase,
        "place": place,
        "way": way,
        "opens": room.opens_at(consultation),
        "closes": room.closes_at(consultation),
        "moved": consultation.moves_by_client + consultation.moves_by_specialist > 0,
        "begun": now >= consultation.start,
        "past_end": now >= consultation.end,
        "zone": viewer_zone(request),
        "now": now,
    }
    if phase == room.Phase.OPEN and way == "room":
        return _room(request, context)
    return render(request, "consultations/join.html", context)


def _room(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    context["words"] = room_words.words(context["row"].other)
    response = render(request, "consultations/room.html", context)
    response["Permissions-Policy"] = permissions_policy("camera", "microphone")
    return response


@never_cache
@walls.wall_only("book")
@require_http_methods(["GET", "POST"])
def signals(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the two browsers tell each other to connect: GET asks for what is new, POST begins a visit or adds."""
    consultation, now = _mine(request, public_id), database_now()
    try:
        if request.method == "POST":
            return _post(request, consultation, now)
        visit, after = _visit(request.GET.get("visit")), request.GET.get("after", "")
        if not after.isdecimal() or len(after) > 18:
            raise room.Unreadable
        found = room.read(consultation=consultation, person=member(request), visit=visit, after=int(after), now=now)
    except room.Refused as refused:
        return _refused(refused, consultation, now)
    shown = [json.loads(each.body) | {"id": each.pk, "visit": str(each.visit)} for each in found]
    return JsonResponse({"signals": shown})


def _post(request: HttpRequest, consultation: Consultation, now: datetime) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES:
        return JsonResponse({"code": "too_large", "error": str(room.Unreadable())}, status=413)
    said = _said(request)
    visit = _visit(said.get("visit"))
    if said.get("enter") is True:
        number = room.enter(consultation=consultation, person=member(request), visit=visit, now=now)
        servers = room.ice_servers(visit=visit, until=room.closes_at(consultation))
        return JsonResponse({"id": number, "ice_servers": servers}, status=201)
    more = said.get("signals")
    if not isinstance(more, list):
        raise room.Unreadable
    room.post(consultation=consultation, person=member(request), visit=visit, signals=more, now=now)
    return JsonResponse({"kept": len(more)}, status=201)


def _said(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise room.Unreadable
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        raise room.Unreadable from None
    if not isinstance(said, dict):
        raise room.Unreadable
    return said


def _visit(text: object) -> uuid.UUID:
    try:
        return uuid.UUID(text if isinstance(text, str) else "")
    except ValueError:
        raise room.Unreadable from None


def _refused(refused: room.Refused, consultation: Consultation, now: datetime) -> HttpResponse:
    status = STATUS.get(type(refused), 409)
    response = JsonResponse({"code": refused.code, "error": str(refused)}, status=status)
    if status == 429:
        response["Retry-After"] = str(max(1, int((room.closes_at(consultation) - now).total_seconds())))
    return response
