"""What templates of the account pages say about a wall: `{% load walls %}`."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import browsers, pending
from accounts.acts import act_of
from accounts.models import PendingAct
from web.clock import database_now

register = template.Library()
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@register.inclusion_tag("components/walls_note.html", takes_context=True)
def walls_note(context: Context) -> dict[str, Any]:
    """What the person was doing before the wall, on every page they pass on the way back to it."""
    request = context.get("request")
    begun = _begun(request) if request is not None else None
    return {"walls_note": _said(begun) if begun else ""}


def _begun(request: HttpRequest) -> PendingAct | None:
    """The act that `next` names, else the browser's newest."""
    browser = browsers.browser_key(request)
    if not browser:
        return None
    acts = pending.open_acts(browser=browser, user=None, now=database_now())
    way_back = request.POST.get("next", "") or request.GET.get("next", "")
    named = UUID.search(way_back) if way_back.startswith(reverse("accounts:begun")) else None
    if named:
        acts = acts.filter(public_id=named.group())
    found = pending.readable(acts[:1]) if named or not way_back else []
    return found[0] if found else None


def _said(begun: PendingAct) -> str:
    kept = pending.kept(begun)
    act = act_of(begun.kind)
    if note := act.say("note", kept):
        return note
    named = {"title": act.say("title", kept)}
    return _("We have kept this for you: %(title)s. Once you are in, you’re straight back at it.") % named
