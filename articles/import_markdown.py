"""Markdown files: front matter, footnotes, and the rest as HTML for the one reader of pages."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

_FENCE = re.compile(r"\A\s*(?:---|\+\+\+)[ \t]*\n(?P<head>.*?)\n(?:---|\.\.\.|\+\+\+)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"^(?P<key>[A-Za-z][\w-]*)\s*[:=]\s*(?P<value>.*)$")
_FOOTNOTE = re.compile(
    r"^\[\^(?P<label>[^\]\s]{1,40})\]:[ \t]*(?P<text>.*(?:\n(?:[ \t]+\S.*|[ \t]*\n(?=[ \t]{2,}\S)))*)", re.MULTILINE
)


def split_front_matter(source: str) -> tuple[dict[str, str], str]:
    """Front matter as simple keys (lower case) and values (lists joined with ", "), and the text after it."""
    match = _FENCE.match(source)
    if match is None or not any(_KEY.match(line) for line in match["head"].split("\n")):
        return {}, source
    values: dict[str, str] = {}
    key = ""
    for line in match["head"].split("\n"):
        pair = _KEY.match(line)
        if pair is not None:
            key = pair["key"].lower()
            values[key] = _unquoted(pair["value"])
        elif key and line.strip() and not line.lstrip().startswith("#"):
            more = _unquoted(re.sub(r"^\s*-\s+", "", line))
            listed = line.lstrip().startswith("- ")
            values[key] = f"{values[key]}{', ' if listed and values[key] else ' '}{more}".strip(" |>")
    return values, source[match.end() :]


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].replace('\\"', '"').replace("''", "'")
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(part.strip().strip("\"'") for part in value[1:-1].split(","))
    return value


def take_footnotes(source: str) -> tuple[str, list[str]]:
    """The text without its footnote definitions, and the footnotes in the order they are marked.

    Marks become numbers ("[^smith]" is written "[1]"), so that they match the numbered list of references.
    """
    notes = {match["label"]: re.sub(r"\s+", " ", match["text"]).strip() for match in _FOOTNOTE.finditer(source)}
    if not notes:
        return source, []
    rest = _FOOTNOTE.sub("", source)
    order: list[str] = []
    for label in (match[1] for match in re.finditer(r"\[\^([^\]\s]{1,40})\]", rest)):
        if label in notes and label not in order:
            order.append(label)
    order += [label for label in notes if label not in order]
    number = {label: index for index, label in enumerate(order, start=1)}
    rest = re.sub(
        r"\[\^([^\]\s]{1,40})\]", lambda match: f"[{number[match[1]]}]" if match[1] in number else match[0], rest
    )
    return rest, [notes[label] for label in order]


def to_html(source: str) -> str:
    """Markdown as HTML, raw HTML included: it is only read from here on, never shown."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))
