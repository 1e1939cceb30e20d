"""Reading one article from a file that somebody sent: plain text, Markdown or HTML, clean or scraped.

Everything here is pure: bytes in, an `ImportedArticle` or a refusal out. The article is found by structure
(`furniture`), its title, parts and references are told apart, and whatever was left out is listed with a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import furniture, import_markdown
from articles.import_blocks import Block, escape_markdown, is_prose
from articles.import_cutting import Cut, Source, cut_out
from articles.import_decoding import Refused, decode
from articles.import_html import Page, read_page
from articles.import_references import FoundList, find_list, stray_heading
from articles.import_sections import Section, divide
from articles.import_text import read_blocks
from articles.import_title import without_site
from articles.markdown import render
from references.citation import Reference
from references.formatting import as_text
from references.parsing import parse_reference

__all__ = ["Dropped", "ImportedArticle", "Refused", "Section", "read_article"]

_KINDS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html",
    ".htm": "html", ".xhtml": "html",
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
            parts += [f"## {escape_markdown(section.heading)}", section.body]
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
            lines = [
                f"{number}. {escape_markdown(as_text(one))}" for number, one in enumerate(self.references, start=1)
            ]
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


def _from_text(text: str) -> Source:
    values, rest = import_markdown.split_front_matter(text)
    source = Source(read_blocks(rest if values else text), plain=True)
    return _with_front_matter(source, values)


def _from_html(text: str) -> Source:
    page = read_page(text)
    if not any(is_prose(block) and block.inside and not block.furniture and block.words >= 12 for block in page.blocks):
        _doubt_markup(page.blocks)
    return Source(page.blocks, page.titles)


def _doubt_markup(blocks: list[Block]) -> None:
    """A page whose markup leaves no text is marked wrongly: only what is certain to be no text stays left out."""
    for block in blocks:
        block.inside = True
        if block.furniture not in ("hidden", "navigation", "form", "picture"):
            block.furniture = ""


def _from_markdown(text: str) -> Source:
    values, rest = import_markdown.split_front_matter(text)
    rest, notes = import_markdown.take_footnotes(rest)
    page: Page = read_page(import_markdown.to_html(rest))
    blocks = page.blocks
    if notes:
        blocks += [] if find_list(blocks) else [Block("heading", "References", level=2, inside=True)]
        blocks += [Block("item", note, marker=f"{index}.", inside=True) for index, note in enumerate(notes, start=1)]
    return _with_front_matter(Source(blocks, page.titles, authored=True), values)


def _with_front_matter(source: Source, values: dict[str, str]) -> Source:
    source.title = values.pop("title", "")
    for key in _STANDFIRST_KEYS:
        if not source.standfirst and values.get(key):
            source.standfirst = values.pop(key)
    source.unused = [f"{key}: {value}" for key, value in values.items() if value]
    return source


def _assemble(source: Source, name: str) -> ImportedArticle:
    blocks = source.blocks
    listed = find_list(blocks)
    cut = cut_out(source, listed)
    body = divide([blocks[index] for index in cut.body])
    if not (body.lead or any(section.body for section in body.sections)):
        raise Refused(_("We found no running text in this file. Send the text of the article itself."))
    references = tuple(parse_reference(entry) for entry in listed.entries) if listed else ()
    title, problems = _title(source, cut, name)
    unused = [Dropped(line, str(furniture.REASONS["front_matter"])) for line in source.unused]
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
        dropped=(*unused, *dropped),
        problems=(*problems, *_problems(source, listed, references)),
    )


def _title(source: Source, cut: Cut, name: str) -> tuple[str, list[str]]:
    if source.title:
        return source.title, []
    if cut.title is not None:
        return source.blocks[cut.title].text, []
    if source.titles:
        return max(without_site(source.titles[0])[1:] or source.titles, key=len), []
    words = re.sub(r"[-_\s]+", " ", PurePath(name).stem).strip()
    return words[:1].upper() + words[1:], [_("We found no title and used the file's name. Please write one.")]


def _problems(source: Source, listed: FoundList | None, references: tuple[Reference, ...]) -> list[str]:
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
