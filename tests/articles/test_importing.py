"""Pages of many shapes go in; exactly the article comes out, and everything else is listed."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from articles.importing import ImportedArticle, Refused, read_article

FIXTURES = Path(__file__).parent / "fixtures"
REAL = Path(__file__).parents[3] / "shared" / "real" / "article-closeness.txt"


class Expected(NamedTuple):
    title: str
    lead_paragraphs: int
    headings: tuple[str, ...]
    summary_opens: str
    references: int
    absent: tuple[str, ...]


EXPECTED = {
    "kettle_scraped.txt": Expected(
        "Why the kettle matters at four in the morning",
        2,
        ("What a ritual does", "When the kettle is not enough"),
        "All in all",
        3,
        ("cookies", "Home", "Orla Fenn", "WhatsApp", "leave the office", "one quiet letter", "rights reserved"),
    ),
    "schlaf_umbrochen.txt": Expected(
        "Wenn die Sorge lauter ist als der Wecker",
        2,
        ("Warum gerade am Morgen?", "Was sich ausprobieren lässt"),
        "Zusammenfassend gilt",
        3,
        ("Startseite", "Jette Hallbauer", "2024", "Lesezeit", "Abendrituale", "Impressum"),
    ),
    "walk_single_lines.txt": Expected(
        "THE WALK YOU TAKE INSTEAD",
        2,
        ("1. NAME THE SENTENCE", "2. CHOOSE THE HOUR", "3. WHAT IF IT GOES BADLY?"),
        "",
        0,
        (),
    ),
    "huis_utf16.txt": Expected(
        "Het lege huis na de verhuizing", 2, ("Een nieuwe indeling",), "Kortom, neem de tijd", 0, ()
    ),
    "depart_cp1252.txt": Expected(
        "Un départ sans bruit", 2, ("Ce qui reste",), "En résumé, un départ", 2, ("À lire aussi", "abonner")
    ),
    "letters.md": Expected(
        "Letters you do not send", 2, ("How to begin", "What to do with it"), "In short", 2, ("desk.jpg", "tags")
    ),
    "full_page.html": Expected(
        "When the house is too loud",
        2,
        ("What listening costs", "Turning it down"),
        "To sum up",
        2,
        ("tracked", "Tweet", "Get our letter", "railway line", "quiet towns", "my house too", "Copyright"),
    ),
    "only_divs.html": Expected(
        "El vaso medio roto",
        2,
        ("Lo que no se dice", "Una conversación posible"),
        "En resumen",
        2,
        ("Inicio", "12 de abril", "suegra", "©"),
    ),
    "lyst_ru.txt": Expected(
        "Письмо, которое некому отправить", 2, ("С чего начать",), "В заключение", 2, ("Читайте", "Поделиться", "©")
    ),
    "plain_no_headings.txt": Expected("A bench by the canal", 3, (), "", 0, ()),
}


def read(name: str) -> ImportedArticle:
    return read_article(name, (FIXTURES / name).read_bytes())


def test_every_fixture_has_its_expectation() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_exactly_the_article_comes_out(name: str) -> None:
    article, expected = read(name), EXPECTED[name]
    assert article.title == expected.title
    assert len(article.lead.split("\n\n")) == expected.lead_paragraphs
    assert tuple(section.heading for section in article.sections) == expected.headings
    assert article.summary.startswith(expected.summary_opens) and bool(article.summary) == bool(expected.summary_opens)
    assert len(article.references) == expected.references
    assert all(section.body for section in article.sections)
    for furniture in expected.absent:
        assert furniture not in article.markdown


@pytest.mark.parametrize("name", EXPECTED)
def test_what_was_written_out_reads_back_the_same(name: str) -> None:
    article = read(name)
    again = read_article("again.md", article.document().encode())
    assert again.title == article.title
    assert (again.standfirst, again.lead, again.sections) == (article.standfirst, article.lead, article.sections)
    assert (again.summary, again.references) == (article.summary, article.references)
    assert again.rendered == article.rendered


@pytest.mark.parametrize("name", EXPECTED)
def test_the_result_is_ready_for_json_and_each_loss_has_a_reason(name: str) -> None:
    article = read(name)
    data = json.loads(json.dumps(article.to_dict()))
    assert {"title", "standfirst", "lead", "sections", "summary", "references", "rendered"} <= set(data)
    assert all(dropped["text"] and dropped["reason"] for dropped in data["dropped"])


def test_a_standfirst_is_a_sentence_set_apart_from_the_text() -> None:
    assert read("kettle_scraped.txt").standfirst.startswith("Small habits give a sleepless hour a shape")
    assert read("full_page.html").standfirst == "Noise is not only a matter of decibels."
    assert read("letters.md").standfirst == "Writing to somebody who will never read it."
    assert read("plain_no_headings.txt").standfirst == ""


def test_a_list_that_lost_its_bullets_is_a_list_again() -> None:
    body = read("kettle_scraped.txt").sections[0].body
    assert "What helps most people:\n\n- A chair that stands outside the bedroom\n- One dim lamp" in body


def test_wrapped_lines_become_whole_paragraphs() -> None:
    article = read("schlaf_umbrochen.txt")
    assert article.lead.startswith("Manche Menschen wachen auf, bevor der Wecker klingelt, und haben in diesen Minuten")
    assert "sofort aufstehen, wenn er klingelt\n- die erste Sorge" in article.sections[1].body


def test_footnotes_become_numbered_references() -> None:
    article = read("letters.md")
    assert "no time to say.[1]" in article.lead
    assert article.references[0].authors == ("Hale, J. B.",)
    assert '<a href="#ref1">1</a>' in article.rendered


def test_tables_lists_and_links_of_a_page_survive_as_markdown() -> None:
    body = read("full_page.html").sections[0].body
    assert "[little for the evening](https://example.org/tired?a=1&b=2)" in body
    assert "- You know each stair.\n   - Even the quiet one." in body
    assert "| Tap | Late \\| later |" in body
    assert "**It tires the body**" in body


def test_hostile_markup_leaves_nothing_behind() -> None:
    rendered = read("full_page.html").rendered
    for danger in ("<script", "onerror", "onclick", "javascript:", "alert", "<img", "style="):
        assert danger not in rendered


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"  \r\n \xef\xbb\xbf ", "empty"),
        ("a.md", b"\x00\x01\x02\x03" * 40, "not a text file"),
        ("a.html", b"%PDF-1.7 and so on", "not a text file"),
        ("a.txt", b"word " * 500_000, "2 MB"),
        ("a.docx", b"hello", "We read"),
        ("a.html", b"<html><nav>Home</nav><script>x</script></html>", "no running text"),
        ("a.txt", b"Home\nAbout us\nContact\n", "no running text"),
        ("a.html", b"<div>" * 5000 + b"deep", "too deeply"),
    ],
)
def test_what_cannot_be_an_article_is_refused_with_a_sentence(name: str, data: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        read_article(name, data)
    assert str(refused.value).endswith(".")


def test_a_missing_title_is_said_and_the_file_name_stands_in() -> None:
    words = "Nobody wrote a title for this page, and yet there is a text that is long enough to be read. " * 3
    article = read_article("a-quiet_page.md", words.encode())
    assert article.title == "A quiet page"
    assert any("no title" in problem for problem in article.problems)


def test_a_reference_heading_with_nothing_readable_is_said() -> None:
    words = "There is a text on this page that is long enough to be read as running text by anybody. " * 3
    article = read_article("a.md", f"# Title here\n\n{words}\n\n## References\n\nAsk in the library.\n".encode())
    assert article.references == ()
    assert any("references" in problem for problem in article.problems)


def test_front_matter_of_one_line_with_quotes_and_lists() -> None:
    words = "There is a text on this page that is long enough to be read as running text by anybody. " * 3
    source = f'---\ntitle: "A \\"quoted\\" day"\nauthors:\n  - A. Roe\n  - B. Lee\n---\n\n{words}'
    article = read_article("a.md", source.encode())
    assert article.title == 'A "quoted" day'
    assert [dropped.text for dropped in article.dropped] == ["authors: A. Roe, B. Lee"]


@pytest.mark.skipif(not REAL.exists(), reason="the folder of real input is not part of a clone")
def test_the_real_page_gives_exactly_its_article() -> None:
    article = read_article(REAL.name, REAL.read_bytes())
    lines = [line.strip() for line in REAL.read_text("utf-8").splitlines() if line.strip()]
    assert article.title == lines[0]
    assert article.lead.split("\n\n") == lines[1:3]
    assert [section.heading for section in article.sections] == [lines[at] for at in (3, 6, 9, 12, 15)]
    for section, at in zip(article.sections, (3, 6, 9, 12, 15), strict=True):
        assert section.body.split("\n\n") == lines[at + 1 : at + 3]
    assert article.summary == lines[18]
    assert [reference.year for reference in article.references] == [1995, 1987, 2007, 2000, 1993]
    assert [reference.locator for reference in article.references] == [
        "pp. 500-517", "pp. 356-367", "pp. 123-145", "pp. 210-230", "pp. 75-90",
    ]  # fmt: skip
    assert [len(reference.authors) for reference in article.references] == [2, 2, 2, 1, 1]
    assert article.references[0].authors[1].startswith("Leary")
    for reference, line in zip(article.references, lines[20:25], strict=True):
        assert reference.title in line
        assert f"({reference.annotation})" in line
    assert [dropped.text for dropped in article.dropped] == lines[25:]
    assert article.problems == ()


def _wrapped(text: str) -> str:
    return "\n\n".join(textwrap.fill(paragraph, 74) for paragraph in text.split("\n\n"))


@pytest.mark.parametrize(
    "reshape",
    [
        lambda text: text.replace("\n\n", "\n").encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: _wrapped(text).encode(),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace("\n\n", "<br>\n").encode(),
        lambda text: "".join(f"<div>{part}</div>" for part in text.split("\n\n")).encode(),
        lambda text: f"Accueil\nThèmes\nContact\nAccueil > Un départ sans bruit\n{text}".encode(),
    ],
    ids=["one newline", "crlf", "wrapped", "utf-16", "br", "divs", "menu before"],
)
def test_the_same_article_in_any_shape(reshape: Callable[[str], bytes]) -> None:
    article = read("depart_cp1252.txt")
    plain = (FIXTURES / "depart_cp1252.txt").read_bytes().decode("cp1252").replace("\r\n", "\n").strip()
    data = reshape(plain)
    again = read_article("a.html" if data.startswith(b"<") or b"<br>" in data else "a.txt", data)
    assert (again.title, again.lead, again.sections) == (article.title, article.lead, article.sections)
    assert (again.summary, again.references) == (article.summary, article.references)
