"""Telling an article from the furniture of its page: menus, banners, share rows, prompts, promotions, footers.

Every block gets points for reading like running text and loses points for reading like furniture; the article is
the stretch with the best sum. Words of closed lists (`import_wording`) only add to what shape and place say.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.import_blocks import Block, ends_sentence, is_breadcrumb, is_heading_shaped, is_page_data, is_prose
from articles.import_wording import ACCOUNT, CONSENT, LABEL, LEGAL, is_reference_heading, label_of

REASONS: dict[str, Promise] = {
    "navigation": _("part of a menu or a trail of links"),
    "banner": _("part of the page's header or of a banner"),
    "footer": _("part of the page's footer"),
    "beside": _("stood beside the article"),
    "promotion": _("a promotion or a sign-up box"),
    "sharing": _("a row for sharing"),
    "related": _("pointed to other pages"),
    "comments": _("part of the comments"),
    "account": _("a prompt about logging in or the connection"),
    "form": _("part of a form"),
    "picture": _("a picture or its caption; pictures are not imported"),
    "page_data": _("a byline, a date or other data about the page"),
    "hidden": _("hidden on the page"),
    "label": _("a label of the page, not of the article"),
    "legal": _("a copyright or legal line"),
    "repeated": _("a prompt that the page repeats"),
    "outside": _("outside the part that the page marks as its article"),
    "before": _("stood before the article"),
    "after": _("stood after the end of the article"),
    "after_references": _("stood after the references"),
    "title": _("repeated the title"),
    "front_matter": _("front matter that has no field here"),
}
_PLAIN_WORDS = re.compile(
    r"(?:search|more|help|listen|follow|close|keep|get|join|up|see|save|top|home|read|about|contact|no|yes|next|suche|mehr|name|login)\b",
    re.IGNORECASE,
)
"""Label words that real headings begin with, too ("More than tired", "Listen to what is not said")."""
_NEVER_HEADING = re.compile(
    r"about the author|more (?:articles|stories|posts|from)|read (?:more|next|also)|get our|see also|about us|contact us",
    re.I,
)
SHORT = 45
"""Words. A box that asks for something is shorter; a paragraph about cookies in an article may be longer."""


@dataclass
class Reading:
    """What is known of each block before the article is cut out: its furniture reason or "", and its points."""

    reasons: list[str]
    points: list[float]


def read(blocks: list[Block], *, authored: bool) -> Reading:
    """Judge every block. `authored` files (Markdown) have little furniture: their short blocks lose nothing."""
    counts = Counter(_same(block.text) for block in blocks if block.words <= 25)
    reasons, points = [], []
    for index, block in enumerate(blocks):
        reason = block.furniture or _reason(blocks, index, counts)
        reasons.append(reason)
        points.append(_penalty(reason) if reason else _points(blocks, index, authored=authored))
    return Reading(reasons, points)


def _same(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _reason(blocks: list[Block], index: int, counts: Counter[str]) -> str:
    """Why one block is furniture by what it is, or ""."""
    block = blocks[index]
    text, words = block.text, block.words
    if block.kind in ("code", "table", "quote"):
        return ""
    if LEGAL.search(text) and words <= 40:
        return "legal"
    if words <= 14 and is_label(block) and not _heads_prose(blocks, index):
        return "label"
    if is_breadcrumb(text) and block.kind != "heading" and words <= 30:
        return "navigation"
    if block.link_share > 0.75 and words <= 14 and block.kind != "heading" and not ends_sentence(text):
        return "related"
    if words <= SHORT and block.kind != "heading" and CONSENT.search(text) and _asks(text):
        return "promotion"
    if words <= 22 and ACCOUNT.search(text):
        return "account"
    if counts[_same(text)] > 1 and words <= 25 and block.kind in ("paragraph", "item") and not _first_of(blocks, index):
        return "repeated"
    return ""


def is_label(block: Block) -> bool:
    """A whole block that is a known label of a page; a reference heading is none."""
    return not is_reference_heading(block.text) and LABEL.fullmatch(label_of(block.text)) is not None


def _heads_prose(blocks: list[Block], index: int) -> bool:
    """A label word that here is the heading of a part: three words or more, and long prose under it."""
    label = label_of(blocks[index].text)
    if not _PLAIN_WORDS.match(label) or len(label.split()) < 3 or _NEVER_HEADING.match(label):
        return False
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    return is_heading_shaped(blocks[index]) and following is not None and is_prose(following) and following.words >= 40


def _asks(text: str) -> bool:
    """Speaks to the visitor as the site: "we", "our", "you", in the languages of the lists."""
    return bool(
        re.search(
            r"\b(?:we|our|us|you|your|this (?:site|website|page)|wir|unsere?r?n?|sie|ihre?|nous|notre|nos|vous|votre|nuestr[oa]s?|su|tu|usamos|"
            r"utilizamos|utilizziamo|nostr[oia]|wij|onze?|je|jouw|nasz\w*|twoj\w*|мы|наш\w*|ваш\w*|ми|enable|required)\b",
            text,
            re.IGNORECASE,
        )
    )


def _first_of(blocks: list[Block], index: int) -> bool:
    """The first of two equal blocks may be the title, repeated in a trail or a list; prompts come later."""
    before = sum(block.words for block in blocks[:index] if is_prose(block))
    text = _same(blocks[index].text)
    return before < 60 and all(_same(block.text) != text for block in blocks[:index])


def _penalty(reason: str) -> float:
    return {"legal": -8.0, "label": -5.0, "account": -5.0, "repeated": -5.0, "picture": 0.0, "page_data": -0.5}.get(
        reason, -4.0
    )


def _points(blocks: list[Block], index: int, *, authored: bool) -> float:
    """Points of a block that is no plain furniture."""
    block = blocks[index]
    if block.level and block.level <= 6 and not _leads_to_prose(blocks, index):
        return 0.0 if authored else -1.0
    if is_heading_shaped(block) and _leads_to_prose(blocks, index):
        return 1.0
    if is_prose(block):
        return min(block.words, 120) / 10 + 0.5 if block.words >= 22 else 0.8
    if block.kind == "item":
        return 0.8 if block.words >= 8 or authored else 0.2 if block.link_share < 0.6 else -2.0
    if authored:
        return 0.2
    if is_page_data(block):
        return -0.5
    return 0.1 if _listed(blocks, index) else -1.5


def _leads_to_prose(blocks: list[Block], index: int) -> bool:
    following = next((block for block in blocks[index + 1 : index + 3] if not is_heading_shaped(block)), None)
    return following is not None and (is_prose(following) or following.kind == "item" or following.text.endswith(":"))


def _listed(blocks: list[Block], index: int) -> bool:
    """One of the short lines under a paragraph that announces them with a colon."""
    for block in reversed(blocks[max(0, index - 12) : index]):
        if block.kind == "paragraph" and block.text.endswith(":") and block.words > 2:
            return True
        if is_prose(block) and block.words > 20:
            return False
    return False


def best_stretch(points: list[float]) -> tuple[int, int]:
    """(start, end) of the stretch with the highest sum; (0, 0) when every sum is negative."""
    best, best_at = 0.0, (0, 0)
    total, start = 0.0, 0
    for index, value in enumerate(points):
        if total <= 0:
            total, start = 0.0, index
        total += value
        if total > best:
            best, best_at = total, (start, index + 1)
    return best_at


def end_at_closer(blocks: list[Block], reading: Reading, start: int, end: int) -> int:
    """Cut the stretch where the page's own labels begin and less than a third of the prose follows."""
    prose = [
        block.words if is_prose(block) and not reason else 0
        for block, reason in zip(blocks, reading.reasons, strict=True)
    ]
    total = sum(prose[start:end])
    for index in range(start + 1, end):
        closes = reading.reasons[index] in ("label", "legal", "related", "comments", "account", "sharing", "repeated")
        if closes and sum(prose[index:end]) < 0.33 * total:
            return index
    return end
