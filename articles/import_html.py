"""HTML pages, whole or in part, read into blocks. Nothing of the markup itself survives."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, Tag

from articles.import_blocks import Block, escape_markdown
from articles.import_inline import Inline
from articles.import_landmarks import articles_own_element, furniture_of

_SILENT = {
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "applet", "canvas", "video", "audio", "map", "head",
    "input", "select", "textarea", "option", "datalist", "frameset", "frame", "link", "meta", "base", "source", "track", "title",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "table",
    "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "figure", "figcaption", "form", "fieldset", "legend", "label", "button", "details",
    "summary", "dialog", "address", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "body", "html", "center", "hgroup", "menu", "search",
}  # fmt: skip
_STANDFIRST = re.compile(
    r"(?:^|[-_\s])(?:standfirst|subtitle|subheading|dek|deck|excerpt|entry-summary|article-intro|kicker-text)(?:$|[-_\s])",
    re.I,
)


@dataclass
class Page:
    """What an HTML page says: its blocks, and its title as head and social data give it."""

    blocks: list[Block]
    titles: list[str] = field(default_factory=list)
    description: str = ""


def read_page(html: str) -> Page:
    """Read a page. Scripts, styles, forms and pictures have no words of their own and leave no block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(html, "html.parser")
    titles, description = _head(soup)
    own = articles_own_element(soup)
    walk = _Walk(own)
    walk.run(soup)
    return Page(walk.blocks, titles, description)


def _head(soup: BeautifulSoup) -> tuple[list[str], str]:
    """Titles and description from <title> and the Open Graph protocol (ogp.me)."""
    titles, description = [], ""
    for meta in soup.find_all("meta", limit=200):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        content = re.sub(r"\s+", " ", str(meta.get("content") or "")).strip()
        if name in ("og:title", "twitter:title") and content:
            titles.append(content)
        elif name in ("og:description", "description") and content and not description:
            description = content
    if soup.title is not None and soup.title.get_text().strip():
        titles.append(re.sub(r"\s+", " ", soup.title.get_text()).strip())
    return titles, description


class _Walk:
    """One pass over the tree in reading order, without recursion: hostile nesting is as deep as it likes."""

    def __init__(self, own: Tag | None) -> None:
        self.own = own
        self.blocks: list[Block] = []
        self.inline = Inline()
        self.path: list[tuple[Tag, str, bool]] = []
        self.lists: list[list[object]] = []
        self.group = 0

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
        self._flush(None)

    def _enter(self, tag: Tag) -> bool:
        """Note where we are; False when nothing inside is to be read."""
        if tag.name in _SILENT:
            return False
        if tag.name == "br":
            self.inline.break_line()
            return False
        if tag.name == "img":
            self._picture(tag)
            return False
        if tag.name == "table" and self._data_table(tag):
            return False
        if tag.name == "pre":
            self._preformatted(tag)
            return False
        if tag.name in _BLOCKS:
            self._flush(self.path[-1][0] if self.path else None)
            outer = self.path[-1] if self.path else (None, "", False)
            self.path.append((tag, outer[1] or furniture_of(tag), outer[2] or tag is self.own))
            if tag.name in ("ul", "ol", "menu"):
                self.lists.append([tag.name == "ol", 0])
            elif tag.name == "li" and self.lists:
                self.lists[-1][1] = int(str(self.lists[-1][1])) + 1
        return True

    def _leave(self, tag: Tag) -> None:
        if tag.name not in _BLOCKS:
            return
        self._flush(tag)
        self.path.pop()
        if tag.name in ("ul", "ol", "menu") and self.lists:
            self.lists.pop()

    def _names(self) -> list[str]:
        return [str(tag.name) for tag, _reason, _inside in self.path]

    def _flush(self, tag: Tag | None) -> None:
        """Turn the gathered inline content into blocks of the element it stood in."""
        inline, self.inline = self.inline, Inline()
        if not inline.words:
            return
        names = self._names()
        for part in inline.lines():
            block = self._shaped(part, tag, names)
            if block is not None:
                self._place(block)

    def _shaped(self, part: Inline, tag: Tag | None, names: list[str]) -> Block | None:
        words, markdown = part.words, part.markdown()
        if not re.search(r"[^\W_]", words):
            return None
        share = part.linked / max(1, len(words))
        name = str(tag.name) if tag is not None else ""
        if re.fullmatch(r"h[1-6]", name):
            return Block("heading", words, markdown.strip("*"), level=int(name[1]), link_share=share)
        if name == "dt" or (
            name in ("p", "div", "") and part.bold >= 0.95 * len(words.replace(" ", "")) and len(words) <= 110
        ):
            if not words.endswith((".", ",", ";", "!")):
                return Block("heading", words, markdown.strip("*"), level=7, link_share=share)
        if "li" in names[-4:] and self.lists:
            ordered, number = self.lists[-1]
            marker = f"{number}." if ordered else "-"
            return Block("item", words, markdown, marker=marker, depth=min(len(self.lists) - 1, 3), link_share=share)
        if "blockquote" in names:
            return Block("quote", words, markdown, link_share=share)
        role = (
            "standfirst"
            if tag is not None and _STANDFIRST.search(" ".join(tag.get_attribute_list("class") or [""]) or "")
            else ""
        )
        return Block("paragraph", words, markdown, link_share=share, role=role)

    def _place(self, block: Block) -> None:
        self.group += 1
        _tag, reason, inside = self.path[-1] if self.path else (None, "", False)
        block.furniture, block.inside, block.group = block.furniture or reason, inside or self.own is None, self.group
        names = self._names()
        if not block.furniture and ("button" in names or "label" in names):
            block.furniture = "form"
        if not block.furniture and ("figcaption" in names):
            block.furniture = "picture"
        self.blocks.append(block)

    def _picture(self, tag: Tag) -> None:
        alt = re.sub(r"\s+", " ", str(tag.get("alt") or "")).strip()
        if alt:
            self.blocks.append(Block("paragraph", alt, furniture="picture"))

    def _preformatted(self, tag: Tag) -> None:
        self._flush(self.path[-1][0] if self.path else None)
        text = tag.get_text().strip("\n")
        if text.strip():
            fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
            self._place(Block("code", re.sub(r"\s+", " ", text).strip(), f"{fence}\n{text}\n{fence}"))

    def _data_table(self, tag: Tag) -> bool:
        """A table of facts becomes a Markdown table; a table of layout is walked through."""
        rows = [row.find_all(["th", "td"], recursive=False) for row in tag.find_all("tr", limit=200)]
        rows = [row for row in rows if row]
        if (
            tag.find(["table", "p", "ul", "ol", "h1", "h2", "h3", "blockquote", "div"]) is not None
            or len(rows) < 2
            or tag.find("th") is None
        ):
            return False
        width = len(rows[0])
        if not 2 <= width <= 8 or any(len(row) != width for row in rows):
            return False
        cells = [[re.sub(r"\s+", " ", cell.get_text(" ")).strip() for cell in row] for row in rows]
        self._flush(self.path[-1][0] if self.path else None)
        self._place(table_block(cells))
        return True


def table_block(cells: list[list[str]]) -> Block:
    """A block with a Markdown table of plain cells; the first row is the head."""
    lines = ["| " + " | ".join(escape_cell(cell) for cell in row) + " |" for row in cells]
    lines.insert(1, "|" + " --- |" * len(cells[0]))
    return Block("table", " ".join(" ".join(row) for row in cells), "\n".join(lines))


def escape_cell(text: str) -> str:
    """Words for one cell of a Markdown table."""
    return escape_markdown(text).replace("|", "\\|")
