"""Page and chapter locators, in the words of several languages, brought to one written form."""

from __future__ import annotations

import re

_NUMBER = r"[A-Za-z]?\d{1,7}"
_RANGE = rf"{_NUMBER}(?:\s*(?:[-–—−‐‑]|to|bis)\s*{_NUMBER})?"
_RANGES = rf"({_RANGE}(?:\s*(?:,|and|&|und|et)\s*{_RANGE})*)(?![\w.]*\d)"
_PAGES = re.compile(
    r"(?<![\w.])(?:pages?|pp?|pgs?|seiten?|págs?|páginas?|paginas?|pagina's|pagine?|pagg?|blz|bladzijden?|"
    r"stron[ya]|str|стр|с|сс|стор|сторінк[иа]|страниц[ыа]|S)(?:\.\s*|\s+)" + _RANGES,
    re.IGNORECASE,
)
_CHAPTERS = re.compile(
    r"(?<![\w.])(?:chapters?|chap|ch|kapitel|kap|chapitres?|capítulos?|cap|capitol[oi]|hoofdstuk|rozdział|"
    r"глав[аы]|розділ)(?:\.\s*|\s+)" + _RANGES,
    re.IGNORECASE,
)
_JOURNAL = re.compile(
    r"(?P<keep>\d[\d/]*\s*(?:\(\s*[^()]{1,20}\)|[,.]\s*(?:no|nr|issue)\.?\s*\d+))\s*[,:]\s*"
    r"(?:pp?\.\s*)?(?P<pages>\d{1,6}(?:\s*[-–—−‐‑]\s*\d{1,6})?)(?![\w])"
    r"|(?P<keep2>[,;\s]\d{1,4})\s*[,:]\s*(?P<pages2>\d{1,6}\s*[-–—−‐‑]\s*\d{1,6})(?![\w])",
)


def _tidy(ranges: str) -> str:
    ranges = re.sub(r"\s*(?:[-–—−‐‑]|\bto\b|\bbis\b)\s*", "-", ranges)
    return re.sub(r"\s*(?:,|&|\band\b|\bund\b|\bet\b)\s*", ", ", ranges).strip()


def written(ranges: str, *, chapter: bool = False) -> str:
    """Write page or chapter numbers in our form: "pp. 12-18", "p. 12", "ch. 4", "chs. 4-6"."""
    tidy = ", ".join(_unfolded(part) for part in _tidy(ranges).split(", "))
    many = "-" in tidy or "," in tidy
    if chapter:
        return f"{'chs.' if many else 'ch.'} {tidy}"
    return f"{'pp.' if many else 'p.'} {tidy}"


def _unfolded(part: str) -> str:
    """Write a shortened range in full: "497-529" stays, "1123-35" becomes "1123-1135"."""
    match = re.fullmatch(r"(\d+)-(\d+)", part)
    if match is None or len(match[2]) >= len(match[1]):
        return part
    full = match[1][: len(match[1]) - len(match[2])] + match[2]
    return f"{match[1]}-{full}" if int(full) > int(match[1]) else part


def find(text: str) -> tuple[str, tuple[int, int] | None]:
    """The first locator with a word in front ("see pages 5-9", "chapter 4") and its place in the text."""
    pages, chapter = _PAGES.search(text), _CHAPTERS.search(text)
    if pages is not None:
        return written(pages[1]), pages.span()
    if chapter is not None:
        return written(chapter[1], chapter=True), chapter.span()
    return "", None


def find_journal_pages(source: str) -> tuple[str, str]:
    """Split "Title, 12(3), 45-67" into the locator "pp. 45-67" and "Title, 12(3)"; else ("", source)."""
    match = _JOURNAL.search(source)
    if match is None:
        return "", source
    keep, pages = match["keep"] or match["keep2"], match["pages"] or match["pages2"]
    return written(pages), (source[: match.start()] + keep + source[match.end() :]).strip(" ,;.")


def page_ranges(locator: str) -> list[tuple[int, int]]:
    """The page ranges of a written locator as (first, last); a single page is (n, n). Chapters give none."""
    if not locator.startswith(("p. ", "pp. ")):
        return []
    found = re.findall(r"[A-Za-z]?(\d+)(?:-[A-Za-z]?(\d+))?", locator)
    return [(int(first), int(last or first)) for first, last in found]
