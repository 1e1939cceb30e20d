"""What curators see of a waiting profile or change, in a fixed number of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import queue
from specialists import profiles
from tests.factories import make_specialist, make_topic

pytestmark = pytest.mark.django_db


def shown(kind: queue.Kind, ids: list[int]) -> list[str]:
    subjects = kind.load(ids)
    return [render_to_string(kind.template, {"subject": subjects[pk], "case": None}) for pk in ids]


def test_the_licence_case_shows_what_has_to_be_checked() -> None:
    kind, topic = queue.kinds["licence"], make_topic()
    rows = [make_specialist(topics=[topic], hours=False) for _ in range(3)]
    (page,) = shown(kind, [rows[0].pk])
    assert rows[0].licences.get().number in page and topic.name in page and rows[0].headline in page
    assert kind.title(kind.load([rows[0].pk])[rows[0].pk]) == rows[0].name
    counts = []
    for ids in ([rows[0].pk], [row.pk for row in rows]):
        with CaptureQueriesContext(connection) as queries:
            shown(kind, ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_change_case_shows_old_and_new() -> None:
    row = make_specialist(name="Dr Ada Example", hours=False)
    profiles.save(specialist=row, actor=row.user, values={"name": "Dr Ada Sample"}, now=timezone.now())
    (page,) = shown(queue.kinds["profile_change"], [row.pk])
    assert "Dr Ada Example" in page and "Dr Ada Sample" in page
