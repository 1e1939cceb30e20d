"""Articles and questions of the demo, written, reviewed and answered through the rules, at times in the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from articles import writing
from articles.models import Article
from cases import queue
from portal.demo_people import FILES, House, account, decide, read
from questions import answering, asking
from questions.models import Question
from references.citation import Reference

# Nobody logs in as these; they only keep the visitor from having asked everything.
ASKERS = 4


def load(*, house: House, now: datetime) -> None:
    """All articles, then all questions with their answers."""
    for row in read("articles"):
        article(row, house=house, now=now)
    askers = [account(f"asker{nth}@example.org", "", "", now=now) for nth in range(1, ASKERS + 1)]
    for nth, row in enumerate(read("questions")):
        # Every eighth is the visitor's, so that their own list has something in it.
        asker = house.members["visitor"] if nth % 8 == 1 else askers[nth % ASKERS]
        question(row, asker=asker, house=house, now=now)


def article(row: dict[str, Any], *, house: House, now: datetime) -> None:
    """One article, as far along as the file says: draft, in review, or published."""
    author = house.specialists[row["author"]]
    assert author.user is not None
    reviewed = row["reviewed_days_ago"]
    written = now - timedelta(days=(reviewed or 0) + 4)
    found = writing.begin(author=author.user, title=row["title"], slug=row["slug"], now=written)
    writing.write_version(
        article=found,
        title=row["title"],
        standfirst=row["standfirst"],
        source=(FILES / "articles" / row["file"]).read_text(encoding="utf-8"),
        summary=row["summary"],
        references=[Reference.from_dict(each) for each in row["references"]],
        topics=[house.topics[slug] for slug in row["topics"]],
        actor=author.user,
        now=written,
        conflict_of_interest=row["conflict_of_interest"] or "",
    )
    if row["state"] == "draft":
        return
    found.refresh_from_db()
    writing.submit(article=found, actor=author.user, now=written + timedelta(days=1))
    if row["state"] != "in_review":
        publish(found, row, house=house, now=now)


def publish(found: Article, row: dict[str, Any], *, house: House, now: datetime) -> None:
    """Approved on the day of its review; readers see the colleague who read it, and its own dates."""
    reviewed = now - timedelta(days=row["reviewed_days_ago"])
    decide(house, writing.CASE, found.pk, "publish", at=reviewed)
    Article.objects.filter(pk=found.pk).update(
        reviewer_name=house.specialists[row["reviewer"]].name,
        published_at=now - timedelta(days=row["published_days_ago"]),
        next_review_on=(now + timedelta(days=row["next_review_days"])).date(),
    )


def question(row: dict[str, Any], *, asker: User, house: House, now: datetime) -> None:
    """One question, and what specialists answered since."""
    asked = now - timedelta(days=row["asked_days_ago"], hours=2)
    found = asking.ask(
        asker=asker,
        title=row["title"],
        body=row["body"],
        topics=[house.topics[slug] for slug in row["topics"]],
        language=row["language"],
        now=asked,
    )
    Question.objects.filter(pk=found.pk).update(alias=row["alias"])
    if row["risk_flag"]:
        # As a curator would who reads it, whatever the wording told the machine.
        Question.objects.filter(pk=found.pk).update(at_risk=True)
        queue.open_case(kind=asking.CASE, subject_id=found.pk, now=asked, at_risk=True)
    if row["state"] != "published":
        return
    decide(house, asking.CASE, found.pk, "publish", at=asked + timedelta(hours=1))
    for given in row["answers"]:
        answering.answer(
            question=found,
            specialist=house.specialists[given["specialist"]],
            body=given["body"],
            now=now - timedelta(days=given["answered_days_ago"]),
        )
