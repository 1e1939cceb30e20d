"""Which block is the title, and which sentence under it is the standfirst."""

from __future__ import annotations

import re
from collections.abc import Sequence

from articles.furniture import is_label
from articles.import_blocks import Block, is_breadcrumb, is_heading_shaped, is_page_data, is_prose

_SITE = re.compile(r"\s+(?:[|·•»—–]|-|::)\s+")


FARTHEST = 60
"""Blocks. Nobody's menu between title and text is longer."""


def same_words(one: str, other: str) -> bool:
    """True when two texts have the same letters and digits."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text)).casefold()


def without_site(title: str) -> list[str]:
    """Readings of a window title: whole, and without the site's name behind or before it."""
    parts = _SITE.split(title)
    if len(parts) == 1:
        return [title]
    cut = max(_SITE.finditer(title), key=lambda match: match.start())
    first = min(_SITE.finditer(title), key=lambda match: match.start())
    return [title, title[: cut.start()], title[first.end() :], max(parts, key=len)]


def find_stated(blocks: Sequence[Block], titles: Sequence[str], first_prose: int) -> int | None:
    """The heading that markup gives as the title: it agrees with the page's head, or is the only first level."""
    headings = [index for index, block in enumerate(blocks) if block.kind == "heading" and block.level <= 6]
    readings = [reading for title in titles for reading in without_site(title)]
    for reading in readings:
        agreeing = [index for index in headings if blocks[index].level <= 3 and same_words(blocks[index].text, reading)]
        for wanted in ("", "page_data", "banner"):
            for index in agreeing:
                if blocks[index].furniture == wanted:
                    return index
    tops = [index for index in headings if blocks[index].level == 1 and blocks[index].furniture in ("", "banner")]
    inner = [index for index in tops if not blocks[index].furniture]
    if inner or tops:
        before = [index for index in inner or tops if index <= first_prose]
        return before[-1] if before and len(before) == len(inner or tops) else (inner or tops)[0]
    return _only_top(blocks, headings, first_prose)


def _only_top(blocks: Sequence[Block], headings: list[int], first_prose: int) -> int | None:
    """A first heading that stands before all text and alone on its level."""
    usable = [index for index in headings if not blocks[index].furniture]
    if len(usable) < 2 or usable[0] > first_prose:
        return None
    level = blocks[usable[0]].level
    return usable[0] if all(blocks[index].level > level for index in usable[1:]) else None


def find_unmarked(blocks: Sequence[Block]) -> int | None:
    """The title of Markdown without marked headings: a short or bold first line above the text."""
    if any(block.kind == "heading" and block.level <= 6 for block in blocks):
        return None
    first = next((index for index, block in enumerate(blocks) if not block.furniture), None)
    if first is None or first + 1 >= len(blocks):
        return None
    return first if is_heading_shaped(blocks[first]) and not is_page_data(blocks[first]) else None


def find_in_text(blocks: Sequence[Block], first_prose: int, body_words: str) -> int | None:
    """The title of a plain text: of the short blocks before the first paragraph, the one that most reads as one."""
    best: tuple[float, int] | None = None
    for index in range(max(0, first_prose - FARTHEST), first_prose):
        block = blocks[index]
        if not is_heading_shaped(block) and not (block.level and block.kind == "heading"):
            continue
        if block.furniture or is_page_data(block) or is_breadcrumb(block.text) or is_label(block):
            continue
        points = _title_points(blocks, index, first_prose, body_words)
        if best is None or points > best[0]:
            best = (points, index)
    return best[1] if best is not None and best[0] > -2 else None


def _title_points(blocks: Sequence[Block], index: int, first_prose: int, body: str) -> float:
    block = blocks[index]
    words = re.findall(r"[^\W\d_]{4,}", block.text.casefold())
    points = min(block.words, 3) * 0.7 if block.words <= 16 else 0.5
    points += 4.0 if block.level == 1 else 0.0
    points += 1.6 * sum(1 for word in words if word[:6] in body) / max(1, len(words))
    points += 1.0 if any(_letters(block.text) in _letters(other.text) for other in _around(blocks, index)) else 0.0
    after = blocks[index + 1] if index + 1 < first_prose else None
    points += 2.0 if after is not None and is_page_data(after) else 0.0
    points += 1.0 if index == 0 else 0.0
    between = [
        other for other in blocks[index + 1 : first_prose] if is_heading_shaped(other) and not is_page_data(other)
    ]
    points -= 0.5 * len([other for other in between if not is_label(other)])
    points -= 2.5 if _in_menu(blocks, index) else 0.0
    points -= (
        1.5 if _SITE.search(block.text) and not block.text.endswith("?") and index == 0 and len(blocks) > 6 else 0.0
    )
    return points


def _around(blocks: Sequence[Block], index: int) -> list[Block]:
    return [*blocks[max(0, index - FARTHEST) : index], *blocks[index + 1 : index + 12]]


def _in_menu(blocks: Sequence[Block], index: int) -> bool:
    """One of three short blocks in a row, each of at most three words."""
    first = max(0, index - 2)
    short = [block.words <= 3 and not is_prose(block) for block in blocks[first : index + 3]]
    return any(all(short[at : at + 3]) for at in range(len(short) - 2))


def find_standfirst(blocks: Sequence[Block], title: int, first_prose: int) -> int | None:
    """A sentence between title and text that the page sets apart: by its class, or by a byline or date after it."""
    for index in range(title + 1, min(title + 8, len(blocks) - 1)):
        block = blocks[index]
        if block.role == "standfirst" and not block.furniture and block.words <= 80:
            return index
        sentence = (
            block.kind == "paragraph" and 5 <= block.words <= 60 and not block.furniture and not is_page_data(block)
        )
        subtitle = block.kind == "heading" and index == title + 1 and block.level in (2, 3)
        after = blocks[index + 1]
        if (sentence or subtitle) and index <= first_prose and not is_label(block):
            return index if is_page_data(after) or after.furniture == "page_data" else None
    return None
