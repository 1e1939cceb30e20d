"""Finding the reference list of a page and cutting it into entries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from articles.furniture import is_label
from articles.import_blocks import Block, ends_sentence, is_heading_shaped, is_prose
from articles.import_wording import is_reference_heading
from references.recognising import looks_like_reference, score

_MARKED = re.compile(r"^\s*(?:\[\^?\d{1,3}\]:?|\(\d{1,3}\)|\d{1,3}[.)])\s")


@dataclass
class FoundList:
    """Where a reference list stands: its heading (or -1), the first block after it, and the entries as printed."""

    heading: int
    start: int
    end: int
    entries: list[str]


def find_list(blocks: list[Block]) -> FoundList | None:
    """The reference list under a reference heading, the longest when there are several; else one without
    a heading at the end of the text; else None."""
    found = []
    for index, block in enumerate(blocks):
        if block.furniture in ("navigation", "hidden") or not _can_head(block):
            continue
        listed = _entries(blocks, index + 1)
        if listed is not None:
            found.append(FoundList(index, index + 1, listed[0], listed[1]))
    if found:
        longest = max(found, key=lambda one: len(one.entries))
        return _joined(longest, found)
    return _unheaded(blocks)


def _can_head(block: Block) -> bool:
    return block.kind in ("heading", "paragraph", "item") and is_reference_heading(block.text)


def _joined(longest: FoundList, found: list[FoundList]) -> FoundList:
    """Lists that follow each other directly ("References", then "Further reading") are one."""
    first, last, entries = longest, longest, list(longest.entries)
    for one in found:
        if one.heading == last.end:
            entries += one.entries
            last = one
    for one in reversed(found):
        if one.end == first.heading:
            entries = one.entries + entries
            first = one
    return FoundList(first.heading, first.start, last.end, entries)


def _entries(blocks: list[Block], start: int) -> tuple[int, list[str]] | None:
    """(end, entries) of the list that begins at a block, or None when there is none."""
    entries: list[str] = []
    index = start
    noted = 0
    while index < len(blocks):
        block = blocks[index]
        if block.furniture == "picture":
            index += 1
        elif _is_entry(blocks, index, start):
            entries.append(_text(block))
            index += 1
        elif entries and _is_note(blocks, index, noted):
            entries[-1] = f"{entries[-1]}\n{block.text}"
            noted += 1
            index += 1
        else:
            break
    return (index, entries) if entries else None


def _text(block: Block) -> str:
    """The entry as printed, with the addresses of its links and with its emphasis undone by the parser."""
    return block.markdown if "](" in block.markdown else block.text


def _is_entry(blocks: list[Block], index: int, start: int) -> bool:
    block = blocks[index]
    if block.kind == "heading" or is_reference_heading(block.text) or is_label(block):
        return False
    if looks_like_reference(_text(block)):
        return True
    first = blocks[start]
    numbered = _MARKED.match(block.text) is not None and _MARKED.match(first.text) is not None
    itemised = (
        block.kind == "item" and first.kind == "item" and block.marker[:1].isdigit() == first.marker[:1].isdigit()
    )
    if (numbered or itemised) and block.words <= 120:
        return True
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    between = following is not None and index > start and looks_like_reference(_text(following))
    return between and block.words <= 30 and score(block.text) >= 1


def _is_note(blocks: list[Block], index: int, noted: int) -> bool:
    """A paragraph about the entry before it: another entry follows, or every entry so far had such a note."""
    block = blocks[index]
    if not is_prose(block) or block.kind != "paragraph" or block.furniture:
        return False
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    if following is not None and looks_like_reference(_text(following)):
        return True
    return noted > 0 and block.words <= 60 and block.link_share < 0.3 and ends_sentence(block.text) and noted >= 1


def _unheaded(blocks: list[Block]) -> FoundList | None:
    """Three or more entries in a row with strong marks, or two after the last prose: a list that lost its heading."""
    best: tuple[int, int] | None = None
    run = 0
    for index, block in enumerate([*blocks, Block("heading", "")]):
        if block.kind in ("paragraph", "item") and not block.furniture and score(_text(block)) >= 4:
            run += 1
            continue
        if run >= 2 and (best is None or run >= best[1] - best[0]):
            best = (index - run, index)
        run = 0
    if best is None or sum(block.words for block in blocks[: best[0]] if is_prose(block)) < 40:
        return None
    return FoundList(-1, best[0], best[1], [_text(block) for block in blocks[best[0] : best[1]]])


def stray_heading(blocks: list[Block]) -> bool:
    """True when there is a reference heading at all: without entries under it, that is worth a word."""
    return any(
        is_heading_shaped(block) and is_reference_heading(block.text) and not block.furniture for block in blocks
    )
