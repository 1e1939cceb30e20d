"""The identity lint: what in a text could tell a reader who wrote it. Pure; it points, people decide."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Finding:
    """One place in the text: where it is, what it says, and a sentence about it."""

    start: int
    end: int
    text: str
    code: str
    sentence: str


WORD = r"[^\W\d_]"
NAME = rf"(?:[A-ZÀ-ÞŁŚŻŹĆŃĐŠČŽ]{WORD}+(?:[-' ][A-ZÀ-ÞŁŚŻŹĆŃĐŠČŽ]{WORD}+)?)"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")),
    ("link", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("handle", re.compile(r"(?<![\w@.])@\w{3,}")),
    # A date such as 12.11.2025 or 2025-11-12 is no phone number.
    (
        "phone",
        re.compile(
            r"(?<![\w/.-])(?!\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)|\d{4}-\d\d-\d\d(?!\d))\+?\d[\d ()./-]{7,}\d(?![\w-])"
        ),
    ),
    (
        "name",
        re.compile(
            rf"\b(?i:my name is|my name's|i am called|call me|i'm|i am|ich heiße|je m'appelle|me llamo)\s+({NAME})"
        ),
    ),
    (
        "relative",
        re.compile(
            rf"\b(?i:my|our)\s+(?i:husband|wife|partner|boyfriend|girlfriend|son|daughter|mother|father|brother|sister"
            rf"|boss|manager|friend|therapist|doctor|neighbour|colleague)(?:,|\s+(?i:called|named))?\s+({NAME})"
        ),
    ),
    (
        "employer",
        re.compile(
            rf"\b(?i:i|he|she|they|we)\s+(?i:work|works|worked|am employed|is employed)"
            rf"\s+(?i:at|for)\s+(?:(?i:the)\s+)?({NAME})"
        ),
    ),
    ("school", re.compile(rf"\b({NAME}\s+(?i:school|university|college|gymnasium|hospital))\b")),
    (
        "address",
        re.compile(
            rf"\b(\d{{1,4}}\s+{NAME}\s+(?i:street|road|avenue|lane|square)|{NAME}(?:straße|strasse)\s+\d{{1,4}})"
        ),
    ),
)
# Words that begin with a capital after "I'm" without being a name.
NO_NAMES = {
    "OK",
    "English",
    "German",
    "French",
    "Polish",
    "Portuguese",
    "Spanish",
    "Irish",
    "British",
    "American",
    "Catholic",
    "Jewish",
    "Muslim",
    "Christian",
    "Autistic",
    "Bipolar",
    "Mum",
    "Mom",
    "Dad",
}


def findings(text: str) -> list[Finding]:
    """What could identify somebody, in the order of the text; overlapping finds are told once."""
    found: list[Finding] = []
    for code, pattern in PATTERNS:
        for match in pattern.finditer(text):
            group = 1 if match.groups() else 0
            words = match.group(group)
            start, end = match.span(group)
            if code == "name" and words.split()[0] in NO_NAMES:
                continue
            if not any(each.start < end and start < each.end for each in found):
                found.append(Finding(start, end, words, code, _sentence(code, words)))
    return sorted(found, key=lambda each: each.start)


def _sentence(code: str, words: str) -> str:
    sentences = {
        "email": _("“%(words)s” looks like an e-mail address. Anyone could write to it."),
        "link": _("“%(words)s” is a link. It may lead to you."),
        "handle": _("“%(words)s” looks like a name on a network."),
        "phone": _("“%(words)s” looks like a phone number. Anyone could call it."),
        "name": _("“%(words)s” looks like your name. Your question doesn't need it."),
        "relative": _("“%(words)s” looks like somebody's name. “My sister” is enough."),
        "employer": _("“%(words)s” looks like a workplace. The kind of work is enough."),
        "school": _("“%(words)s” names a place where people know you."),
        "address": _("“%(words)s” looks like an address."),
    }
    return sentences[code] % {"words": words}
