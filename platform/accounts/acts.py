"""The acts that need an account, and how each speaks about itself at the wall.

Upper apps fill the list in their `AppConfig.ready()` (DECISIONS 2). The sentences are those of PRODUCT 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

Words = Any  # plain or lazy text; lazy strings have no common type with str
WHY = _("What you wrote is kept, and you’ll come straight back here.")
TITLE = _("What you had begun")


class Kept(QueryDict):
    """The fields somebody had filled in, as a form takes them, and the page they were filled in on."""

    return_path: str = ""
    act_id: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """One kind of act.

    `why` says what an account is needed for and what happens to the text; `title` names what is kept ("Your
    message to Dr Amara Okonjo"), `note` says it on the log-in pages. All three are texts or functions of the
    kept fields, which carry `return_path`. `hold(request, kept, now)` may put something aside meanwhile and
    returns a sentence about it, or "". `hold_longer(browser, now)` keeps that longer for somebody who signs up in
    the browser with this key.
    """

    kind: str
    sentence: Words
    why: Words | Callable[[Kept], str] = WHY
    fields_shown: tuple[tuple[str, Words], ...] = ()
    hold: Callable[[HttpRequest, Kept, datetime], str] | None = None
    hold_longer: Callable[[str, datetime], None] | None = None
    title: Words | Callable[[Kept], str] = TITLE
    note: Words | Callable[[Kept], str] = ""
    locked_out_email: str = ""

    def say(self, what: str, kept: Kept) -> str:
        """`why`, `title` or `note` for these fields."""
        text = getattr(self, what)
        return str(text(kept) if callable(text) else text)


acts: dict[str, Act] = {}


def add_act(act: Act) -> None:
    """Make a kind of act known. Raises ValueError for a kind that two apps claim."""
    if acts.setdefault(act.kind, act) != act:
        raise ValueError(f"two acts are called {act.kind!r}")


def hold_longer(browser: str, now: datetime) -> None:
    """Somebody signs up in this browser: whatever acts have put aside there is kept longer (DECISIONS 13)."""
    for each in acts.values():
        if browser and each.hold_longer is not None:
            each.hold_longer(browser, now)


def act_of(kind: str) -> Act:
    """The act of this kind; private pages that don't name one share a plain sentence."""
    return acts.get(kind) or Act(
        kind=kind,
        sentence=_("You need to be logged in to open this page."),
        why=_("It is yours alone. We’ll bring you straight back here."),
        title=_("A page of your own"),
    )
