"""Reading one article from a file that somebody sent: plain text, Markdown or HTML, clean or scraped.

Everything here is pure: bytes in, an `ImportedArticle` or a refusal out. The article is found by structure
(`furniture`), its title, parts and references are told apart, and whatever was left out is listed with a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import furniture, import_markdown
from articles.import_blocks import Block, ends_sentence, escape_markdown, is_page_data, is_prose
from articles.import_decoding import Refused, decode
from articles.import_html import Page, read_page
from articles.import_references import FoundList, find_list, stray_heading
from articles.import_sections import Section, divide
from articles.import_text import read_blocks
from articles.import_title import find_in_text, find_standfirst, find_stated, same_words, without_site
from articles.markdown import render
from references.citation import Reference
from references.formatting import as_text
from references.parsing import parse_reference

__all__ = ["Dropped", "ImportedArticle", "Refused", "Section", "read_article"]

_KINDS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".xhtml": "html",
}  # fmt: skip
_LOOKS_LIKE_HTML = re.compile(r"\A\s*(?:<!doctype html|<html|<head|<body|<\?xml)", re.IGNORECASE)
_STANDFIRST_KEYS = ("standfirst", "subtitle", "description", "excerpt", "summary", "dek")


@dataclass(frozen=True)
class Dropped:
    """A stretch of the file that is not in the article, and why, in a sentence part."""

    text: str
    reason: str


@dataclass(frozen=True)
class ImportedArticle:
    """One article as read. `lead`, section bodies and `summary` are Markdown; `title`, `standfirst` and headings
    are plain words; `markdown` is the whole body without the title, as it is stored."""

    title: str
    standfirst: str
    lead: str
    sections: tuple[Section, ...]
    summary: str
    references: tuple[Reference, ...]
    dropped: tuple[Dropped, ...]
    problems: tuple[str, ...]

    @property
    def markdown(self) -> str:
        """Lead, sections under level 2 headings, and summary as one Markdown source."""
        parts = [self.lead]
        for section in self.sections:
            parts += [f"## {_heading_source(section.heading)}", section.body]
        return "\n\n".join(part for part in [*parts, self.summary] if part)

    @property
    def rendered(self) -> str:
        """The sanitised HTML of `markdown`, reference marks linked."""
        return render(self.markdown, reference_count=len(self.references))

    def document(self) -> str:
        """The article as one Markdown file, front matter and references included; reading it gives the same article."""
        head = [f"title: {_one_line(self.title)}"]
        head += [f"standfirst: {_one_line(self.standfirst)}"] if self.standfirst else []
        parts = ["---\n" + "\n".join(head) + "\n---", self.markdown]
        if self.references:
            lines = [f"{number}. {_escaped(as_text(one))}" for number, one in enumerate(self.references, start=1)]
            parts += ["## References", "\n".join(lines)]
        return "\n\n".join(parts) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values under the names that the import command prints; the guard's flags are not in it."""
        return {
            "title": self.title,
            "standfirst": self.standfirst,
            "lead": self.lead,
            "sections": [{"heading": section.heading, "body": section.body} for section in self.sections],
            "summary": self.summary,
            "references": [reference.to_dict() for reference in self.references],
            "rendered": self.rendered,
            "dropped": [{"text": dropped.text, "reason": dropped.reason} for dropped in self.dropped],
            "problems": list(self.problems),
        }


@dataclass
class _Source:
    """A file read into blocks, with what it says about itself."""

    blocks: list[Block]
    titles: list[str] = field(default_factory=list)
    title: str = ""
    standfirst: str = ""
    authored: bool = False
    plain: bool = False
    left_out: list[Dropped] = field(default_factory=list)


@dataclass
class _Cut:
    """Which blocks are the article: the index of title and standfirst, and the reason of each left-out block."""

    title: int | None
    standfirst: int | None
    body: list[int]
    reasons: dict[int, str]


