"""Cutting one Markdown source at its main headings: what stands before the first, then heading by heading."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt


@dataclass(frozen=True)
class Section:
    """A main heading (its words, without marks) and the Markdown below it."""

    heading: str
    body: str


def split(source: str) -> tuple[str, list[Section]]:
    """The lead and the sections of a CommonMark source, cut at headings of its highest level.

    What looks like a heading inside code or a quotation is none.
    """
    lines = source.splitlines()
    found: list[tuple[int, int, str]] = []
    tokens = MarkdownIt("commonmark").parse(source)
    main = min((token.tag for token in tokens if token.type == "heading_open"), default="")
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.tag == main and token.map:
            words = "".join(child.content for child in tokens[place + 1].children or [])
            found.append((token.map[0], token.map[1], words.strip()))
    starts = [start for start, _, _ in found] + [len(lines)]
    lead = "\n".join(lines[: starts[0]]).strip()
    bodies = ["\n".join(lines[end:stop]).strip() for (_, end, _), stop in zip(found, starts[1:], strict=True)]
    return lead, [Section(heading, body) for (_, _, heading), body in zip(found, bodies, strict=True)]
