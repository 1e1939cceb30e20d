"""The blocks that a page is read into, and what their shape says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from articles.import_wording import BYLINE, DATE, READING_TIME

Kind = Literal["heading", "paragraph", "item", "quote", "code", "table"]

_TERMINAL = (".", "!", "?", "…", "。", "！", "？", "؟", "।", "।")
_CLOSERS = "\"'”’»)]*_"
BULLET = re.compile(r"^(?:[-*+•·▪◦‣●○■–—]|o(?=\s{2,}|\t))\s+(?=\S)")
NUMBER = re.compile(r"^(?:\d{1,2}|[a-z])[.)]\s+(?=\S)")


@dataclass
class Block:
    """One block of a page in reading order.

    `text` is plain, `markdown` its source form. `level` is the heading level that the file states (1-6; 7 for a
    paragraph in bold that stands as a heading; 0 when nothing is stated). `link_share` is the part of the text
    inside links, `furniture` the reason when the markup itself says that this is no part of the article, and
    `inside` whether the markup puts the block into the article's own element. `words` are counted from the text.
    """

    kind: Kind
    text: str
    markdown: str = ""
    level: int = 0
    marker: str = ""
    depth: int = 0
    link_share: float = 0.0
    furniture: str = ""
    inside: bool = False
    role: str = ""

    words: int = 0

    def __post_init__(self) -> None:
        self.markdown = self.markdown or self.text
        self.words = count_words(self.text)


def count_words(text: str) -> int:
    """Number of words; in Chinese, Japanese and Thai, which write no spaces, two characters make one."""
    dense = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]", text))
    return (
        len(re.findall(r"[^\W_]+(?:['’\-][^\W_]+)*", text))
        if dense < 4
        else dense // 2 + len(re.findall(r"[A-Za-z]+", text))
    )


def ends_sentence(text: str) -> bool:
    """True when the text ends with the punctuation of a finished sentence, closing quotes aside."""
    return text.rstrip(_CLOSERS + " ").endswith(_TERMINAL)


def is_prose(block: Block) -> bool:
    """A running paragraph: long enough, or a finished sentence of some length, and not mostly links."""
    if block.kind in ("quote", "code", "table"):
        return True
    if block.kind != "paragraph" or block.link_share > 0.6:
        return False
    words = block.words
    return words >= 28 or (words >= 7 and ends_sentence(block.text)) or (words >= 12 and block.text.endswith(":"))


def is_heading_shaped(block: Block) -> bool:
    """A short block that starts like a heading and does not end like a sentence."""
    if block.kind == "heading":
        return True
    text = block.text
    if block.kind != "paragraph" or not 1 <= block.words <= 16 or len(text) > 110 or block.link_share > 0.9:
        return False
    plain = text.rstrip(_CLOSERS + " ")
    if plain.endswith((".", ";", ",", "…", "。", "...", "!")) and not re.search(r"[A-Z]\.$", plain):
        return False
    if plain.endswith(":") and block.words > 5:
        return False
    first = next((letter for letter in text if letter.isalnum()), "")
    if not first or (first.islower() and not text.startswith(("«", "“", "„"))):
        return False
    return not (text[0] in '“"„«' and text[-1] in '”"“»') and "@" not in text and "://" not in text


def is_page_data(block: Block) -> bool:
    """A byline, a date, a reading time, a picture credit: short data about the article."""
    text = block.text.strip()
    if block.words > 22 or (block.words > 9 and ends_sentence(text)):
        return False
    rest = READING_TIME.sub("", DATE.sub("", text))
    dated = rest != text and len(re.findall(r"[^\W\d_]{2,}", rest)) <= 6
    return dated or is_byline(block)


def is_byline(block: Block) -> bool:
    """ "By Orla Fenn", "Text: O. Fenn": a short line that names who made the page."""
    text = block.text.strip()
    if block.words > 12 or ends_sentence(text) or block.kind != "paragraph":
        return False
    return any(BYLINE.match(form) is not None for form in (text, text[:1].lower() + text[1:]))


def is_breadcrumb(text: str) -> bool:
    """ "Home > Sleep > Why we wake": short stretches between arrows, slashes or bars."""
    parts = re.split(r"\s*[>›»→/|]\s+|\s+[›»→/|]\s*", text)
    return len(parts) >= 3 and all(len(part.split()) <= 9 for part in parts) and not ends_sentence(text)


def escape_markdown(text: str) -> str:
    """Plain words as Markdown that renders as the same words; reference marks like [1] stay."""
    text = text.replace("\\", "\\\\").replace("`", "\\`")
    text = re.sub(r"<(?=[A-Za-z/!?])", r"\\<", text)
    text = re.sub(r"&(?=#?\w+;)", r"\\&", text)
    text = re.sub(r"\](?=[(:\[])", r"\\]", text)
    text = re.sub(r"(?<!\s)\*|\*(?!\s|$)", r"\\*", text)
    text = re.sub(r"(?<!\w)_(?=\S)|(?<=\S)_(?!\w)", r"\\_", text)
    return re.sub(r"~~", r"\\~\\~", text)


def escape_line_start(markdown: str) -> str:
    """Keep a paragraph a paragraph: its first characters must not open a heading, list, quote or rule."""
    markdown = re.sub(r"^(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|~{3,}|={2,}\s*$|-{2,}\s*$)", r"\\\1", markdown)
    return re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", markdown)