def read_article(name: str, data: bytes) -> ImportedArticle:
    """Read one article. `name` is the file's name: its ending tells the kind of file.

    Raises Refused, with a sentence, for an unknown kind, an empty, binary or oversized file, and a file
    without running text.
    """
    kind = _KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise Refused(_("We read .txt, .md and .html files. Save the article as one of these and try again."))
    text = decode(data)
    if kind == "text" and _LOOKS_LIKE_HTML.match(text):
        kind = "html"
    source = {"text": _from_text, "markdown": _from_markdown, "html": _from_html}[kind](text)
    return _assemble(source, name)


def _from_text(text: str) -> _Source:
    values, rest = import_markdown.split_front_matter(text)
    source = _Source(read_blocks(rest if values else text), plain=True)
    return _with_front_matter(source, values)


def _from_html(text: str) -> _Source:
    page = read_page(text)
    if not any(is_prose(block) and block.inside and not block.furniture and block.words >= 12 for block in page.blocks):
        _doubt_markup(page.blocks)
    return _Source(page.blocks, page.titles)


def _doubt_markup(blocks: list[Block]) -> None:
    """A page whose markup leaves no text is marked wrongly: only what is certain to be no text stays left out."""
    for block in blocks:
        block.inside = True
        if block.furniture not in ("hidden", "navigation", "form", "picture"):
            block.furniture = ""


def _from_markdown(text: str) -> _Source:
    values, rest = import_markdown.split_front_matter(text)
    rest, notes = import_markdown.take_footnotes(rest)
    page: Page = read_page(import_markdown.to_html(rest))
    blocks = page.blocks
    if notes:
        blocks += [] if find_list(blocks) else [Block("heading", "References", level=2, inside=True)]
        blocks += [Block("item", note, marker=f"{index}.", inside=True) for index, note in enumerate(notes, start=1)]
    return _with_front_matter(_Source(blocks, page.titles, authored=True), values)


def _with_front_matter(source: _Source, values: dict[str, str]) -> _Source:
    source.title = values.pop("title", "")
    for key in _STANDFIRST_KEYS:
        if not source.standfirst and values.get(key):
            source.standfirst = values.pop(key)
    reason = str(furniture.REASONS["front_matter"])
    source.left_out = [Dropped(f"{key}: {value}", reason) for key, value in values.items() if value]
    return source


def _assemble(source: _Source, name: str) -> ImportedArticle:
    blocks = source.blocks
    listed = find_list(blocks)
    cut = _cut(source, listed)
    body = divide([blocks[index] for index in cut.body])
    if not (body.lead or any(section.body for section in body.sections)):
        raise Refused(_("We found no running text in this file. Send the text of the article itself."))
    references = tuple(parse_reference(entry) for entry in listed.entries) if listed else ()
    title, problems = _title(source, cut, name)
    dropped = [
        Dropped(blocks[index].text, str(furniture.REASONS[reason])) for index, reason in sorted(cut.reasons.items())
    ]
    return ImportedArticle(
        title=title,
        standfirst=source.standfirst or (blocks[cut.standfirst].text if cut.standfirst is not None else ""),
        lead=body.lead,
        sections=tuple(body.sections),
        summary=body.summary,
        references=references,
        dropped=(*source.left_out, *dropped),
        problems=(*problems, *_problems(source, listed, references)),
    )


def _cut(source: _Source, listed: FoundList | None) -> _Cut:
    """Cut the article out of its page."""
    blocks = source.blocks
    limit = len(blocks) if listed is None else (listed.heading if listed.heading >= 0 else listed.start)
    reading = furniture.read(blocks, authored=source.authored)
    for index, block in enumerate(blocks):
        if not block.inside and not source.plain and not reading.reasons[index]:
            reading.reasons[index], reading.points[index] = "outside", -2.0
    start, end = furniture.best_stretch(reading.points[:limit])
    if end == 0:
        raise Refused(_("We found no running text in this file. Send the text of the article itself."))
    first_prose = next((i for i in range(start, end) if is_prose(blocks[i]) and not reading.reasons[i]), start)
    title = _find_title(source, first_prose, end)
    end = limit if listed is not None else furniture.end_at_closer(blocks, reading, start, end)
    standfirst = find_standfirst(blocks, title, first_prose) if title is not None else None
    reasons = _left_out(source, reading, (start, end), title, listed)
    if standfirst is not None and not source.standfirst:
        reasons.pop(standfirst, None)
    else:
        standfirst = None
    first = start if title is None else (title + 1 if title < start or first_prose > title else start)
    body = [i for i in range(first, end) if i not in reasons and i not in (title, standfirst)]
    return _Cut(title, standfirst, body, reasons)


