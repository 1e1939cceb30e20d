"""Markdown as safe HTML: one source, one way to render it.

CommonMark with tables; raw HTML in the source is shown as text. What comes out passes a sanitiser with a closed
list of elements, so nothing in an article can run, load or style anything.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles.import_blocks import count_words

WORDS_A_MINUTE = 230
"""Silent reading of non-fiction: 238 in Brysbaert (2019), doi:10.1016/j.jml.2019.104047, rounded down."""

_TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a",
    "br", "hr", "s",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "rel"}, "ol": {"start"}, "th": {"scope"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_MARK = re.compile(r"\[\^?(\d{1,3}(?:\s*[,;]\s*\^?\d{1,3})*)\]")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/|#)", re.IGNORECASE)
_HERE = re.compile(r"#|/(?!/)")
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def render(source: str, reference_count: int = 0) -> str:
    """HTML of a Markdown source, safe to print as it is.

    Headings start at level 2 (the page has its own level 1) and get ids that start with "s-". Marks like [3] or
    [^3] become links to #ref3 when there are at least as many references.
    """
    tokens = _PARSER.parse(source)
    _number_headings(tokens)
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = list(_inline(token.children, reference_count))
        elif token.type in ("th_open", "td_open"):
            token.attrs = {"scope": "col"} if token.type == "th_open" else {}
        elif token.type == "fence":
            token.info = ""
    html = str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None, strip_comments=True)


def outline(source: str) -> list[tuple[str, str]]:
    """(id, words) of the headings of the highest level, in order: the contents list of an article."""
    tokens = _PARSER.parse(source)
    _number_headings(tokens)
    found = [
        (token.tag, str(token.attrs["id"]), _words(tokens[index + 1]))
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    top = min((tag for tag, _anchor, _heading in found), default="")
    return [(anchor, heading) for tag, anchor, heading in found if tag == top]


def reading_minutes(text: str) -> int:
    """Whole minutes that reading takes, at least one."""
    return max(1, math.ceil(count_words(text) / WORDS_A_MINUTE))


def plain_text(source: str) -> str:
    """The words of a Markdown source without any markup, for search and for counting."""
    blocks = [_words(token) for token in _PARSER.parse(source) if token.type in ("inline", "fence", "code_block")]
    return "\n\n".join(block for block in blocks if block)


def _words(token: Token) -> str:
    if not token.children:
        return token.content.strip()
    parts = [" " if child.type.endswith("break") else child.content for child in token.children]
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _number_headings(tokens: list[Token]) -> None:
    """Shift levels when the source uses level 1, and give every heading an id of its own."""
    shift = 1 if any(token.tag == "h1" for token in tokens) else 0
    taken: set[str] = set()
    for index, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        if token.type == "heading_open":
            token.attrs["id"] = _anchor(_words(tokens[index + 1]), taken)


def _anchor(heading: str, taken: set[str]) -> str:
    """Letters and digits of any script, hyphens between; a repeated one gets a number behind it."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", heading).lower())
    base = f"s-{'-'.join(words)[:60].strip('-') or 'part'}"
    anchor, number = base, 1
    while anchor in taken:
        number += 1
        anchor = f"{base}-{number}"
    taken.add(anchor)
    return anchor


def _inline(children: list[Token], reference_count: int) -> Iterator[Token]:
    """Inline content with linked marks, with `rel` on links that leave, and with words in place of pictures."""
    links: list[bool] = []
    for token in children:
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            links.append(_ADDRESS.match(href) is not None)
            if _HERE.match(href) is None:
                token.attrs["rel"] = "noopener noreferrer nofollow"
        linked = bool(links) and links[-1]
        if token.type == "link_close" and links:
            links.pop()
        if token.type == "image":
            yield Token("text", "", 0, content=token.content)
        elif token.type == "text" and not links and reference_count:
            yield from _marked(token.content, reference_count)
        elif linked or not token.type.startswith("link_"):
            yield token


def _marked(text: str, reference_count: int) -> Iterator[Token]:
    """Text with its reference marks as links; a mark without its reference stays text."""
    end = 0
    for match in _MARK.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match[1])]
        if not all(1 <= number <= reference_count for number in numbers):
            continue
        yield Token("text", "", 0, content=text[end : match.start()] + "[")
        for index, number in enumerate(numbers):
            if index:
                yield Token("text", "", 0, content=", ")
            yield Token("link_open", "a", 1, attrs={"href": f"#ref{number}"})
            yield Token("text", "", 0, content=str(number))
            yield Token("link_close", "a", -1)
        yield Token("text", "", 0, content="]")
        end = match.end()
    yield Token("text", "", 0, content=text[end:])
