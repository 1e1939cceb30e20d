"""A second person lets an article through, or gives it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from articles import desk, publishing, writing
from articles.models import Article, State
from cases import queue
from cases.models import Case
from notifications.kinds import Skip, Telling, kinds
from notifications.mail import compose
from notifications.models import Notification
from tests.articles.conftest import write
from tests.factories import make_curator, make_specialist, make_user

pytestmark = pytest.mark.django_db


def submitted(draft, now) -> tuple[Article, Case]:
    article = draft()
    writing.submit(article=article, actor=article.author, now=now)
    return article, Case.objects.get(kind="article", subject_id=article.pk)


def test_the_desk_publishes_and_the_author_hears_of_it(draft, now) -> None:
    article, case = submitted(draft, now)
    curator = make_curator(display_name="Ruth")
    queue.decide(case_id=case.pk, decision="publish", reason="", curator=curator, now=now)
    article.refresh_from_db()
    assert (article.state, article.live, article.published_at) == (State.PUBLISHED, article.versions.get(), now)
    assert (article.reviewer, article.reviewer_name, article.reviewed_on) == (curator, "Ruth", now.date())
    assert article.next_review_on == now.date() + publishing.REVIEW_LASTS
    told = Notification.objects.get(kind="article_published")
    assert told.recipient == article.author
    telling = kinds[told.kind].read(told, now)
    assert isinstance(telling, Telling) and telling.path == f"/articles/{article.slug}/"


def test_the_author_cannot_approve(draft, now) -> None:
    specialist = make_specialist(user=make_curator())
    article = draft(specialist=specialist)
    writing.submit(article=article, actor=article.author, now=now)
    with pytest.raises(publishing.OwnArticle):
        publishing.approve(subject_id=article.pk, actor=article.author, now=now)


def test_who_wrote_the_newest_version_cannot_approve_it_either(draft, now) -> None:
    article, curator = draft(), make_curator()
    write(article, actor=curator)
    writing.submit(article=article, actor=article.author, now=now)
    with pytest.raises(publishing.OwnArticle):
        publishing.approve(subject_id=article.pk, actor=curator, now=now)


@pytest.mark.parametrize("reviewer", ["author_id", "NULL"])
def test_the_two_person_rule_holds_against_direct_sql(draft, now, reviewer) -> None:
    article = draft()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE articles_article SET state = 'published', published_at = now(), reviewer_id = {reviewer}, "
            "live_id = %s WHERE id = %s",
            [article.versions.get().pk, article.pk],
        )


def test_members_decide_nothing_and_drafts_are_not_decided_about(draft, now) -> None:
    article, _case = submitted(draft, now)
    with pytest.raises(queue.Refused):
        publishing.approve(subject_id=article.pk, actor=make_user(), now=now)
    write(article)
    with pytest.raises(queue.Refused):
        publishing.approve(subject_id=article.pk, actor=make_curator(), now=now)


def test_changes_are_asked_for_with_a_reason_the_author_reads(draft, now) -> None:
    article, case = submitted(draft, now)
    queue.decide(case_id=case.pk, decision="changes", reason="Say whom it is for.", curator=make_curator(), now=now)
    article.refresh_from_db()
    assert article.state == State.CHANGES and desk.latest_reason(article) == "Say whom it is for."
    told = Notification.objects.get(kind="article_changes_asked")
    telling = kinds[told.kind].read(told, now)
    assert isinstance(telling, Telling) and telling.context["reason"] == "Say whom it is for."
    write(article)
    writing.submit(article=article, actor=article.author, now=now)
    publishing.approve(subject_id=article.pk, actor=make_curator(), now=now)


def test_readers_keep_their_version_until_the_next_is_approved(published, now) -> None:
    article = published()
    with pytest.raises(writing.Refused):
        writing.submit(article=article, actor=article.author, now=now)
    newer = write(article, title="Quieter evenings")
    writing.submit(article=article, actor=article.author, now=now)
    article.refresh_from_db()
    first_out = article.published_at
    assert article.state == State.PUBLISHED and article.live.title == "Quiet evenings"
    publishing.approve(subject_id=article.pk, actor=make_curator(), now=now + timedelta(days=2))
    article.refresh_from_db()
    assert article.live == newer and article.published_at == first_out


def test_a_review_that_is_due_can_be_asked_for_without_a_change(published, now) -> None:
    article = published()
    later = now + publishing.REVIEW_LASTS
    assert article in Article.objects.due_for_review(later.date())
    writing.submit(article=article, actor=article.author, now=later)
    publishing.approve(subject_id=article.pk, actor=make_curator(), now=later)
    article.refresh_from_db()
    assert article.next_review_on == later.date() + publishing.REVIEW_LASTS


def test_archiving_takes_everything_back_and_twice_is_once(published, now) -> None:
    article = published()
    told = Notification.objects.get(kind="article_published")
    with pytest.raises(queue.Refused):
        publishing.archive(article=article, actor=make_user(), now=now)
    publishing.archive(article=article, actor=article.author, now=now)
    publishing.archive(article=article, actor=article.author, now=now)
    assert not Article.objects.published(now).exists()
    assert isinstance(kinds[told.kind].read(told, now), Skip)


def test_the_desk_loads_any_number_in_the_same_queries(draft, now, django_assert_num_queries) -> None:
    ids = [submitted(draft, now)[0].pk]
    with django_assert_num_queries(3):
        desk.load(ids)
    ids += [submitted(draft, now)[0].pk for _ in range(2)]
    with django_assert_num_queries(3):
        loaded = desk.load(ids)
        assert [loaded[key].article.topics.all()[0].name for key in ids]


def test_a_schedule_keeps_it_from_readers_and_the_author_until_its_time(draft, now) -> None:
    article, _case = submitted(draft, now)
    later = now + timedelta(days=3)
    publishing.approve(subject_id=article.pk, actor=make_curator(), now=now, publish_at=later)
    assert not Article.objects.published(now).exists() and Article.objects.published(later).exists()
    assert Notification.objects.get(kind="article_published").due_at == later


@pytest.mark.parametrize("decision", ["publish", "changes"])
def test_mails_say_what_is_needed_and_discreet_ones_nothing(draft, now, decision) -> None:
    article = draft(title="Quiet <evenings>")
    writing.submit(article=article, actor=article.author, now=now)
    case = Case.objects.get()
    queue.decide(case_id=case.pk, decision=decision, reason="Say <whom>.", curator=make_curator(), now=now)
    told = Notification.objects.get()
    kind = kinds[told.kind]
    mail, title = compose(told, kind.read(told, now), kind.template)
    assert "Quiet <evenings>" in title and "Quiet <evenings>" in mail.body and article.slug in mail.body
    assert "<evenings>" not in mail.alternatives[0].content and "<whom>" not in mail.alternatives[0].content
    assert ("Say <whom>." in mail.body) == (decision == "changes")
    told.recipient.discreet = True
    mail, _title = compose(told, kind.read(told, now), kind.template)
    assert "Quiet" not in mail.subject + mail.body and article.slug not in mail.body and not mail.alternatives
