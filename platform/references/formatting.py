"""A reference as plain text: in parts for templates, and in one line that the parser reads back."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from references import locators
from references.citation import ET_AL, Reference
from references.identifiers import doi_is_well_formed


class Part(NamedTuple):
    """One stretch of a printed reference. `kind` is authors, year, title, source, locator, doi, isbn, url or
    annotation; `href` is filled for doi and url and is always an http(s) address. No HTML anywhere."""

    kind: str
    text: str
    href: str = ""


def parts(reference: Reference) -> list[Part]:
    """The stretches of a reference in reading order, empty ones left out, for a template to mark up."""
    year = str(reference.year) if reference.year is not None else ""
    found = [
        Part("authors", authors_line(reference)),
        Part("year", year),
        Part("title", reference.title),
        Part("source", reference.source),
        Part("locator", reference.locator),
        Part("doi", f"doi:{reference.doi}" if reference.doi else "", doi_address(reference)),
        Part("isbn", f"ISBN {reference.isbn}" if reference.isbn else ""),
        Part("url", reference.url, safe_address(reference.url)),
        Part("annotation", reference.annotation),
    ]
    return [part for part in found if part.text]


def authors_line(reference: Reference) -> str:
    """All authors in one line: "A, B & C"; a shortened list keeps its "et al."."""
    names = list(reference.authors)
    if len(names) < 2:
        return "".join(names)
    if names[-1] == ET_AL:
        return ", ".join(names)
    separator = "; " if any("," in name for name in names) and any("," not in name for name in names) else ", "
    return f"{separator.join(names[:-1])} & {names[-1]}"


def doi_address(reference: Reference) -> str:
    """The resolver address of a well-formed DOI (DOI Handbook, 2.6), or ""."""
    if not doi_is_well_formed(reference.doi):
        return ""
    return f"https://doi.org/{quote(reference.doi, safe='/():;.,-_~')}"


def safe_address(url: str) -> str:
    """The address when it is http or https, else ""."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def as_text(reference: Reference) -> str:
    """One line in APA's order, notes in square brackets, which `parse_reference` splits into the same parts."""
    year = f"({reference.year})" if reference.year is not None else "(n.d.)"
    title = _quoted(reference.title)
    noted = locators.find(reference.annotation)[0]
    located = reference.locator if reference.locator != noted else ""
    source = ", ".join(part for part in (reference.source, located) if part)
    pieces = [
        f"{'; '.join(reference.authors)} {year}.".strip(),
        title,
        _stopped(source),
        f"ISBN {reference.isbn}." if reference.isbn else "",
        f"https://doi.org/{reference.doi}" if doi_is_well_formed(reference.doi) else "",
        f"doi:{reference.doi}" if reference.doi and not doi_is_well_formed(reference.doi) else "",
        reference.url,
        f"[{reference.annotation}]" if reference.annotation else "",
    ]
    return " ".join(piece for piece in pieces if piece)


def _quoted(title: str) -> str:
    """A title with a full stop inside needs quotes to stay whole; others end with their own stop."""
    return f"“{title}.”" if ". " in title and "“" not in title else _stopped(title)


def _stopped(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!", "。")) else f"{text}."
