"""The note that a list-maker set beside a reference: in brackets, after a dash, or on its own line."""

from __future__ import annotations

import re

_NOT_A_NOTE = re.compile(
    r"^(?:\d{3,4}[a-z]?|pp?\.|vol|\d+(?:st|nd|rd|th)\b|rev|eds?\.|hrsg|original work|translat|trans\.|"
    r"accessed|retrieved|cited|abgerufen|zugriff|consult|дата обращения|isbn|doi|https?:|\d+\.\s*aufl)",
    re.IGNORECASE,
)
_DASH = re.compile(r"(?<=[.)\]?!/\w])\s+(?:[—–]|--)\s+(?=\S)")


def take_annotation(text: str) -> tuple[str, str]:
    """Split a reference into (the reference in one line, the note with its full words or "")."""
    for take in (_from_lines, _from_brackets, _after_dash, _last_sentences):
        body, note = take(text)
        if note:
            return _one_line(body), _one_line(note)
    return _one_line(text), ""


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def reads_as_prose(text: str, *, words: int = 6) -> bool:
    """True for a running sentence: enough words, most of them in lower case (or a script without case)."""
    found = re.findall(r"[^\W\d_][\w'’-]*", text)
    if not found:
        return False
    caseless = sum(1 for word in found if word[0].lower() == word[0].upper())
    if caseless > len(found) / 2:
        return len(text) >= 15
    lower = sum(1 for word in found if word[0].islower())
    return len(found) >= words and lower >= 0.6 * len(found)


def _looks_like_source(text: str) -> bool:
    return bool(
        re.search(
            r"\d+\s*\(\d+\)|\d{4};\s*\d|\bvol\.|\bpp?\.\s*\d+[-–]\d+\W*$|: [A-Z]\w+ (?:Press|Verlag|Books)",
            text,
        )
        or re.match(r"(?:In[: ]|https?:|doi|Retrieved|Available)", text)
    )


def _from_lines(text: str) -> tuple[str, str]:
    """A second line that is a sentence of its own, after a first that ended."""
    lines = text.split("\n")
    for index in range(1, len(lines)):
        before, note = " ".join(lines[:index]).strip(), " ".join(lines[index:]).strip(" >")
        ended = before.endswith((".", ")", "]", "。")) or re.search(r"(?:https?://|10\.\d{4,}/)\S+$", before)
        starts = re.match(r"[^\W\d_]", note) is not None and not note[0].islower()
        if ended and starts and len(before) > 30 and reads_as_prose(note) and not _looks_like_source(note):
            return before, note
    return text, ""


def _from_brackets(text: str) -> tuple[str, str]:
    """A last bracketed group of some words: "(A short history; see pages 5-9.)"."""
    stripped = text.rstrip(" .")
    if not stripped or stripped[-1] not in ")]":
        return text, ""
    start = _opening_of(stripped)
    if start is None or start == 0:
        return text, ""
    inside, before = stripped[start + 1 : -1].strip(), stripped[:start].rstrip()
    finished = stripped[-1] == "]" and inside.endswith((".", "?", "!"))
    enough = len(inside.split()) >= 4 or len(inside) > 24 or finished
    glued = stripped[start - 1 : start] not in (" ", "\n")
    if _NOT_A_NOTE.match(inside) or not enough or glued or "://" in inside.split(" ")[0] or len(before) < 8:
        return text, ""
    closed = before.endswith((".", "?", "!", "。", ")", "]", "”", '"')) or re.search(
        r"(?:https?://|10\.\d{4,}/)\S+$", before
    )
    if not (closed or reads_as_prose(inside, words=4)):
        return text, ""
    return before, inside


def _opening_of(text: str) -> int | None:
    """Where the bracket that the text ends with was opened."""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in ")]":
            depth += 1
        elif text[index] in "([":
            depth -= 1
            if depth == 0:
                return index
    return None


def _after_dash(text: str) -> tuple[str, str]:
    """Words after a spaced dash that follows a finished reference."""
    for match in _DASH.finditer(text):
        before, note = text[: match.start()].rstrip(), text[match.end() :].strip()
        finished = before.endswith((".", ")", "]", "?", "!")) or re.search(r"(?:https?://|10\.\d{4,}/)\S+$", before)
        if finished and len(before) > 20 and reads_as_prose(note) and not _looks_like_source(note):
            return before, note
    return text, ""


def _last_sentences(text: str) -> tuple[str, str]:
    """Sentences after title and source that read as prose and not as a place of publication."""
    for count, match in enumerate(re.finditer(r"(?<=[^\W_][^\W_][.)])\s+(?=[^\W\d_a-z])", text)):
        before, note = text[: match.start()], text[match.end() :]
        dated = re.search(r"\b\d{4}[a-z]?\b|n\.\s?d\.|in press", before) is not None
        if count and dated and note.rstrip().endswith(".") and reads_as_prose(note, words=8):
            first = re.split(r"(?<=[a-z]{2}[.;])\s", note)[0]
            if reads_as_prose(first) and not _looks_like_source(note):
                return before, note
    return text, ""
