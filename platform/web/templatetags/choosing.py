"""Boxes to tick in filters: `{% load choosing %}`. A page has some sixty, so they are put together as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()


class Choice(Protocol):
    """One box; `count` is told beside it unless None."""

    value: str
    label: str
    chosen: bool
    count: int | None


@register.simple_tag
def boxes(name: str, choices: Iterable[Choice], kind: str = "checkbox") -> SafeString:
    """A box for each choice, in the form pack's own markup; `kind` is checkbox or radio."""
    return SafeString("\n".join(_box(name, nth, each, kind) for nth, each in enumerate(choices)))


def _box(name: str, nth: int, choice: Choice, kind: str) -> str:
    checked = " checked" if choice.chosen else ""
    count = "" if choice.count is None else f' <span class="soft">{choice.count}</span>'
    return (
        f'<div class="form-check"><input type="{kind}" class="form-check-input" name="{name}" id="id_{name}_{nth}"'
        f' value="{escape(choice.value)}"{checked}><label class="form-check-label" for="id_{name}_{nth}">'
        f"{escape(choice.label)}{count}</label></div>"
    )
