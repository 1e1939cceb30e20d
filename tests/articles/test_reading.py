"""The list, the article, its citation and the feed, as visitors, owners and strangers see them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing, reading, writing
from articles.models import State
from tests.articles.conftest import write
from tests.factories import make_curator, make_specialist, make_topic, make_user

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_an_empty_list_says_so_and_leads_on(client) -> None:
    page = client.get("/articles/")
    assert page.status_code == 200 and "No articles yet" in words(page) and "/questions/" in words(page)


def test_the_list_shows_the_newest_first_and_sets_no_cookie(published, now, client) -> None:
    published(title="Older words", publish_at=now - timedelta(days=3))
    published(title="Newer words")
    page = client.get("/articles/")
    text = words(page)
    assert text.index("Newer words") < text.index("Older words")
    assert (
        not page.cookies
        and "public" in page["Cache-Control"]
        and "csrf" not in text
        and '<form method="post' not in text
    )


def test_search_by_words_and_by_what_people_call_a_topic(published, client) -> None:
    topic = make_topic("sleep")
    topic.synonyms.get_or_create(language="en", words="tossing and turning")
    published(title="Lanterns", source="Lanterns. " + "They glow in the evening. " * 50)
    published(title="Kettles", topics=[make_topic("loss")], source="Kettles. " + "They sing. " * 80)
    assert "Kettles" in words(client.get("/articles/?q=kettle")) and "Lanterns" not in words(
        client.get("/articles/?q=kettle")
    )
    assert "Lanterns" in words(client.get("/articles/?q=Tossing and turning"))
    assert "Kettles" not in words(client.get("/articles/?topic=sleep"))
    nothing = words(client.get("/articles/?q=zzzz"))
    assert "Nothing matches" in nothing and "/questions/ask/" in nothing and "noindex" in nothing
    assert client.get("/articles/?q=%00&topic=%00&after=%00").status_code == 200


def test_more_goes_on_where_the_page_ended(published, now, client, monkeypatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    for number in range(3):
        published(title=f"Part {number}", publish_at=now - timedelta(hours=1))
    first = words(client.get("/articles/"))
    assert "Part 2" in first and "Part 1" in first and "Part 0" not in first
    more = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert more is not None
    rest = words(client.get(more[1].replace("&amp;", "&")))
    assert "Part 0" in rest and "Part 1" not in rest and "Back to the beginning" in rest


@pytest.mark.parametrize("path", ["/articles/", "/articles/{slug}/"])
def test_one_query_count_whatever_the_rows(published, path, client) -> None:
    slug = published(topics=[make_topic("sleep")]).slug
    published(title="Beside it", topics=[make_topic("sleep")])
    url = path.format(slug=slug)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(3):
        published(title=f"Another {number}", topics=[make_topic("sleep"), make_topic("loss")])
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many) <= 12


def test_an_article_shows_what_a_reader_needs(published, client) -> None:
    specialist = make_specialist(name="Dr Ada Evening")
    article = published(specialist=specialist, conflict_of_interest="None declared.")
    page = client.get(f"/articles/{article.slug}/")
    text = words(page)
    assert page.status_code == 200 and not page.cookies and "public" in page["Cache-Control"]
    for part in (
        '<h1 class="said">Quiet evenings</h1>', "Why they are harder than mornings.", "Written by Dr Ada Evening.",
        "Reviewed by Member", "Next review due by", "Conflict of interest: None declared.", 'id="ref1"',
        "https://doi.org/10.1000/evenings.4", f"/consultations/book/{specialist.slug}/?start=", "cite.bib",
        "mailto:?subject=",
        '<link rel="canonical"', 'property="og:title"',
    ):  # fmt: skip
        assert part in text, part
    assert all(f'href="#{section["id"]}"' in text for section in article.live.sections)
    assert "care-now-h" not in text and text.count("<h1") == 1


def test_high_risk_topics_show_where_to_get_help(published, client) -> None:
    topic = make_topic("sleep")
    topic.high_risk = True
    topic.save()
    assert "care-now-h" in words(client.get(f"/articles/{published().slug}/"))


def test_titles_cannot_break_out_of_the_data_for_machines(published, client) -> None:
    article = published(title="</script><script>alert(1)</script> & co")
    text = client.get(f"/articles/{article.slug}/").content.decode()
    assert "<script>alert" not in text
    block = re.search(r'ld\+json">(.*?)</script>', text, re.DOTALL)
    said = json.loads(block[1])
    assert said["@type"] == "MedicalWebPage" and said["headline"] == "</script><script>alert(1)</script> & co"
    assert said["author"]["name"] == article.byline and len(said["citation"]) == 1


@pytest.mark.parametrize(
    ("extension", "media_type", "marks"),
    [
        ("bib", "application/x-bibtex", ["Quiet evenings", "Evenings and what they do"]),
        ("ris", "application/x-research-info-systems", ["TI  - Quiet evenings", "DO  - 10.1000/evenings.4"]),
        ("json", "application/vnd.citationstyles.csl+json", ["Quiet evenings", "10.1000/evenings.4"]),
    ],
)
def test_a_citation_holds_the_article_and_what_it_cites(published, client, extension, media_type, marks) -> None:
    article = published()
    answer = client.get(f"/articles/{article.slug}/cite.{extension}")
    assert answer.status_code == 200 and answer["Content-Type"].startswith(media_type)
    assert f'{article.slug}.{extension}"' in answer["Content-Disposition"]
    assert all(mark in answer.content.decode() for mark in marks)
    assert client.get(f"/articles/{article.slug}/cite.doc").status_code == 404


def test_the_feed_is_atom_with_published_articles_only(published, draft, client) -> None:
    article = published(title="Out <now>")
    draft(title="Still hidden")
    answer = client.get("/articles/feed/")
    assert answer["Content-Type"].startswith("application/atom+xml") and b"Still hidden" not in answer.content
    feed = ElementTree.fromstring(answer.content)
    titles = [
        entry.findtext("{http://www.w3.org/2005/Atom}title")
        for entry in feed.iter("{http://www.w3.org/2005/Atom}entry")
    ]
    assert titles == ["Out <now>"] and article.slug in answer.content.decode()


def hidden_kinds(published, draft, now):
    archived = published(title="Archived one")
    publishing.archive(article=archived, actor=archived.author, now=now)
    waiting = draft(title="Waiting one")
    type(waiting).objects.filter(pk=waiting.pk).update(state=State.IN_REVIEW)
    scheduled = published(title="Scheduled one", publish_at=now + timedelta(days=2))
    return [draft(title="Draft one"), waiting, archived, scheduled]


def test_what_is_not_published_is_nowhere(published, draft, now) -> None:
    hidden = hidden_kinds(published, draft, now)
    member, other, owner = Client(), Client(), Client()
    member.force_login(make_user())
    other.force_login(make_specialist().user)
    owner.force_login(hidden[0].author)
    for visitor in (Client(), member, other):
        for article in hidden:
            for path in ("", "cite.bib", "cite.ris", "cite.json"):
                assert visitor.get(f"/articles/{article.slug}/{path}").status_code == 404, (article.slug, path)
        for path in ("/articles/", "/articles/feed/", "/articles/?q=one", "/sitemap.xml"):
            page = visitor.get(path).content.decode()
            assert not [article.slug for article in hidden if article.slug in page], path
    for article in hidden:
        assert member.get(f"/practice/articles/{article.slug}/").status_code == 404
        assert other.get(f"/practice/articles/{article.slug}/preview/").status_code == 404
    assert owner.get(f"/articles/{hidden[0].slug}/").status_code == 404


def test_a_newer_version_in_review_stays_hidden(published, client) -> None:
    article = published()
    write(article, title="Hidden words", actor=article.author, now=timezone.now())
    assert "Hidden words" not in words(client.get(f"/articles/{article.slug}/"))


def test_the_site_may_keep_reading_for_members(published, client, settings) -> None:
    settings.READING_WALLS = ["articles"]
    article = published()
    for path in ("/articles/", f"/articles/{article.slug}/", f"/articles/{article.slug}/cite.bib", "/articles/feed/"):
        page = client.get(path)
        assert page.status_code == 200 and "Quiet evenings" not in words(page) and "logged in" in words(page)
    client.force_login(make_user())
    assert "Quiet evenings" in words(client.get(f"/articles/{article.slug}/"))


def test_an_article_of_the_team_has_no_times_beside_it(now, client) -> None:
    curator = make_curator(display_name="The team")
    article = writing.begin(author=curator, title="Ours", now=now)
    write(article, title="Ours")
    writing.submit(article=article, actor=curator, now=now)
    publishing.approve(subject_id=article.pk, actor=make_curator(), now=now)
    text = words(client.get(f"/articles/{article.slug}/"))
    assert "The team" in text and "Who has time" in text and "/consultations/book/" not in text
