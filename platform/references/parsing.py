"""From one printed reference to its parts.

Understands the shapes of APA, Harvard, Vancouver, MLA, Chicago (both systems) and GOST closely enough for lists
that people typed by hand, with the numbering, bullets, notes and line breaks of such lists. Nothing is looked up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from references import identifiers, locators
from references.annotations import take_annotation
from references.citation import Reference
from references.names import looks_like_authors, split_authors

MARKER = re.compile(r"^\s*(?:\[\^?\d{1,3}\]:?|\(\d{1,3}\)|\d{1,3}[.)]|[-*+•–—·▪◦‣●○]|\^)\s+")
_PLAIN = {
    0xFF08: "(",
    0xFF09: ")",
    0xFF0E: ". ",
    0xFF0C: ", ",
    0xFF1A: ": ",
    0xA0: " ",
    0x202F: " ",
    0xAD: None,
}
UNDATED = (
    r"n\.\s?d\.|in press|forthcoming|submitted|o\.\s?J\.|im Druck|sous presse|s\.\s?f\.|en prensa|s\.\s?d\.|"
    r"б\.\s?г\.|в печати|im Erscheinen|z\.\s?j\.|b\.\s?d\.|в друці|no date"
)
_YEAR_IN_BRACKETS = re.compile(
    rf"[(\[]\s*(?:c\.|ca\.|©)?\s*(?:(?P<year>\d{{3,4}})(?:[/–-]\d{{2,4}})?[a-z]?|"
    rf"{UNDATED})(?:[,;]\s?[^()\[\]]{{1,40}})?\s*[)\]]",
    re.IGNORECASE,
)
_YEAR_BARE = re.compile(r"[,.]\s+(?P<year>1[4-9]\d\d|20\d\d)[a-z]?\s*[.,:]\s+")
_YEAR_LATER = re.compile(r"(?<![\d:/–.-])(1[4-9]\d\d|20\d\d)[a-z]?(?=\s*(?:[A-Z][a-z]{2}\b[^;]{0,6})?[;.,):]|\s*$)")
_OPENING = "\"“„«‘»‚'"
_QUOTED = re.compile(r"[\"“„«‚‘]\s*(?P<title>[^\"“”„«»]{3,300}?)\s*[\"”“»]|[‘'](?P<single>.{3,300}?)[’'](?=[\s,.]|$)")
_NO_END = "".join(
    rf"(?<!\b{word})"
    for word in ("vs", "St", "Dr", "Vol", "vol", "Ed", "ed", "Eds", "no", "No", "pp", "al", "Bd", "Nr")
)
_SENTENCE_END = re.compile(rf"(?<!\b[^\W\d_]){_NO_END}[.。](?=\s|$)|[?!](?=\s+[^\Wa-zà-ÿ\d_]|\s*$)")
_NOTE = re.compile(
    r"^(?P<authors>[^,(]{3,60}(?:,? (?:and|&) [^,(]{3,60})?), (?P<title>[^(]{3,200}?) "
    r"\((?P<imprint>[^()]{2,120}?),? (?P<year>\d{4})\)(?:, (?P<pages>\d{1,5}(?:[-–]\d{1,5})?))?\.?$"
)


@dataclass(frozen=True)
class _Split:
    """The three stretches of a reference before the title is cut from its source."""

    authors: str
    year: int | None
    rest: str
    dated: bool


def parse_reference(text: str) -> Reference:
    """Split one printed reference into its parts; what cannot be told apart stays together in `title`.

    Leading numbers and bullets are dropped, markup of emphasis and links is undone. Never raises.
    """
    text = _clean(text)
    body, annotation = take_annotation(text)
    doi, body = identifiers.take_doi(body)
    isbn, body = identifiers.take_isbn(body)
    url, body = identifiers.take_url(body)
    if annotation and not doi:
        doi = identifiers.take_doi(annotation)[0]
    reference = _parse_body(body.strip(" ;,"))
    noted = locators.find(annotation)[0]
    if not noted:
        reference = _move_locator(reference)
    return replace(reference, doi=doi, isbn=isbn, url=url, annotation=annotation, locator=noted or reference.locator)


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    text = re.sub(r"\[([^\]\[]+)\]\(<?(https?://[^\s)<>]+(?:\([^\s)]*\)[^\s)<>]*)*)>?\)", _unlink, text)
    text = re.sub(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+\-.!<>|&~])", r"\1", text)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text.strip())
    return MARKER.sub("", text, count=1).strip()


def _unlink(match: re.Match[str]) -> str:
    """A Markdown link as words: the address alone when the words are the address or a DOI."""
    words, address = match[1], match[2]
    return address if re.match(r"(?:https?:|www\.|doi|10\.)", words, re.IGNORECASE) else f"{words} {address}"


def _parse_body(body: str) -> Reference:
    note = _NOTE.match(body)
    if note is not None and looks_like_authors(note["authors"]):
        title = note["title"].strip(' ,"“”')
        pages = locators.written(note["pages"]) if note["pages"] else ""
        return Reference(split_authors(note["authors"]), int(note["year"]), title, note["imprint"], locator=pages)
    split = _split_at_year(body) or _split_at_quote(body) or _split_at_sentence(body)
    title, source = _split_title(split.rest)
    year = split.year
    if not split.dated:
        year, source = _year_from(source)
    if year is None and not split.dated:
        year, title = _year_from(title) if not source else (None, title)
    return Reference(split_authors(split.authors), year, title, source)


def _split_at_year(body: str) -> _Split | None:
    """Authors (year) rest; or Title (year) rest, when what stands first is no author."""
    for match in _YEAR_IN_BRACKETS.finditer(body[:700]):
        before, rest = body[: match.start()].strip(), body[match.end() :].lstrip(" .,:;–-")
        year = int(match["year"]) if match["year"] else None
        if not before:
            return _Split("", year, rest, True)
        if looks_like_authors(before):
            return _Split(before.rstrip(" ,;:"), year, rest, True)
        if before.endswith((".", "?", "!")) and len(re.findall(r"[.?!]\s", before)) == 0:
            return _Split("", year, f"{before} {rest}".strip(), True)
        return None
    match_bare = _YEAR_BARE.search(body[:400])
    if match_bare is not None and looks_like_authors(body[: match_bare.start()]):
        rest = body[match_bare.end() :]
        return _Split(body[: match_bare.start() + 1], int(match_bare["year"]), rest, True)
    return None


def _split_at_quote(body: str) -> _Split | None:
    """Authors, "Title." rest (MLA, Chicago)."""
    match = _QUOTED.search(body)
    if match is None or match.start() == 0:
        return None
    before = body[: match.start()].strip(" ,.")
    return _Split(before, None, body[match.start() :], False) if looks_like_authors(before) else None


def _split_at_sentence(body: str) -> _Split:
    """Authors. Title. rest (Vancouver, Chicago, GOST), when the first sentence reads as authors."""
    whole = _Split("", None, body, False)
    for match in re.finditer(r"[.,:](?=\s)", body[:400]):
        before, rest = body[: match.start()], body[match.end() :].strip()
        ends_in_initial = re.search(r"(?:^|[\s.\-])[^\W\d_]$", before) is not None
        if match[0] == "," or not rest or (ends_in_initial and re.match(r"[^\W\d_]\.|[&;]|and\b|und\b|et\b", rest)):
            continue
        if match[0] == ":" and "," not in before:
            continue
        named = looks_like_authors(before)
        return _Split(f"{before}." if ends_in_initial else before, None, rest, False) if named else whole
    return whole


def _split_title(rest: str) -> tuple[str, str]:
    """Title and source. A quoted title ends at its quote, any other at the end of its sentence."""
    rest = rest.strip()
    quoted = _QUOTED.match(rest) if rest[:1] and rest[0] in _OPENING else None
    if quoted is not None:
        return (quoted["title"] or quoted["single"]).rstrip(" ,."), _trim(rest[quoted.end() :])
    container = re.match(r"([^.?!]{3,200}?),\s+(?=[Ii]n: )", rest)
    if container is not None:
        return container[1].strip(), _trim(rest[container.end() :])
    for match in _SENTENCE_END.finditer(rest):
        title = rest[: match.start()] if match[0] in ".。" else rest[: match.end()]
        if len(title.strip()) > 2:
            return title.strip(" ,"), _trim(rest[match.end() :])
    imprint = re.search(r",\s+(?=[^\W\d_][\w .'’-]{2,30}: [^\W\d_])", rest)
    if imprint is not None:
        return rest[: imprint.start()].strip(), _trim(rest[imprint.end() :])
    return rest.strip(" .,;"), ""


def _year_from(source: str) -> tuple[int | None, str]:
    """The year of publication from a source that carries it ("Publisher, 1988", "Journal. 1995;117")."""
    matches = list(_YEAR_LATER.finditer(source))
    if not matches:
        return None, source
    journal = next((match for match in matches if source[match.end() :].lstrip().startswith(";")), None)
    match = journal or matches[-1]
    after = re.sub(r"^\s*(?:[A-Z][a-z]{2}\b[^;]{0,6})?[;,):.]+\s*", " ", source[match.end() :])
    before = source[: match.start()].rstrip(" ,;(")
    comma = before and before[-1] not in ".,:" and after.strip() and after.strip()[0] not in "—–"
    joined = f"{before}{',' if comma else ''}{after}"
    return int(match[1]), _trim(re.sub(r"\s+", " ", joined))


def _move_locator(reference: Reference) -> Reference:
    """Take the pages out of the source and into the locator."""
    if reference.locator:
        return reference
    for field in ("source", "title"):
        text = getattr(reference, field)
        locator, span = locators.find(text)
        if span is not None:
            without = re.sub(r"\(\s*,?\s*\)|\[\s*\]", "", text[: span[0]].rstrip(" ,;:") + text[span[1] :])
            kept = _trim(re.sub(r"\s+([.,;)])", r"\1", without))
            if field == "source":
                return replace(reference, locator=locator, source=kept)
            return replace(reference, locator=locator, title=kept)
    locator, source = locators.find_journal_pages(reference.source)
    return replace(reference, locator=locator, source=_trim(source))


def _trim(text: str) -> str:
    text = re.sub(r"^[\s.,;:–—-]+|[\s,;:–—]+$", "", re.sub(r"\s+", " ", text))
    return text[:-1].rstrip(" ,;") if text.endswith(".") and not re.search(r"\b[^\W\d_]\.$", text) else text
