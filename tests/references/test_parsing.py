"""Printed references of many styles come apart into their parts."""

from __future__ import annotations

import pytest

from references.citation import Reference
from references.parsing import parse_reference
from references.recognising import looks_like_reference

CASES = {
    (
        "[1] Alder P, Finch RT. Maps of the absent. Invented Rev Grief. 2012;5(2):88-97. doi:10.5555/irg.2012.5.88"
    ): Reference(
        ("Alder P", "Finch RT"),
        2012,
        "Maps of the absent",
        "Invented Rev Grief. 5(2)",
        doi="10.5555/irg.2012.5.88",
        locator="pp. 88-97",
    ),
    (
        "Wren, D. M., Stoat, D. J., Carr, S. R., & Vane, T. L. (1987a). Counting sheep. Journal of Nights, 53(1), 5–13."
    ): Reference(
        ("Wren, D. M.", "Stoat, D. J.", "Carr, S. R.", "Vane, T. L."),
        1987,
        "Counting sheep",
        "Journal of Nights, 53(1)",
        locator="pp. 5-13",
    ),
    "• Corrin, M. Breathing out (2nd ed.). Harbour: Saltway Press, 2016.": Reference(
        ("Corrin, M.",), 2016, "Breathing out (2nd ed.)", "Harbour: Saltway Press"
    ),
    (
        '2. Alder, Roy F., and Mark R. Finch. "The Need to Sleep." Night Bulletin, vol. 117, no. 3, 1995, pp. 497–529.'
    ): Reference(
        ("Alder, Roy F.", "Mark R. Finch"),
        1995,
        "The Need to Sleep",
        "Night Bulletin, vol. 117, no. 3",
        locator="pp. 497-529",
    ),
    "John Alder, A Safe House (New York: Fern Books, 1988), 45.": Reference(
        ("John Alder",), 1988, "A Safe House", "New York: Fern Books", locator="p. 45"
    ),
    "Alder, J. 1988. A safe house: uses and abuses. London: Fern, pp. 12–30.": Reference(
        ("Alder, J.",), 1988, "A safe house: uses and abuses", "London: Fern", locator="pp. 12-30"
    ),
    "Smith, J. (2001) 'A quiet life', Journal of Calm, 12(3), pp. 1123–35.": Reference(
        ("Smith, J.",), 2001, "A quiet life", "Journal of Calm, 12(3)", locator="pp. 1123-1135"
    ),
    (
        "Institute for Quiet Streets. (2019). Living with noise. "
        "https://example.org/noise_(report). Retrieved 3 May 2020"
    ): Reference(("Institute for Quiet Streets",), 2019, "Living with noise", url="https://example.org/noise_(report)"),
    "Roe, A. (n.d.). Notes on rain. Available at: www.example.org/rain (Accessed: 3 May 2020).": Reference(
        ("Roe, A.",), None, "Notes on rain", url="https://www.example.org/rain"
    ),
    (
        "Neff, K. (in press). Rain – an idea. Annual Review of Weather, 74, 193-218.\n  A readable "
        "overview of twenty years of research on what rain does to people."
    ): Reference(
        ("Neff, K.",),
        None,
        "Rain – an idea",
        "Annual Review of Weather, 74",
        annotation="A readable overview of twenty years of research on what rain does to people.",
        locator="pp. 193-218",
    ),
    "Living with rain: A guide. (1999). Quiet Press. ISBN 978-0-306-40615-7": Reference(
        (), 1999, "Living with rain: A guide", "Quiet Press", isbn="978-0-306-40615-7"
    ),
    (
        "Лугова, А. П. (2010). Письма. Москва: Берег. — Хорошее введение для тех, кто никогда не писал; см. с. 15–22."
    ): Reference(
        ("Лугова, А. П.",),
        2010,
        "Письма",
        "Москва: Берег",
        annotation="Хорошее введение для тех, кто никогда не писал; см. с. 15–22.",
        locator="pp. 15-22",
    ),
    "Riemer D, Espe CA, et al. The night guide. J Sleep. 2023;32(6):e14035.": Reference(
        ("Riemer D", "Espe CA", "et al."), 2023, "The night guide", "J Sleep. 32(6):e14035"
    ),
    "García Márquez, G., y Ñúñez, P. (2001). ¿Qué es el duelo? Editorial Sur, cap. 3.": Reference(
        ("García Márquez, G.", "Ñúñez, P."), 2001, "¿Qué es el duelo?", "Editorial Sur", locator="ch. 3"
    ),
    "佐藤太郎（2005）．愛着の心理学．東京：誠信書房．": Reference(
        ("佐藤太郎",), 2005, "愛着の心理学", "東京: 誠信書房"
    ),
}


@pytest.mark.parametrize("printed", CASES)
def test_a_reference_comes_apart(printed: str) -> None:
    assert parse_reference(printed) == CASES[printed]


@pytest.mark.parametrize("printed", CASES)
def test_each_of_them_is_recognised(printed: str) -> None:
    assert looks_like_reference(printed)


@pytest.mark.parametrize(
    "prose",
    [
        "In 1995 the house was sold, and nobody who had lived in it came to the door to say goodbye to the stairs.",
        "Sign up for our newsletter",
        "Most people (and I am one of them) would rather walk around the block than say the sentence.",
        "You need to have an account to write here",
    ],
)
def test_prose_and_prompts_are_no_references(prose: str) -> None:
    assert not looks_like_reference(prose)


@pytest.mark.parametrize(
    ("note", "annotation", "locator"),
    [
        (
            "(On rain and roofs; see pages 500-517 for more.)",
            "On rain and roofs; see pages 500-517 for more.",
            "pp. 500-517",
        ),
        ("[A short history of umbrellas, chapter 4]", "A short history of umbrellas, chapter 4", "ch. 4"),
        (
            "— The one to read first if you only read one; p. 12.",
            "The one to read first if you only read one; p. 12.",
            "p. 12",
        ),
        ("(2nd ed.)", "", ""),
    ],
)
def test_a_note_keeps_its_words_and_gives_its_pages(note: str, annotation: str, locator: str) -> None:
    reference = parse_reference(f"Alder, J. (1988). A safe house. Fern Books. {note}")
    assert (reference.annotation, reference.locator) == (annotation, locator)
    assert reference.title == "A safe house"


def test_markup_of_links_and_emphasis_is_undone() -> None:
    reference = parse_reference("Roe, A. (2015). *The listening child*. [doi](https://doi.org/10.5555/x.y%281%29)")
    assert (reference.title, reference.doi, reference.source) == ("The listening child", "10.5555/x.y(1)", "")


def test_what_cannot_be_told_apart_stays_together() -> None:
    assert parse_reference("Ask in the library") == Reference(title="Ask in the library")
    assert parse_reference("") == Reference()
