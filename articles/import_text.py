"""Plain text, as typed, exported or scraped, read into blocks."""

from __future__ import annotations

import re
from itertools import pairwise

from articles.import_blocks import BULLET, NUMBER, Block, ends_sentence, escape_line_start, escape_markdown
from articles.import_wording import DATE

_HEADING = re.compile(r"^(#{1,6})\s+(\S.*?)\s*#*$")
_UNDERLINE = re.compile(r"^\s{0,3}(=|-|~){3,}\s*$")
_RULE = re.compile(r"^\s*(?:[*_=~#•·–—-]\s*){3,}$")
_STRONG = re.compile(r"^(\*\*|__)(?P<words>[^*_]{2,110})\1:?$")
_ENTRY = re.compile(r"^(?:\[\^?\d{1,3}\]:?|\(\d{1,3}\)|\d{1,3}[.)])\s+\S")
_HANGS = re.compile(r"\(\s*(?:\d{4}|[^()\d]{2,14}\.?)[^()]{0,12}\)|\b\d{4}[;.,]|\bdoi\b|https?:")
"""A first line that an indented one hangs from: a reference with its year or address."""
WIDEST_WRAP = 100
NARROWEST_WRAP = 50
SHORTEST_LINE = 40
"""Columns. Menus and labels have shorter lines and say nothing about wrapping."""


def read_blocks(text: str) -> list[Block]:
    """The blocks of a plain text: paragraphs re-joined from wrapped lines, list items, stated headings."""
    lines = [line.rstrip() for line in text.expandtabs(4).split("\n")]
    width = _wrap_width(lines)
    blocks: list[Block] = []
    for chunk in _chunks(lines):
        for lines_of_block in _split_chunk(chunk, width):
            block = _block(lines_of_block)
            if block is not None:
                blocks.append(block)
    return blocks


def _chunks(lines: list[str]) -> list[list[str]]:
    """Stretches between blank lines and rules."""
    chunks: list[list[str]] = [[]]
    for line in lines:
        underlines = _UNDERLINE.match(line) and chunks[-1] and len(chunks[-1][-1]) <= 110
        if underlines and not ends_sentence(chunks[-1][-1]) and len(chunks[-1]) <= 2:
            level = "#" if "=" in line else "##"
            chunks[-1][-1] = f"{level} {chunks[-1][-1].strip()}"
            chunks.append([])
        elif not line.strip() or _RULE.match(line):
            chunks.append([])
        else:
            chunks[-1].append(line)
    return [chunk for chunk in chunks if chunk]


def _wrap_width(lines: list[str]) -> int:
    """The column at which the lines were wrapped, or 0 when they were not.

    Wrapped text shows in lines that are followed by another one and nearly all end shortly before one column.
    """
    pairs = pairwise(lines)
    followed = [len(line) for line, following in pairs if following.strip() and len(line) >= SHORTEST_LINE]
    if not followed or max(len(line) for line in lines) > 3 * WIDEST_WRAP:
        return 0
    candidates = sorted(length for length in followed if NARROWEST_WRAP <= length <= WIDEST_WRAP)
    if len(candidates) < 4:
        return 0
    width = candidates[int(len(candidates) * 0.95)] if len(candidates) > 20 else candidates[-1]
    full = [length for length in followed if width - 16 <= length <= width]
    return width if len(full) >= 4 and len(full) >= 0.5 * len(followed) else 0


def _split_chunk(chunk: list[str], width: int) -> list[list[str]]:
    """Group the lines of a stretch into blocks."""
    groups: list[list[str]] = [[chunk[0]]]
    for before, line in pairwise(chunk):
        if _continues(before, line, width, groups[-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _continues(before: str, line: str, width: int, group: list[str]) -> bool:
    """Does this line go on with the sentence of the line before it?"""
    words, first = line.strip(), group[0].strip()
    if _HEADING.match(words) or _HEADING.match(first) or BULLET.match(words) or _ENTRY.match(words):
        return False
    listed = BULLET.match(first) is not None or _ENTRY.match(first) is not None
    if listed and len(line) - len(line.lstrip()) >= 2:
        return True
    if _STRONG.match(before.strip()) or _STRONG.match(words):
        return False
    if len(line) - len(line.lstrip()) >= 2 and not before.startswith(" "):
        return _HANGS.search(" ".join(group)) is not None
    if before.endswith((".)", ".]")) and _HANGS.search(" ".join(group)) is not None:
        return words[:1].islower()
    if width and len(before) <= WIDEST_WRAP + 10:
        return len(before) + 1 + len(words.split()[0]) > width - 6
    return words[:1].islower() and not ends_sentence(before) and len(before) > 40


def _block(lines: list[str]) -> Block | None:
    text = re.sub(r"\s+", " ", _joined(lines)).strip()
    heading = _HEADING.match(text)
    if heading is not None:
        return Block("heading", heading[2], escape_markdown(heading[2]), level=len(heading[1]))
    strong = _STRONG.match(text)
    if strong is not None:
        return Block("heading", strong["words"].strip(), escape_markdown(strong["words"].strip()), level=7)
    bullet = BULLET.match(text)
    if bullet is not None:
        return _item(text, bullet, "-", lines[0])
    number = NUMBER.match(text)
    if number is not None and DATE.match(text) is None:
        return _item(text, number, number[0].strip(), lines[0])
    if not re.search(r"[^\W_]", text):
        return None
    return Block("paragraph", text, escape_line_start(escape_markdown(text)))


def _joined(lines: list[str]) -> str:
    """One line; a hyphen at a line's end stays in its word, since it may belong there ("self-care")."""
    text = ""
    for line in lines:
        words = line.strip()
        glued = re.search(r"[^\W\d_]-$", text) is not None and words[:1].islower()
        text = f"{text}{'' if glued else ' '}{words}"
    return text


def _item(text: str, match: re.Match[str], marker: str, line: str) -> Block:
    words = text[match.end() :]
    depth = min((len(line) - len(line.lstrip())) // 4, 3)
    return Block("item", words, escape_markdown(words), marker=marker, depth=depth)