def _find_title(source: _Source, first_prose: int, end: int) -> int | None:
    blocks = source.blocks[:end]
    titles = [source.title] if source.title else source.titles
    stated = find_stated(blocks, titles, first_prose)
    if stated is not None and not (
        source.title and not same_words(blocks[stated].text, source.title) and blocks[stated].level > 1
    ):
        return stated
    readings = [reading for one in titles for reading in without_site(one)]
    for index in range(min(first_prose + 1, len(blocks))):
        block = blocks[index]
        if not block.furniture and block.words <= 40 and any(same_words(block.text, reading) for reading in readings):
            return index
    if source.authored or source.title or (titles and not source.plain):
        return None
    prose = " ".join(block.text for block in source.blocks[first_prose:end]).casefold()
    return find_in_text(blocks, first_prose, prose)


def _left_out(
    source: _Source, reading: furniture.Reading, stretch: tuple[int, int], title: int | None, listed: FoundList | None
) -> dict[int, str]:
    """The reason for each block that is not in the article."""
    blocks = source.blocks
    start, end = stretch
    prose = [
        i for i in range(start, end) if is_prose(blocks[i]) and blocks[i].words >= 15 and not reading.reasons[i]
    ] or [start]
    reasons: dict[int, str] = {}
    for index, block in enumerate(blocks):
        if (listed is not None and (index == listed.heading or listed.start <= index < listed.end)) or index == title:
            continue
        reason = reading.reasons[index]
        if not reason and listed is not None and index >= listed.end:
            reason = "after_references"
        elif not reason and index >= end:
            reason = "page_data" if is_page_data(block) else "after"
        elif not reason and title is not None and same_words(block.text, source.blocks[title].text):
            reason = "title"
        elif not reason and (index < prose[0] or index > prose[-1]) and is_page_data(block) and not source.title:
            reason = "page_data"
        elif not reason and index < start:
            between = (
                title is not None
                and index > title
                and (is_prose(block) or source.authored or ends_sentence(block.text) or block.kind != "paragraph")
            )
            reason = "" if between else "before"
        if reason:
            reasons[index] = reason
    return reasons


def _title(source: _Source, cut: _Cut, name: str) -> tuple[str, list[str]]:
    if source.title:
        return source.title, []
    if cut.title is not None:
        return _unnumbered(source.blocks[cut.title].text), []
    if source.titles:
        return max(without_site(source.titles[0])[1:] or source.titles, key=len), []
    words = re.sub(r"[-_\s]+", " ", PurePath(name).stem).strip()
    return words[:1].upper() + words[1:], [_("We found no title and used the file's name. Please write one.")]


def _unnumbered(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip()


def _problems(source: _Source, listed: FoundList | None, references: tuple[Reference, ...]) -> list[str]:
    problems = []
    if listed is None and stray_heading(source.blocks):
        problems.append(_("There is a heading for references, but we could not read any reference under it."))
    if listed is not None and listed.heading < 0:
        problems.append(
            _("The references had no heading of their own. Check that the list begins and ends where it should.")
        )
    unread = sum(1 for reference in references if not reference.authors and reference.year is None)
    if unread:
        problems.append(
            ngettext(
                "%(count)s reference could not be split into authors and year. Please check it.",
                "%(count)s references could not be split into authors and year. Please check them.",
                unread,
            )
            % {"count": unread}
        )
    return problems


def _one_line(text: str) -> str:
    return '"' + re.sub(r"\s+", " ", text).strip().replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    return escape_markdown(text)


def _heading_source(heading: str) -> str:
    return _escaped(heading)
