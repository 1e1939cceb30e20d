"""References as files for citation managers: BibTeX, RIS and CSL-JSON.

BibTeX: "BibTeXing" (O. Patashnik, 1988) with UTF-8 text as biber and current BibTeX read it. RIS: the tag list of
Research Information Systems, one tag a line, `ER` last. CSL-JSON: the schema of citation-style-language 1.0.2.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from references import locators
from references.citation import ET_AL, Reference
from references.names import split_name

_JOURNAL = re.compile(
    r"^(?P<journal>.+?)[.,]?\s+(?:vol\.\s*)?(?P<volume>\d{1,4})(?:\s*\((?P<issue>[^()]{1,12})\)|"
    r",\s*no\.\s*(?P<no>\d+))?(?:[:,]\s*(?P<pages>[\w–-]+))?$"
)
_BIBTEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip
_BIBTEX_TYPES = {
    "article-journal": "article",
    "book": "book",
    "chapter": "incollection",
    "webpage": "misc",
    "document": "misc",
}
_RIS_TYPES = {
    "article-journal": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "webpage": "ELEC",
    "document": "GEN",
}


def kind(reference: Reference) -> str:
    """The CSL type that the parts point to: article-journal, book, chapter, webpage or document."""
    if re.match(r"in[: ]", reference.source, re.IGNORECASE):
        return "chapter"
    if _JOURNAL.match(reference.source):
        return "article-journal"
    if reference.isbn or (reference.source and not reference.url):
        return "article-journal" if re.search(r"\bJournal\b|\bReview\b", reference.source) else "book"
    return "webpage" if reference.url else "document"


def _fields(reference: Reference) -> dict[str, str]:
    """Journal, volume, issue, pages, publisher and place, as far as the source says them."""
    fields = {"pages": ""}
    journal = _JOURNAL.match(locators.find_journal_pages(reference.source)[1])
    what = kind(reference)
    if what == "article-journal":
        fields |= {"container": journal["journal"] if journal else reference.source}
        if journal:
            fields |= {"volume": journal["volume"], "issue": journal["issue"] or journal["no"] or ""}
    elif what == "chapter":
        fields |= {"container": re.sub(r"^in[: ]\s*", "", reference.source, flags=re.IGNORECASE)}
    elif place := re.fullmatch(r"([^:]{2,40}):\s*(.+)", reference.source):
        fields |= {"place": place[1], "publisher": place[2]}
    elif reference.source:
        fields |= {"publisher": reference.source}
    printed = locators.find_journal_pages(reference.source)[0] or reference.locator
    if printed.startswith(("p. ", "pp. ")) and what in ("article-journal", "chapter"):
        fields["pages"] = printed.partition(" ")[2]
    return {key: value for key, value in fields.items() if value}


def _key(reference: Reference, taken: set[str]) -> str:
    """A key in plain letters ("bowlby1988"), made unique with a letter behind it."""
    name = split_name(reference.authors[0]) if reference.authors else None
    first = (name.family or name.literal) if name else (reference.title.split() or ["work"])[0]
    plain = "".join(c for c in unicodedata.normalize("NFKD", first) if c.isascii() and c.isalnum()).lower()
    base = f"{plain or 'work'}{reference.year or ''}"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    taken.add(key)
    return key


def _bibtex_name(author: str) -> str:
    name = split_name(author)
    if name.literal:
        return f"{{{name.literal.translate(_BIBTEX)}}}"
    return ", ".join(part.translate(_BIBTEX) for part in (name.family, name.given) if part)


def bibtex(references: Iterable[Reference]) -> str:
    """All references as one BibTeX file; TeX's special characters are escaped."""
    taken: set[str] = set()
    entries = []
    for reference in references:
        what, fields = kind(reference), _fields(reference)
        names = ["others" if author == ET_AL else _bibtex_name(author) for author in reference.authors]
        container = {"article-journal": "journal", "chapter": "booktitle"}.get(what, "note")
        values = {
            "author": " and ".join(names),
            "title": f"{{{reference.title.translate(_BIBTEX)}}}" if reference.title else "",
            "year": str(reference.year or ""),
            container: fields.get("container", "").translate(_BIBTEX),
            "volume": fields.get("volume", ""),
            "number": fields.get("issue", "").translate(_BIBTEX),
            "pages": fields.get("pages", "").replace("-", "--"),
            "publisher": fields.get("publisher", "").translate(_BIBTEX),
            "address": fields.get("place", "").translate(_BIBTEX),
            "doi": reference.doi.translate(_BIBTEX),
            "isbn": reference.isbn,
            "url": _braceless(reference.url),
            "annote": reference.annotation.translate(_BIBTEX),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in values.items() if value]
        entries.append("\n".join([f"@{_BIBTEX_TYPES[what]}{{{_key(reference, taken)},", *lines, "}"]))
    return "\n\n".join(entries) + ("\n" if entries else "")


def _braceless(url: str) -> str:
    """An address for BibTeX: braces and backslashes would end the field, so they are percent-encoded."""
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _ris_name(author: str) -> str:
    name = split_name(author)
    return name.literal or ", ".join(part for part in (name.family, name.given) if part)


def ris(references: Iterable[Reference]) -> str:
    """All references as one RIS file (CRLF line ends; a value never breaks its line)."""
    lines: list[str] = []
    for reference in references:
        fields = _fields(reference)
        first, _, last = fields.get("pages", "").partition("-")
        tags = [
            ("TY", _RIS_TYPES[kind(reference)]),
            *(("AU", _ris_name(author)) for author in reference.authors if author != ET_AL),
            ("PY", str(reference.year or "")),
            ("TI", reference.title),
            ("T2", fields.get("container", "")),
            ("VL", fields.get("volume", "")),
            ("IS", fields.get("issue", "")),
            ("SP", first),
            ("EP", last),
            ("PB", fields.get("publisher", "")),
            ("CY", fields.get("place", "")),
            ("SN", reference.isbn),
            ("DO", reference.doi),
            ("UR", reference.url),
            ("N1", reference.annotation),
        ]
        lines += [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value]
        lines += ["ER  - ", ""]
    return "\r\n".join(lines)


def _csl_name(author: str) -> dict[str, str]:
    name = split_name(author)
    if name.literal:
        return {"literal": name.literal}
    return {key: value for key, value in (("family", name.family), ("given", name.given)) if value}


def csl(references: Iterable[Reference]) -> list[dict[str, Any]]:
    """All references as CSL-JSON items."""
    taken: set[str] = set()
    items: list[dict[str, Any]] = []
    for reference in references:
        fields = _fields(reference)
        item: dict[str, Any] = {
            "id": _key(reference, taken),
            "type": kind(reference),
            "title": reference.title,
        }
        item["author"] = [_csl_name(author) for author in reference.authors if author != ET_AL]
        item["issued"] = {"date-parts": [[reference.year]]} if reference.year is not None else {}
        names = {"container": "container-title", "pages": "page", "place": "publisher-place"}
        item |= {names.get(name, name): value for name, value in fields.items()}
        item |= {
            "DOI": reference.doi,
            "ISBN": reference.isbn,
            "URL": reference.url,
            "note": reference.annotation,
        }
        items.append({name: value for name, value in item.items() if value})
    return items


def csl_json(references: Iterable[Reference]) -> str:
    """All references as a CSL-JSON file."""
    return json.dumps(csl(references), ensure_ascii=False, indent=2) + "\n"
