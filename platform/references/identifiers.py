"""DOIs, ISBNs and addresses inside a printed reference: finding them and judging them.

DOI syntax: ISO 26324 and the DOI Handbook, section 2.2. ISBN check digits: ISO 2108.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_DOI_MARKED = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|\bdoi\s*[:=]?\s+|\bdoi:\s*)<?(\S+)", re.IGNORECASE)
_DOI_BARE = re.compile(r"(?<![\w/.])(10\.\d{4,9}/\S+)")
_DOI_VALID = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+")
_ISBN = re.compile(r"\bISBN(?:[-\s]?1[03])?\s*[:=]?\s*([0-9Xx](?:[\s\-–]?[0-9Xx]){8,16})", re.IGNORECASE)
_URL = re.compile(r"<?((?:https?://|www\.)[^\s<>\"“”]+)>?", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"[\s\[(,.;]*\b(?:(?:retrieved|accessed|available|online|abgerufen|verfügbar|disponible|consulté|recuperado|"
    r"disponibile|beschikbaar|dostępne|доступно|url)\b[^.()\[\]]{0,50}?)[\s:<(\[]*$",
    re.IGNORECASE,
)
_VISITED = re.compile(
    r"[\[(]\s*(?:accessed|retrieved|cited|abgerufen|zugriff|zuletzt|consulté|consultado|"
    r"дата обращения)\b[^\])]{0,40}[\])]|"
    r"\s(?:accessed|retrieved|abgerufen am|zuletzt|consulté le)\b[^()\[\]/]{0,24}\b(?:19|20)\d\d\.?\s*$",
    re.IGNORECASE,
)


def trim_tail(text: str) -> str:
    """Cut the sentence's own punctuation off an identifier; a bracket stays when it was opened inside."""
    text = text.rstrip(".,;:>»”\"'")
    while text and text[-1] in ")]":
        opening = {")": "(", "]": "["}[text[-1]]
        if text.count(text[-1]) <= text.count(opening):
            break
        text = text[:-1].rstrip(".,;:>»”\"'")
    return text


def take_doi(text: str) -> tuple[str, str]:
    """Return (DOI or "", the text without it). A malformed one is taken too: the guard says so."""
    match = _DOI_MARKED.search(text) or _DOI_BARE.search(text)
    if match is None or not any(letter.isdigit() for letter in match[1]):
        return "", text
    doi = trim_tail(match[1])
    rest = _without(text, match.start(), match.start(1) + len(doi))
    return (unquote(doi) if "doi.org/" in match[0].lower() else doi), rest


def take_isbn(text: str) -> tuple[str, str]:
    """Return (ISBN as printed or "", the text without it)."""
    match = _ISBN.search(text)
    if match is None:
        return "", text
    return re.sub(r"[\s–]+", "-", match[1]), _without(text, match.start(), match.end())


def take_url(text: str) -> tuple[str, str]:
    """Return (web address or "", the text without it and without "Retrieved from" before it)."""
    text = _VISITED.sub("", text)
    match = _URL.search(text)
    if match is None:
        return "", text
    url = trim_tail(match[1])
    before = _LEAD_IN.sub(". ", text[: match.start()])
    rest = _without(before + text[match.start() :], len(before), len(before) + len(match[0]) - _tail(match[0], url))
    return (url if url.lower().startswith("http") else f"https://{url}"), rest


def _tail(printed: str, kept: str) -> int:
    """How many characters after `kept` belong to the sentence and not to the address."""
    return len(printed) - printed.index(kept) - len(kept) - (1 if printed.endswith(">") else 0)


def _without(text: str, start: int, end: int) -> str:
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before.endswith((".", ",", ";", ":")):
        after = after.lstrip(".,; ")
    if after.startswith((".", ",", ";", ")", "]")):
        return f"{before}{after}".strip()
    return f"{before} {after}".strip()


def doi_is_well_formed(doi: str) -> bool:
    """True when the text has the shape `10.<registrant>/<suffix>`. Says nothing about its existence."""
    return _DOI_VALID.fullmatch(doi) is not None


def isbn_is_valid(isbn: str) -> bool:
    """True when the text has 10 or 13 digits and the right check digit."""
    digits = re.sub(r"[^0-9Xx]", "", isbn).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits):
        return sum((10 - i) * (10 if d == "X" else int(d)) for i, d in enumerate(digits)) % 11 == 0
    if re.fullmatch(r"97[89]\d{10}", digits):
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    return False
