"""Reads whose SQL is written once: the same rows as the ORM's, whatever the values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext

from specialists.models import Licence, Opening, Specialist
from tests.factories import make_specialist
from web.clock import database_now
from web.prepared import Prepared

pytestmark = pytest.mark.django_db


def ask(slug: str, user: int, now: datetime) -> QuerySet[Specialist, Any]:
    valid = Licence.objects.valid(now).filter(specialist=OuterRef("pk"))
    opened = Opening.objects.listed(now).filter(specialist=OuterRef("pk"))
    rows = Specialist.objects.filter(slug=slug).exclude(user=user).order_by("pk")
    return rows.values_list("pk", "slug", "live_since", "languages", "public_id", Exists(valid), Exists(opened))


def test_the_rows_are_those_of_the_query_for_any_values() -> None:
    first, second = make_specialist(), make_specialist(languages=["ig", "pt"])
    prepared = Prepared(ask, slug=str, user=int, now=datetime)
    now = database_now()
    for slug in (first.slug, second.slug, "nobody", "' OR 1=1 --"):
        for user in (0, first.user_id, second.user_id):
            for at in (now, now + timedelta(days=4), now + timedelta(days=4000)):
                asked = {"slug": slug, "user": user, "now": at}
                assert prepared(**asked) == list(ask(**asked)), asked


def test_it_is_one_query_and_its_text_is_written_once() -> None:
    written = []

    def counted(**marks: Any) -> QuerySet[Specialist, Any]:
        written.append(marks)
        return ask(**marks)

    specialist, prepared = make_specialist(), Prepared(counted, slug=str, user=int, now=datetime)
    with CaptureQueriesContext(connection) as queries:
        for _three in range(3):
            assert prepared(slug=specialist.slug, user=0, now=database_now())[0][0] == specialist.pk
    assert len(written) == 1 and len([each for each in queries if "specialists_specialist" in each["sql"]]) == 3


def test_a_value_that_is_asked_for_twice_is_filled_in_twice() -> None:
    specialist = make_specialist()

    def both(user: int, other: int) -> QuerySet[Specialist, Any]:
        return Specialist.objects.filter(user=user).exclude(user=other).exclude(pk=other).values_list("pk")

    prepared = Prepared(both, user=int, other=int)
    assert prepared(user=specialist.user_id, other=0) == [(specialist.pk,)]
    assert prepared(user=specialist.user_id, other=specialist.pk) == []
