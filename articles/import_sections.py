"""The body of an article: which short blocks are headings, which are lists, and where its parts begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from articles.import_blocks import Block, ends_sentence, escape_line_start, is_heading_shaped, is_prose
from articles.import_wording import opens_with_closing_cue

_SMALL_WORDS = {
    "a",
    "an",
    "and",
    "as",
    "at",
    "but",
    "by",
    "for",
    "from",
    "in",
    "into",
    "is",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
    "your",
}


@dataclass
class Section:
    """A heading in plain words and the Markdown under it."""

    heading: str
    body: str


@dataclass
class Body:
    """An article without its title: the text before the first heading, its parts, its closing summary."""

    lead: str = ""
    sections: list[Section] = field(default_factory=list)
    summary: str = ""


@dataclass
class _Part:
    heading: str
    blocks: list[Block]


def divide(blocks: Sequence[Block]) -> Body:
    """Divide the blocks of an article into lead, sections and summary."""
    marked = list(blocks) if _states_headings(blocks) else infer_headings(list(blocks))
    levels = sorted({block.level for block in marked if block.kind == "heading"})
    parts = [_Part("", [])]
    for block in marked:
        if block.kind == "heading" and block.level == levels[0]:
            parts.append(_Part(block.text, []))
        else:
            parts[-1].blocks.append(block)
    summary = _take_summary(parts[-1])
    sections = [Section(part.heading, to_markdown(part.blocks, levels)) for part in parts[1:]]
    return Body(to_markdown(parts[0].blocks, levels), sections, summary)


def _states_headings(blocks: Sequence[Block]) -> bool:
    stated = [block.level for block in blocks if block.kind == "heading"]
    return any(level <= 6 for level in stated) or len(stated) >= 2


def _take_summary(part: _Part) -> str:
    """Take the last paragraph out of the last part when it is not alone there and opens as a closing does."""
    if len(part.blocks) < 2 or part.blocks[-2].kind == "heading":
        return ""
    last = part.blocks[-1]
    if last.kind != "paragraph" or not ends_sentence(last.text) or not opens_with_closing_cue(last.text):
        return ""
    return part.blocks.pop().markdown


def infer_headings(blocks: list[Block]) -> list[Block]:
    """Headings and lists of a text that states none: short blocks by what stands around them."""
    out: list[Block] = []
    index = 0
    while index < len(blocks):
        if _is_numbered_heading(blocks, index):
            block = blocks[index]
            out.append(replace(block, kind="heading", level=2, text=f"{block.marker} {block.text}"))
            index += 1
            continue
        end = index
        while end < len(blocks) and is_heading_shaped(blocks[end]):
            end += 1
        if end == index:
            out.append(blocks[index])
            index += 1
            continue
        out += _shaped_run(blocks, index, end)
        index = end
    return out


def _is_numbered_heading(blocks: list[Block], index: int) -> bool:
    """ "2. Give it a place" with running text under it, and no other number directly before or after it."""
    block = blocks[index]
    if (
        block.kind != "item"
        or not block.marker[:1].isdigit()
        or block.words > 14
        or ends_sentence(block.text.rstrip("?"))
    ):
        return False
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    before = blocks[index - 1] if index else None
    return (
        following is not None
        and following.kind == "paragraph"
        and is_prose(following)
        and (before is None or before.kind != "item")
    )


def _shaped_run(blocks: list[Block], start: int, end: int) -> list[Block]:
    """Give the short blocks between two paragraphs their kinds: headings, list items or paragraphs."""
    for index in range(start, end):
        listed = index + 1 < end or (end < len(blocks) and blocks[end].kind == "item")
        if blocks[index].text.endswith(":") and listed:
            head = _shaped_run(blocks, start, index) if index > start else []
            tail = _shaped_run(blocks, index + 1, end) if index + 1 < end else []
            return [*head, blocks[index], *tail]
    run = blocks[start:end]
    announced = start > 0 and blocks[start - 1].text.endswith(":")
    leads = end < len(blocks) and (is_prose(blocks[end]) or blocks[end].kind == "item" or blocks[end].words >= 5)
    if len(run) == 1:
        return [_heading(run[0], 2)] if leads and not announced else run
    if announced:
        last = leads and _stands_out(run, blocks, end)
        return [*(_item(block) for block in (run[:-1] if last else run)), *([_heading(run[-1], 2)] if last else [])]
    if len(run) == 2:
        return [_heading(run[0], 2), _heading(run[1], 3)] if leads else run
    if not leads:
        return [_heading(run[0], 2), *(_item(block) for block in run[1:])]
    if _stands_out(run[1:], blocks, end):
        return [_heading(run[0], 2), *(_item(block) for block in run[1:-1]), _heading(run[-1], 2)]
    return [_heading(run[0], 2), *(_item(block) for block in run[1:])]


def _stands_out(run: list[Block], blocks: list[Block], end: int) -> bool:
    """Is the last short block before a paragraph the heading of that paragraph and not one more list item?"""
    items, last = run[:-1], run[-1]
    if not items:
        return True
    if last.text.endswith("?") != items[0].text.endswith("?"):
        return True
    if _capitalised(last.text) != _capitalised(items[0].text):
        return _capitalised(last.text)
    first_words = {block.text.split()[0].casefold() for block in items}
    if last.text.split()[0].casefold() in first_words:
        return False
    following = blocks[end]
    return following.words >= 25 or len(first_words) < len(items)


def _capitalised(text: str) -> bool:
    """Title Case or ALL CAPS, small words aside."""
    words = [word for word in re.findall(r"[^\W\d_][\w'’]*", text)[1:] if word.lower() not in _SMALL_WORDS]
    return bool(words) and all(word[0].isupper() for word in words)


def _heading(block: Block, level: int) -> Block:
    return replace(block, kind="heading", level=level)


def _item(block: Block) -> Block:
    return replace(block, kind="item", marker="-", depth=0)


def to_markdown(blocks: Sequence[Block], levels: Sequence[int] = ()) -> str:
    """Markdown of a part: paragraphs, lists, quotes; deeper headings begin at level 3."""
    out: list[str] = []
    tight = False
    for block in blocks:
        if block.kind == "item":
            line = _item_line(block)
            continues = tight and bool(out)
            if continues and block.marker:
                out[-1] += f"\n{line}"
            elif continues:
                out[-1] += f"\n\n{line}"
            else:
                out.append(line)
            tight = True
            continue
        tight = False
        if block.kind == "heading":
            rank = levels.index(block.level) if block.level in levels else 1
            out.append(f"{'#' * min(6, 2 + max(1, rank))} {block.markdown}")
        elif block.kind == "quote":
            out.append("> " + block.markdown)
        else:
            out.append(block.markdown)
    return "\n\n".join(out)


def _item_line(block: Block) -> str:
    words = escape_line_start(block.markdown) if not block.markdown.startswith("\\") else block.markdown
    if not block.marker:
        return "  " * (block.depth + 1) + words
    marker = "-" if not block.marker[:1].isdigit() else block.marker.rstrip(".)") + "."
    return f"{'   ' * block.depth}{marker} {words}"
