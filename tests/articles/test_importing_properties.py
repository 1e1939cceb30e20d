"""Whatever bytes come in: an article or a refusal, never another error, and nothing that could run."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.importing import Refused, read_article
from references.citation import Reference
from references.guard import flags
from references.parsing import parse_reference

NAMES = st.sampled_from(["a.txt", "a.md", "a.html"])
PROSE = "This sentence is here so that the page has some running text to be found, and it is long enough for that."
SNIPPETS = [
    PROSE,
    "<p>",
    "</p>",
    f"<p>{PROSE}</p>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    "# Heading",
    "References",
    "Smith, J. (2001). A title. Press, pp. 3-9.",
    "[1]",
    "\n\n",
    "\n",
    "---",
    "title: x",
    "* item",
    "1. item",
    "<table><tr><th>a</th><td>b</td></tr></table>",
    "<div hidden>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "```",
    "[^1]: note",
    "&lt;script&gt;",
    "<br>",
    "<li>",
    "<ul>",
    "<h1>Title of it</h1>",
    "<h2 onclick=x>Part</h2>",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "\\",
    "`",
    "**",
    "__",
    "<iframe src=data:text/html,x>",
    "In summary, all of it ends here and nothing else needs to be said about it.",
    "©",
    "?",
]


def check(name: str, data: bytes) -> None:
    try:
        article = read_article(name, data)
    except Refused as refusal:
        assert str(refusal)
        return
    tags = re.findall(r"<[^>]*>", article.rendered)
    assert not any(re.match(r"</?(?:script|img|svg|iframe|style|object|form|math)\b", tag, re.I) for tag in tags)
    assert not any(re.search(r"\son\w+\s*=|\bstyle\s*=|(?:javascript|data|vbscript):", tag, re.I) for tag in tags)
    assert article.to_dict()["title"] == article.title
    said = " ".join([article.title, article.standfirst, article.markdown, *(one.text for one in article.dropped)])
    said += " ".join(str(reference.to_dict()) for reference in article.references)
    assert PROSE.encode() not in data or PROSE in said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, st.binary(max_size=400))
def test_any_bytes(name: str, data: bytes) -> None:
    check(name, data)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, st.text(max_size=400))
def test_any_text(name: str, text: str) -> None:
    check(name, f"{text}\n\n{PROSE}\n\n{text}".encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, st.lists(st.sampled_from(SNIPPETS), max_size=30), st.sampled_from(["", " ", "\n", "\n\n"]))
def test_any_pile_of_pieces(name: str, pieces: list[str], between: str) -> None:
    check(name, between.join(pieces).encode())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_parses_as_some_reference(text: str) -> None:
    reference = parse_reference(text)
    assert isinstance(reference, Reference)
    assert Reference.from_dict(reference.to_dict()) == reference
    assert all(flag.sentence for flag in flags(reference, [reference], 2026))
