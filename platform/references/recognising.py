"""Does a block of text look like an entry of a reference list?"""

from __future__ import annotations

import re

from references.names import looks_like_authors
from references.parsing import MARKER, UNDATED

_YEAR = re.compile(rf"[(\[]\s*(?:c\.\s?)?(?:\d{{4}}[a-z]?|{UNDATED})(?:[,/][^)\]]{{0,30}})?\s*[)\]]", re.IGNORECASE)
_YEAR_LOOSE = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)[a-z]?[;.,)]|(?:1[5-9]\d\d|20\d\d)\s*$")
_IDENTIFIER = re.compile(r"\bdoi\b|10\.\d{4,9}/|\bISBN\b|https?://|\bwww\.", re.IGNORECASE)
_PAGES = re.compile(
    r"\bpp?\.\s?\d|\d\s*\([^)]{1,12}\)\s*[,:]|\d;\s?\d+|\bvol\.|\bS\.\s\d+|[СсC]\.\s\d+[-–]\d+", re.IGNORECASE
)
_PUBLISHER = re.compile(
    r"\b(?:Press|Publish|Verlag|Books|Éditions?|Editorial|Editore|Uitgeverij|Wydawnictwo|Routledge|Journal|Review)|"
    r"[^\W\d_]{3,}: [^\W\d_a-z][\w&. ]+[,.]|Издательство|изд-во|видавництво"
)
LONGEST = 1500


def looks_like_reference(text: str) -> bool:
    """True when enough marks of a printed reference come together; a running paragraph has too few of them."""
    return score(text) >= 3


def score(text: str) -> int:
    """Count the marks: a year where years stand, authors first, identifiers, pages, a publisher, numbering."""
    text = text.strip()
    if not 15 <= len(text) <= LONGEST:
        return 0
    body = MARKER.sub("", text, count=1)
    year = _YEAR.search(body[:300].replace("（", "(").replace("）", ")"))
    points = 1 if body != text else 0
    if year is not None:
        points += 2 if year.start() < 160 else 1
        points += 2 if looks_like_authors(body[: year.start()]) else 0
    elif _YEAR_LOOSE.search(body):
        points += 1
        points += 2 if _starts_with_authors(body) else 0
    points += 2 if _IDENTIFIER.search(body) else 0
    points += 1 if _PAGES.search(body) else 0
    points += 1 if _PUBLISHER.search(body) else 0
    return points


def _starts_with_authors(body: str) -> bool:
    """The stretch before the first quote, or one of the first sentences, reads as authors with initials."""
    ends = [match.start() for match in re.finditer(r"[.,]\s|[\"“„«]", body[:300])]
    return any(looks_like_authors(body[:end]) for end in ends if end > 2)
