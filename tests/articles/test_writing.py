"""Versions: derived parts, never changed, never lost to another window."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from articles import sections, writing
from articles.models import State
from audit.models import Entry
from cases.models import Case
from tests.articles.conftest import write
from tests.factories import make_curator, make_specialist, make_topic, make_user

pytestmark = pytest.mark.django_db


def test_a_version_carries_what_is_derived_from_its_source(draft) -> None:
    version = draft().versions.get()
    assert version.lead == "A first paragraph about evenings. [1]"
    assert [part["heading"] for part in version.sections] == ["Why it happens", "What helps"]
    assert version.sections[1]["body"] == "A list, a lamp and a chair."
    assert all(f'id="{part["id"]}"' in version.html for part in version.sections)
    assert 'href="#ref1"' in version.html and "put the list on paper" in version.html
    assert version.reading_minutes == 1 and version.references[0]["doi"] == "10.1000/evenings.4"


def test_headings_inside_code_and_quotes_cut_nothing() -> None:
    lead, parts = sections.split("Lead\n\n    ## code\n\n> ## quoted\n\nSet\n---\nBody\n\n### below\n\nmore")
    assert "code" in lead and "quoted" in lead
    assert [(part.heading, part.body) for part in parts] == [("Set", "Body\n\n### below\n\nmore")]


def test_hostile_markdown_comes_out_harmless(draft) -> None:
    hostile = (
        "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[go](javascript:alert(1)) "
        "[d](data:text/html;x)\n\n"
        '## <b onclick="x()">Heading</b>\n\n![x](https://elsewhere.example/pixel.gif)\n'
    )
    html = draft(source=hostile, summary="<iframe src=//x>").versions.get().html
    assert "<script" not in html and "<img" not in html and "<iframe" not in html
    assert 'href="javascript' not in html and 'href="data' not in html and "<b onclick" not in html


def test_only_writers_begin() -> None:
    with pytest.raises(writing.NotAWriter):
        writing.begin(author=make_user(), title="Mine", now=make_user().date_joined)
    submitted = make_specialist(state="submitted")
    with pytest.raises(writing.NotAWriter):
        writing.begin(author=submitted.user, title="Mine", now=submitted.created_at)


def test_addresses_are_free_and_readable(now) -> None:
    author = make_specialist().user
    slugs = [writing.begin(author=author, title=title, now=now).slug for title in ("Été à deux", "Été à deux", "夜")]
    assert slugs == ["ete-a-deux", "ete-a-deux-2", "article"]


def test_no_article_takes_the_address_of_a_page(now) -> None:
    author = make_curator()
    slugs = [writing.begin(author=author, title=title, now=now).slug for title in ("Feed", "New", "Newest")]
    assert slugs == ["feed-2", "new-2", "newest"]


def test_a_stale_window_writes_nothing(draft) -> None:
    article = draft()
    write(article)
    with pytest.raises(writing.ChangedMeanwhile):
        write(article, base=1)
    assert article.versions.count() == 2


def test_a_stranger_and_an_archive_are_not_written_to(draft) -> None:
    article = draft()
    with pytest.raises(writing.Refused):
        write(article, actor=make_specialist().user)
    with pytest.raises(writing.Refused):
        writing.submit(article=article, actor=make_user(), now=article.created_at)
    article.state = State.ARCHIVED
    article.save()
    with pytest.raises(writing.Refused):
        write(article)


@pytest.mark.parametrize(
    "fields", [{"standfirst": ""}, {"source": "Too short."}, {"topics": []}], ids=["standfirst", "words", "topics"]
)
def test_what_is_not_whole_is_not_sent(draft, fields) -> None:
    article = draft(**fields)
    with pytest.raises(writing.NotReady):
        writing.submit(article=article, actor=article.author, now=article.created_at)
    assert not Case.objects.exists()


def test_sending_opens_one_case_and_writing_on_takes_it_back(draft, now) -> None:
    article = draft()
    writing.submit(article=article, actor=article.author, now=now)
    writing.submit(article=article, actor=article.author, now=now)
    assert Case.objects.open().filter(kind="article", subject_id=article.pk).count() == 1
    article.refresh_from_db()
    assert article.state == State.IN_REVIEW
    write(article)
    article.refresh_from_db()
    assert article.state == State.DRAFT and not Case.objects.open().exists()
    verbs = list(Entry.objects.filter(subject_kind="article").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["begun", "wrote", "submitted", "submitted", "wrote"]


def test_topics_of_a_published_article_are_changed_by_curators_only(published) -> None:
    article = published()
    write(article, topics=[make_topic("loss")])
    assert [topic.slug for topic in article.topics.all()] == ["sleep"]
    write(article, topics=[make_topic("loss")], actor=make_curator())
    assert [topic.slug for topic in article.topics.all()] == ["loss"]


@pytest.mark.parametrize(
    "statement", ["UPDATE articles_articleversion SET title = 'x'", "DELETE FROM articles_articleversion"]
)
def test_versions_never_change_even_by_direct_sql(draft, statement) -> None:
    article = draft()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert article.versions.get().title == "Quiet evenings"


def test_a_summary_at_the_end_of_the_source_is_kept_once(draft) -> None:
    version = draft(source="Words before.\n\nIn short, sleep.\n", summary="In short, sleep. ").versions.get()
    assert version.source == "Words before." and version.html.count("In short, sleep.") == 1
