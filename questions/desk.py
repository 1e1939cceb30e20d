"""What curators see of a question: its words with what might identify somebody marked, and the two decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.queue import Decision, Kind
from questions import asking
from questions.lint import Finding, findings
from questions.models import Question


@dataclass(frozen=True)
class Waiting:
    """A question on the desk, with the lint's findings; who asked is not part of it."""

    question: Question
    title: str
    marked: SafeString
    found: list[Finding]


def load(ids: list[int]) -> Mapping[int, Waiting]:
    """The questions of these cases, in two queries."""
    rows = Question.objects.filter(pk__in=ids).prefetch_related("topics__names")
    return {row.pk: _waiting(row) for row in rows}


def _waiting(question: Question) -> Waiting:
    found = findings(question.body)
    return Waiting(question, question.title, mark(question.body, found), findings(question.title) + found)


def mark(text: str, found: list[Finding]) -> SafeString:
    """The text, escaped, with each finding in a <mark>."""
    parts, at = [], 0
    for each in found:
        parts += [("{}", text[at : each.start]), ("<mark>{}</mark>", text[each.start : each.end])]
        at = each.end
    parts.append(("{}", text[at:]))
    return format_html_join("", "{}", ((format_html(shape, words),) for shape, words in parts))


KIND = Kind(
    code=asking.CASE,
    label=_("Questions"),
    template="questions/case.html",
    load=load,
    title=lambda subject: subject.title,
    decisions=(
        Decision(code="publish", label=_("Publish"), rule=asking.publish, needs_reason=False),
        Decision(code="decline", label=_("Don’t publish"), rule=asking.decline, negative=True),
    ),
)
