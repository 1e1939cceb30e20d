"""Two namesakes begin their profiles at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from specialists import profiles
from tests.factories import make_user

NAMESAKES = 6


@pytest.mark.django_db(transaction=True)
def test_namesakes_get_addresses_of_their_own() -> None:
    people, together = [make_user() for _nth in range(NAMESAKES)], Barrier(NAMESAKES)

    def begin(user: User) -> str:
        try:
            together.wait()
            values = {"name": "Zofia Kowal", "title": "Psychologist"}
            return profiles.start(user=user, values=values, now=timezone.now()).slug
        finally:
            connection.close()

    with ThreadPoolExecutor(NAMESAKES) as pool:
        slugs = set(pool.map(begin, people))
    assert len(slugs) == NAMESAKES and all(slug.startswith("zofia-kowal") for slug in slugs)
