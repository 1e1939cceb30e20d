"""One question as a row of a list, ready for `components/question_row.html`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from questions.models import Question

EXCERPT = 180


@dataclass(frozen=True)
class Row:
    """See the component for what each is. `helped` is absent: nothing counts that yet."""

    title: str
    url: str
    excerpt: str
    answerer: str
    answerer_key: str
    others: int
    date: date | None


def row(question: Question) -> Row:
    """Needs `question.standing` (see `reading.standing_answers`), so that a list costs no query a row."""
    answers = question.standing  # type: ignore[attr-defined]
    first = answers[0] if answers else None
    words = " ".join(first.body.split()) if first else ""
    return Row(
        title=question.title,
        url=reverse("questions:question", args=[question.public_id, question.slug]),
        excerpt=words if len(words) <= EXCERPT else words[: EXCERPT - 1].rsplit(" ", 1)[0] + "…",
        answerer=first.specialist.name if first else "",
        answerer_key=first.specialist.slug if first else "",
        others=max(0, len(answers) - 1),
        date=question.published_on,
    )
