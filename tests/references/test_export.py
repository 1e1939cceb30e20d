"""BibTeX, RIS and CSL-JSON that other programs read, and one line that our own parser reads."""

from __future__ import annotations

import json

import pytest

from references import formatting
from references.citation import Reference
from references.export import bibtex, csl, csl_json, kind, ris
from references.parsing import parse_reference

ARTICLE = Reference(
    ("Alder, J. B.", "Finch RT", "et al."),
    2010,
    "Houses & {other} 100% safe_places",
    "Journal of Houses, 3(1)",
    doi="10.5555/a_b",
    annotation="Short.",
    locator="pp. 20-40",
)
BOOK = Reference(("Mark R. Leafe",), 1988, "A Safe House", "New York: Fern Books", isbn="0-306-40615-2")
SITE = Reference(("Institute for Quiet",), None, "Noise", url="https://example.org/{x}")
CHAPTER = Reference(("Roe, A.",), 2001, "Rain", "In B. Lee (Ed.), Weather", locator="pp. 3-9")
ALL = [ARTICLE, BOOK, SITE, CHAPTER]


def test_kinds_follow_from_the_parts() -> None:
    assert [kind(reference) for reference in ALL] == ["article-journal", "book", "webpage", "chapter"]


def test_bibtex_escapes_and_names_every_entry_once() -> None:
    text = bibtex([ARTICLE, BOOK, SITE, ARTICLE])
    assert "@article{alder2010," in text and "@article{alder2010-2," in text
    assert "author = {Alder, J. B. and Finch, RT and others}," in text
    assert r"title = {{Houses \& \{other\} 100\% safe\_places}}," in text
    assert "pages = {20--40}," in text and "volume = {3}," in text and "number = {1}," in text
    assert "author = {{Institute for Quiet}}," in text
    assert "url = {https://example.org/%7Bx%7D}," in text
    assert "address = {New York}," in text and "publisher = {Fern Books}," in text
    assert bibtex([]) == ""


def test_ris_has_a_tag_a_line_and_ends_each_record() -> None:
    lines = ris([ARTICLE, CHAPTER]).split("\r\n")
    assert lines[0] == "TY  - JOUR"
    assert [line for line in lines if line.startswith("AU")] == [
        "AU  - Alder, J. B.",
        "AU  - Finch, RT",
        "AU  - Roe, A.",
    ]
    assert "SP  - 20" in lines and "EP  - 40" in lines and "T2  - Journal of Houses" in lines
    assert lines.count("ER  - ") == 2
    broken = Reference(title="Two\r\nTY  - FAKE")
    assert "TY  - FAKE" not in ris([broken]).split("\r\n")


def test_csl_names_families_and_bodies() -> None:
    article, book, site, chapter = csl(ALL)
    assert article["author"] == [{"family": "Alder", "given": "J. B."}, {"family": "Finch", "given": "RT"}]
    assert article["issued"] == {"date-parts": [[2010]]}
    assert (article["container-title"], article["volume"], article["page"]) == ("Journal of Houses", "3", "20-40")
    assert book["author"] == [{"family": "Leafe", "given": "Mark R."}]
    assert site["author"] == [{"literal": "Institute for Quiet"}] and "issued" not in site
    assert chapter["container-title"] == "B. Lee (Ed.), Weather"
    assert json.loads(csl_json(ALL)) == csl(ALL)


@pytest.mark.parametrize("reference", [ARTICLE, BOOK, CHAPTER, Reference(title="Only a title")])
def test_one_line_reads_back_as_the_same_reference(reference: Reference) -> None:
    assert parse_reference(formatting.as_text(reference)) == reference


def test_parts_come_in_reading_order_with_safe_addresses() -> None:
    kinds = [part.kind for part in formatting.parts(ARTICLE)]
    assert kinds == ["authors", "year", "title", "source", "locator", "doi", "annotation"]
    doi = next(part for part in formatting.parts(ARTICLE) if part.kind == "doi")
    assert (doi.text, doi.href) == ("doi:10.5555/a_b", "https://doi.org/10.5555/a_b")
    hostile = Reference(url="javascript:alert(1)", doi='10.5555/"><script>')
    assert [part.href for part in formatting.parts(hostile)] == ["", ""]


@pytest.mark.parametrize(
    ("authors", "line"),
    [
        ((), ""),
        (("Roe, A.",), "Roe, A."),
        (("Roe, A.", "Lee, B."), "Roe, A. & Lee, B."),
        (("Roe, A.", "Lee, B.", "et al."), "Roe, A., Lee, B., et al."),
    ],
)
def test_authors_in_one_line(authors: tuple[str, ...], line: str) -> None:
    assert formatting.authors_line(Reference(authors)) == line
