"""`import_articles`: files become drafts once, refusals have a sentence, and nothing else is stored."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, State
from tests.factories import make_curator, make_specialist, make_user

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "article-closeness.txt"
PARAGRAPH = (
    "The lamp in the hall stays on until everybody is home, and nobody in this house has ever said so aloud. " * 3
)
PAGE = f"""---
title: The lamp in the hall
standfirst: On the small things that keep a house together.
---

{PARAGRAPH}

## What it is for

{PARAGRAPH} [1]

In short, leave one lamp on and say why.

## References

1. Example, A. B. (2019). Lamps and what they do. Journal of Evenings, 4(2), 12-18. https://doi.org/10.1000/evenings.4
"""


def run(*args: object, **options: object) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("import_articles", *map(str, args), stdout=out, **options)
    except CommandError as error:
        return out.getvalue() + str(error), error.returncode
    return out.getvalue(), 0


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.md"
    path.write_text(PAGE)
    return path


def test_a_dry_run_prints_the_contract_and_needs_no_database(page) -> None:
    said, code = run(page, "--dry-run", "--json")
    (one,) = json.loads(said)
    assert code == 0 and set(one) == {
        "file", "title", "standfirst", "lead", "sections", "summary", "references", "rendered", "dropped", "problems",
    }  # fmt: skip
    assert one["title"] == "The lamp in the hall" and one["summary"].startswith("In short,")
    assert [section["heading"] for section in one["sections"]] == ["What it is for"]
    reference = one["references"][0]
    assert set(reference) >= {"authors", "year", "title", "source", "doi", "url", "annotation", "locator", "flags"}
    assert reference["doi"] == "10.1000/evenings.4" and reference["flags"] == []


@pytest.mark.django_db
def test_a_file_becomes_one_draft_however_often_it_is_sent(page) -> None:
    curator = make_curator()
    said, code = run(page)
    article = Article.objects.get()
    version = article.versions.get()
    assert code == 0 and "the-lamp-in-the-hall" in said
    assert (article.state, article.author, article.specialist) == (State.DRAFT, curator, None)
    assert version.summary.startswith("In short") and "In short" not in version.source
    assert version.html.count("In short") == 1 and version.references[0]["doi"] == "10.1000/evenings.4"
    said, code = run(page)
    assert code == 0 and "already" in said and Article.objects.count() == 1


@pytest.mark.django_db
def test_without_a_curator_nothing_is_stored(page) -> None:
    said, code = run(page)
    assert code == 1 and "There is no curator yet" in said and not Article.objects.exists()


@pytest.mark.django_db
def test_the_author_can_be_named_and_must_be_one_who_writes(page) -> None:
    specialist = make_specialist()
    assert "no account" in run(page, "--author", "nobody@example.org")[0]
    assert "neither a curator" in run(page, "--author", make_user().email)[0]
    assert not Article.objects.exists()
    run(page, "--author", specialist.user.email.upper())
    assert Article.objects.get(author=specialist.user).specialist == specialist


@pytest.mark.django_db
def test_refusals_have_a_sentence_and_a_code_and_the_rest_is_stored(page, tmp_path) -> None:
    make_curator()
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    said, code = run(tmp_path, tmp_path / "gone.md", tmp_path / "a.pdf", "--json")
    results = json.loads(said[: said.rindex("]") + 1])
    refused = {Path(each["file"]).name: each["refused"] for each in results if "refused" in each}
    assert code == 1 and set(refused) == {"empty.txt", "picture.html", "gone.md", "a.pdf"}
    assert all(sentence.endswith(".") for sentence in refused.values())
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_what_does_not_fit_its_field_stays_in_the_text(tmp_path) -> None:
    make_curator()
    standfirst = "A long beginning. " * 40
    path = tmp_path / "long.md"
    path.write_text(f"---\ntitle: {'Long title ' * 30}\nstandfirst: {standfirst}\n---\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n")
    said, code = run(path)
    version = Article.objects.get().versions.get()
    assert code == 0 and "too long" in said
    assert len(version.title) <= 160 and version.standfirst == "" and version.source.startswith("A long beginning.")


@pytest.mark.django_db
def test_a_hostile_page_is_stored_clean_or_refused(tmp_path) -> None:
    make_curator()
    path = tmp_path / "hostile.html"
    rows = f"<table><tr><td><p onclick=x()>{PARAGRAPH}</p>" * 30
    path.write_text(
        f"<html><body onload=evil()><script>evil()</script><h1>Evenings</h1><p>{PARAGRAPH}"
        f"<a href='javascript:evil()'>go</a><img src=x onerror=evil()></p>{rows}</body></html>"
    )
    run(path)
    for article in Article.objects.all():
        html = article.versions.get().html
        assert "<script" not in html and "javascript:" not in html and "onclick=" not in html and "<img" not in html
    path.write_text(f"<html><body><p>{PARAGRAPH * 20_000}</p></body></html>")
    said, code = run(path)
    assert code == 1 and "larger than" in said


@pytest.mark.django_db
@pytest.mark.skipif(not REAL.exists(), reason="the real page is not beside this checkout")
def test_the_real_page_becomes_exactly_its_article() -> None:
    make_curator()
    said, code = run(REAL, "--json")
    (one,) = json.loads(said)
    version = Article.objects.get().versions.get()
    assert code == 0 and one["slug"] == Article.objects.get().slug and one["dropped"]
    assert len(version.sections) == len(one["sections"]) == 5 and len(version.references) == 5
    assert version.summary and version.summary == one["summary"] and version.lead == one["lead"]
    assert all(
        each["authors"] and each["year"] and each["annotation"] and each["locator"] for each in version.references
    )
    furniture = [each["text"] for each in one["dropped"] if len(each["text"]) > 20]
    assert furniture and not [text for text in furniture if text in version.source or text in version.html]
