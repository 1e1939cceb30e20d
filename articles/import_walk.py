"""The walk through a page's tree that gathers blocks in reading order."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bs4.element import NavigableString, PageElement, Tag

from articles.import_blocks import Block, escape_markdown
from articles.import_inline import Inline
from articles.import_landmarks import Landmarks

_SILENT = {
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "applet", "canvas",
    "video", "audio", "map", "head",
    "input", "select", "textarea", "option", "datalist", "frameset", "frame", "link", "meta", "base", "source",
    "track", "title",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "li", "dl", "dt",
    "dd", "blockquote", "pre", "table",
    "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "figure", "figcaption", "form", "fieldset",
    "legend", "label", "button", "details",
    "summary", "dialog", "address", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "body", "html", "center",
    "hgroup", "menu", "search",
}  # fmt: skip
_STANDFIRST = re.compile(
    r"(?:^|[-_\s])(?:standfirst|subtitle|subheading|dek|deck|excerpt|entry-summary|article-intro|"
    r"kicker-text)(?:$|[-_\s])",
    re.I,
)


@dataclass
class _List:
    """An open list: its kind, the number of the current item, and whether that item has words already."""

    ordered: bool
    number: int = 0
    begun: bool = False


class Walk:
    """One pass over the tree, without recursion: hostile nesting is as deep as it likes."""

    def __init__(self, landmarks: Landmarks) -> None:
        self.landmarks = landmarks
        self.blocks: list[Block] = []
        self.inline = Inline()
        self.path: list[tuple[Tag, str, bool]] = []
        self.open: Counter[str] = Counter()
        self.lists: list[_List] = []

    def run(self, root: Tag) -> None:
        """Visit every node once; an entry of the stack is a node to enter or a tag to leave."""
        stack: list[tuple[PageElement, bool]] = [(node, False) for node in reversed(root.contents)]
        while stack:
            node, leaving = stack.pop()
            if isinstance(node, NavigableString):
                self.inline.add(node)
            elif isinstance(node, Tag) and leaving:
                self._leave(node)
            elif isinstance(node, Tag) and self._enter(node):
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node.contents))
        self._flush()

    def _enter(self, tag: Tag) -> bool:
        """Note where we are; False when nothing inside is to be read."""
        if tag.name in _SILENT:
            return False
        if tag.name == "br":
            self.inline.break_line()
        elif tag.name == "img":
            self._picture(tag)
        elif tag.name == "pre":
            self._preformatted(tag)
        elif tag.name != "table" or not self._data_table(tag):
            if tag.name in _BLOCKS:
                self._open(tag)
            return True
        return False

    def _open(self, tag: Tag) -> None:
        self._flush()
        outer_reason, outer_inside = self.path[-1][1:] if self.path else ("", self.landmarks.own is None)
        reason = outer_reason or self.landmarks.furniture(tag, self.open)
        self.path.append((tag, reason, outer_inside or tag is self.landmarks.own))
        self.open[tag.name] += 1
        if tag.name in ("ul", "ol", "menu"):
            self.lists.append(_List(tag.name == "ol", _start(tag)))
        elif tag.name == "li" and self.lists:
            self.lists[-1].number += 1
            self.lists[-1].begun = False

    def _leave(self, tag: Tag) -> None:
        if tag.name not in _BLOCKS:
            return
        self._flush()
        self.path.pop()
        self.open[tag.name] -= 1
        if tag.name in ("ul", "ol", "menu") and self.lists:
            self.lists.pop()

    def _flush(self) -> None:
        """Turn the gathered inline content into blocks of the innermost open element."""
        inline, self.inline = self.inline, Inline()
        if inline.words:
            for part in inline.lines():
                if re.search(r"[^\W_]", part.words):
                    self._place(self._shaped(part))

    def _shaped(self, part: Inline) -> Block:
        words, markdown = part.words, part.markdown()
        tag = self.path[-1][0] if self.path else None
        name = str(tag.name) if tag is not None else ""
        share = part.linked / max(1, len(words))
        if re.fullmatch(r"h[1-6]", name):
            return Block("heading", words, markdown.strip("*"), level=int(name[1]), link_share=share)
        if self.lists and self.open["li"]:
            return self._item(words, markdown, share)
        bold = name in ("p", "div", "td", "center", "section", "body", "article", "") and part.bold >= 0.95 * len(words)
        if (name == "dt" or bold) and len(words) <= 110 and not words.endswith((".", ",", ";", "!")):
            return Block("heading", words, markdown.strip("*"), level=7, link_share=share)
        if self.open["blockquote"]:
            return Block("quote", words, markdown, link_share=share)
        classes = " ".join(str(one) for one in tag.get_attribute_list("class") if one) if tag is not None else ""
        role = "standfirst" if _STANDFIRST.search(classes) else ""
        return Block("paragraph", words, markdown, link_share=share, role=role)

    def _item(self, words: str, markdown: str, share: float) -> Block:
        """A list item; what follows in the same item, after its first words, has no marker of its own."""
        current = self.lists[-1]
        marker = "" if current.begun else f"{current.number}." if current.ordered else "-"
        current.begun = True
        return Block("item", words, markdown, marker=marker, depth=min(len(self.lists) - 1, 3), link_share=share)

    def _place(self, block: Block) -> None:
        reason, inside = self.path[-1][1:] if self.path else ("", self.landmarks.own is None)
        block.furniture, block.inside = reason, inside
        if not reason and (self.open["button"] or self.open["label"]):
            block.furniture = "form"
        elif not reason and self.open["figcaption"]:
            block.furniture = "picture"
        self.blocks.append(block)

    def _picture(self, tag: Tag) -> None:
        words = re.sub(r"\s+", " ", str(tag.get("alt") or "")).strip()
        if words:
            self.blocks.append(Block("paragraph", words, furniture="picture"))

    def _preformatted(self, tag: Tag) -> None:
        self._flush()
        text = tag.get_text().strip("\n")
        if re.search(r"[^\W_]", text):
            fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
            self._place(Block("code", re.sub(r"\s+", " ", text).strip(), f"{fence}\n{text}\n{fence}"))

    def _data_table(self, tag: Tag) -> bool:
        """A table of facts becomes a Markdown table; a table of layout is walked through."""
        if not self.landmarks.is_table_of_facts(tag):
            return False
        rows = [row.find_all(["th", "td"], recursive=False) for row in tag.find_all("tr", limit=200)]
        rows = [row for row in rows if row]
        if len(rows) < 2 or not 2 <= len(rows[0]) <= 8 or any(len(row) != len(rows[0]) for row in rows):
            return False
        cells = [[re.sub(r"\s+", " ", cell.get_text(" ")).strip() for cell in row] for row in rows]
        self._flush()
        self._place(_table(cells))
        return True


def _start(tag: Tag) -> int:
    """The number before the first item of a list: 0, or what its `start` says."""
    start = str(tag.get("start") or "1")
    return int(start) - 1 if re.fullmatch(r"[1-9]\d{0,3}", start) else 0


def _table(cells: list[list[str]]) -> Block:
    """A block with a Markdown table of plain cells; the first row is the head."""
    written = [[escape_markdown(cell).replace("|", "\\|") for cell in row] for row in cells]
    lines = ["| " + " | ".join(row) + " |" for row in written]
    lines.insert(1, "|" + " --- |" * len(cells[0]))
    return Block("table", " ".join(" ".join(row) for row in cells), "\n".join(lines))
