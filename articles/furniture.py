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

from articles.import_blocks import (
    Block,
    ends_sentence,
    is_breadcrumb,
    is_byline,
    is_heading_shaped,
    is_page_data,
    is_prose,
)
from articles.import_wording import (
    ACCOUNT,
    CONSENT,
    ENDING,
    LABEL,
    LEGAL,
    is_reference_heading,
    label_of,
    opens_with_closing_cue,
)

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
    r"(?:search|more|help|listen|follow|close|keep|get|join|up|see|save|top|home|read|about|contact|no|yes|"
    r"next|suche|mehr|name|login)\b",
    re.IGNORECASE,
)
"""Label words that real headings begin with, too ("More than tired", "Listen to what is not said")."""
_NEVER_HEADING = re.compile(
    r"about the author|more (?:articles|stories|posts|from)|read (?:more|next|also)|get our|see also|about us|"
    r"contact us",
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
    repeated = _repeated(blocks)
    reasons = [
        block.furniture or _reason(blocks, index) or ("repeated" if index in repeated else "")
        for index, block in enumerate(blocks)
    ]
    for index in range(1, len(blocks) - 1):
        block, beside = blocks[index], {reasons[index - 1], reasons[index + 1]}
        short = block.kind == "paragraph" and block.words <= 12 and ends_sentence(block.text)
        if not reasons[index] and short and beside <= {"label", "account", "legal", "promotion"}:
            reasons[index] = "promotion"
    points = [
        _penalty(reasons, index) if reasons[index] else _points(blocks, index, authored=authored)
        for index in range(len(blocks))
    ]
    return Reading(reasons, points)


def _same(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _repeated(blocks: list[Block]) -> set[int]:
    """Short blocks that the page has more than once. The first of them near the top may be the title."""
    counts = Counter(_same(block.text) for block in blocks if block.words <= 25)
    found: set[int] = set()
    seen: set[str] = set()
    prose = 0
    for index, block in enumerate(blocks):
        text = _same(block.text) if block.words <= 25 and block.kind in ("paragraph", "item") else ""
        if text and counts[text] > 1 and (prose >= 60 or text in seen):
            found.add(index)
        seen.add(text)
        prose += block.words if is_prose(block) else 0
    return found


def _reason(blocks: list[Block], index: int) -> str:
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
            r"\b(?:we|our|us|you|your|this (?:site|website|page)|wir|unsere?r?n?|sie|ihre?|nous|notre|nos|"
            r"vous|votre|nuestr[oa]s?|su|tu|usamos|"
            r"utilizamos|utilizziamo|nostr[oia]|wij|onze?|je|jouw|nasz\w*|twoj\w*|мы|наш\w*|ваш\w*|ми|enable|"
            r"required)\b",
            text,
            re.IGNORECASE,
        )
    )


def _penalty(reasons: list[str], index: int) -> float:
    """Points of a piece of furniture: much less than nothing in company, little when it stands alone in a text."""
    reason = reasons[index]
    if reason in ("picture", "page_data"):
        return 0.0 if reason == "picture" else -0.5
    alone = not any(reasons[max(0, index - 1) : index]) and not any(reasons[index + 1 : index + 2])
    if reason == "legal":
        return -8.0
    return -1.5 if alone else -5.0


def _points(blocks: list[Block], index: int, *, authored: bool) -> float:
    """Points of a block that is no plain furniture."""
    block = blocks[index]
    if 1 <= block.level <= 6 and not _leads_to_prose(blocks, index):
        return 0.0 if authored else -1.0
    if is_heading_shaped(block) and _leads_to_prose(blocks, index):
        return 1.0
    if is_prose(block):
        return min(block.words, 120) / 10 + 0.5 if block.words >= 22 else 1.0
    if block.kind == "item":
        return 0.8 if block.words >= 8 or authored else 0.2 if block.link_share < 0.6 else -2.0
    if authored or (block.words >= 3 and ends_sentence(block.text)):
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


def end_at_closer(blocks: list[Block], reading: Reading, start: int, end: int, *, authored: bool) -> int:
    """Cut the stretch where the labels of a page's end begin and too little prose follows to be the article's.

    So it is cut after a last paragraph that closes the article, where a heading with little text follows,
    and at a late byline; `authored` files end with neither.
    A label of endings ("Related", "Comments") cuts off up to two fifths; any other furniture, which may as well
    stand between two paragraphs, cuts off a sixth, and only where more furniture follows closely.
    """
    pairs = zip(blocks, reading.reasons, strict=True)
    prose = [block.words if is_prose(block) and not reason else 0 for block, reason in pairs]
    total = max(1, sum(prose[start:end]))
    after = total - prose[start] if end else 0
    for index in range(start + 1, end):
        left, after = after / total, after - prose[index]
        if not authored and after / total < 0.25 and _closes(blocks, index, end):
            return index + 1
        if not authored and left < 0.3 and is_byline(blocks[index]):
            return index
        if not reading.reasons[index] or reading.reasons[index] in ("picture", "page_data", "outside"):
            continue
        followed = index + 1 >= len(blocks) or any(reading.reasons[index + 1 : index + 3])
        if (left < 0.4 and _ends_articles(blocks[index], reading.reasons[index])) or (left < 0.17 and followed):
            return index
    return end


def _closes(blocks: list[Block], index: int, end: int) -> bool:
    """A paragraph that opens as closings do, with a heading after it."""
    closing = is_prose(blocks[index]) and opens_with_closing_cue(blocks[index].text)
    return closing and index + 1 < end and is_heading_shaped(blocks[index + 1])


def _ends_articles(block: Block, reason: str) -> bool:
    return reason in ("legal", "comments") or (reason == "label" and ENDING.match(label_of(block.text)) is not None)
