"""Markdown becomes safe HTML with its own ids, and reference marks become links."""

from __future__ import annotations

import pytest

from articles.markdown import outline, plain_text, reading_minutes, render


def test_headings_leave_level_one_to_the_page() -> None:
    assert render("# One\n\n## Two") == '<h2 id="s-one">One</h2>\n<h3 id="s-two">Two</h3>\n'
    assert render("## One") == '<h2 id="s-one">One</h2>\n'


def test_ids_are_stable_unique_and_of_any_script() -> None:
    source = "## What helps?\n\n## What helps\n\n## Что помогает\n\n## …"
    assert [anchor for anchor, _heading in outline(source)] == [
        "s-what-helps",
        "s-what-helps-2",
        "s-что-помогает",
        "s-part",
    ]
    for anchor, _heading in outline(source):
        assert f'id="{anchor}"' in render(source)


def test_the_contents_list_has_the_highest_level_only() -> None:
    assert outline("## A *b*\n\n### c\n\n## D") == [("s-a-b", "A b"), ("s-d", "D")]
    assert outline("No headings here.") == []


def test_marks_link_to_references_that_exist() -> None:
    html = render("True [1], and [^2], and [2, 1], but not [3] nor `[1]`.", reference_count=2)
    assert html.count('href="#ref1"') == 2
    assert html.count('href="#ref2"') == 2
    assert "[3]" in html and "<code>[1]</code>" in html
    assert "#ref" not in render("[1]")


def test_a_mark_inside_a_link_stays_its_words() -> None:
    assert '<a href="https://example.org" rel="noopener noreferrer nofollow">see [1]</a>' in render(
        "[see [1]](https://example.org)", reference_count=1
    )


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](javascript:alert(1))",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](<java\tscript:alert(1)>)",
    ],
)
def test_nothing_that_runs_comes_out(source: str) -> None:
    html = render(source)
    assert "<script" not in html and "<img" not in html
    assert 'href="java' not in html and 'href="data' not in html


def test_pictures_leave_their_words_and_tables_their_cells() -> None:
    assert render("![a lamp](lamp.png)") == "<p>a lamp</p>\n"
    html = render("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<th scope="col">a</th>' in html and "<td>2</td>" in html and "style" not in html


def test_internal_links_need_no_rel() -> None:
    assert render("[x](/articles/)") == '<p><a href="/articles/">x</a></p>\n'


@pytest.mark.parametrize(("text", "minutes"), [("", 1), ("word " * 230, 1), ("word " * 231, 2), ("愛" * 920, 2)])
def test_reading_time_is_whole_minutes(text: str, minutes: int) -> None:
    assert reading_minutes(text) == minutes


def test_plain_text_has_words_only() -> None:
    assert plain_text("## A *b*\n\nc [d](https://example.org)\ne") == "A b\n\nc d e"
