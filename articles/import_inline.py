"""Inline HTML as Markdown and as plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bs4.element import Comment, NavigableString, PreformattedString, Tag

from articles.import_blocks import ends_sentence, escape_line_start, escape_markdown
from articles.import_wording import is_reference_heading

_MARKS = {"em": "*", "i": "*", "cite": "*", "dfn": "*", "var": "*", "strong": "**", "b": "**"}
_QUOTES = {"q": ("“", "”")}


@dataclass
class Inline:
    """Gathers the inline content of one block: Markdown, words, and how much of it is inside links."""

    pieces: list[tuple[str, str]] = field(default_factory=list)
    linked: int = 0
    bold: int = 0
    href: str = ""
    opened: list[str] = field(default_factory=list)

    def add(self, node: NavigableString) -> None:
        """Add a stretch of text with the emphasis that is around it."""
        if isinstance(node, (Comment, PreformattedString)):
            return
        text = re.sub(r"\s+", " ", str(node))
        if not text:
            return
        marks, href = _around(node)
        size = len(text.strip())
        self.linked += size if _has_link(node) else 0
        self.bold += size if "**" in marks else 0
        self._add(text, marks, href)

    def break_line(self) -> None:
        """A line break inside the block."""
        self.pieces.append(("br", "\n"))

    def _add(self, text: str, marks: tuple[str, ...], href: str) -> None:
        self.pieces.append((f"{''.join(marks)}|{href}", text))

    @property
    def words(self) -> str:
        """The text alone, in one line."""
        return re.sub(r"\s+", " ", "".join(text for _style, text in self.pieces)).strip()

    def lines(self) -> list[Inline]:
        """The content cut into paragraphs: at two line breaks in a row, and at one after a finished sentence."""
        rows: list[list[tuple[str, str]]] = [[]]
        gaps: list[int] = [0]
        for style, text in self.pieces:
            if style == "br" and not _row_words(rows[-1]):
                gaps[-1] += 1
            elif style == "br":
                rows.append([])
                gaps.append(1)
            else:
                rows[-1].append((style, text))
        parts: list[Inline] = [Inline()]
        before = _Before()
        for row, gap in zip(rows, gaps, strict=True):
            words = _row_words(row)
            if parts[-1].pieces and (gap > 1 or before.ends_paragraph(words)):
                parts.append(Inline())
                before = _Before()
            parts[-1].pieces += [("|", " "), *row] if parts[-1].pieces else row
            before.add(words, bold=all(style.startswith("**") for style, text in row if text.strip()))
        whole = max(1, len(self.words))
        for part in parts:
            part.bold = sum(len(text.strip()) for style, text in part.pieces if style.startswith("**"))
            part.linked = round(self.linked * len(part.words) / whole)
        return [part for part in parts if part.words]

    def markdown(self) -> str:
        """The content as one line of Markdown."""
        merged: list[list[str]] = []
        for style, text in self.pieces:
            style, text = ("|", " ") if style == "br" else (style, text)
            if merged and (merged[-1][0] == style or not text.strip()):
                merged[-1][1] += text
            else:
                merged.append([style, text])
        out = ""
        for style, text in merged:
            out += _dressed(text, style, glued=bool(out) and out[-1:].isalnum())
        return escape_line_start(re.sub(r"\s+", " ", out).strip())


def _row_words(row: list[tuple[str, str]]) -> str:
    return re.sub(r"\s+", " ", "".join(text for _style, text in row)).strip()


@dataclass
class _Before:
    """What stands before a line break: its length, its last characters, and whether all of it is bold."""

    length: int = 0
    tail: str = ""
    bold: bool = True

    def add(self, words: str, *, bold: bool) -> None:
        """Go on by one line."""
        self.length += len(words) + 1
        self.tail = f"{self.tail} {words}"[-200:]
        self.bold = self.bold and bold

    def ends_paragraph(self, following: str) -> bool:
        """Did it end there? After a long finished sentence, an address, a line in bold, or a short line before
        a long one, which is a heading."""
        if not following or following[0].islower():
            return False
        if self.bold:
            return self.length <= 110
        if is_reference_heading(self.tail) or (self.length <= 100 <= len(following) and not ends_sentence(self.tail)):
            return True
        address = re.search(r"(?:https?://|10\.\d{4,9}/)\S+$", self.tail) is not None
        return self.length >= 30 and (ends_sentence(self.tail) or address)


def _dressed(text: str, style: str, *, glued: bool) -> str:
    """One stretch in its marks, with the blanks outside of them as CommonMark wants."""
    marks, _bar, href = style.partition("|")
    inner = text.strip()
    if not inner:
        return text
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if marks == "`":
        ticks = "``" if "`" in inner else "`"
        return f"{lead}{ticks}{inner}{ticks}{tail}"
    written = escape_markdown(inner)
    if href:
        written = f"[{written}]({href})"
    if marks and not glued and not (inner[0] in "*_" or inner[-1] in "*_") and inner[0].isalnum():
        written = f"{marks}{written}{marks}"
    return f"{lead}{written}{tail}"


def _has_link(node: NavigableString) -> bool:
    parent, steps = node.parent, 0
    while parent is not None and steps < 8:
        if parent.name == "a":
            return bool(parent.get("href"))
        parent, steps = parent.parent, steps + 1
    return False


def _around(node: NavigableString) -> tuple[tuple[str, ...], str]:
    """Emphasis marks and link around a text node, nearest eight elements."""
    marks: set[str] = set()
    href = ""
    parent, steps = node.parent, 0
    while isinstance(parent, Tag) and steps < 8:
        if parent.name in _MARKS:
            marks.add(_MARKS[parent.name])
        elif parent.name in ("code", "kbd", "samp", "tt"):
            return ("`",), ""
        elif parent.name == "a" and not href:
            href = safe_href(str(parent.get("href") or ""))
        elif parent.name in ("p", "div", "li", "td", "section", "article"):
            break
        parent, steps = parent.parent, steps + 1
    if "**" in marks:
        return ("**",), href
    return tuple(marks), href


def safe_href(href: str) -> str:
    """An address that may stand in an article: http, https or mailto, written for Markdown; else ""."""
    href = re.sub(r"[\x00-\x20\x7f]", "", href)
    if not re.match(r"(?:https?://[^/\s]|mailto:[^\s@]+@)", href, re.IGNORECASE) or len(href) > 2000:
        return ""
    for letter, code in (
        ("(", "%28"),
        (")", "%29"),
        ("<", "%3C"),
        (">", "%3E"),
        ("\\", "%5C"),
        ('"', "%22"),
        ("`", "%60"),
    ):
        href = href.replace(letter, code)
    return href
