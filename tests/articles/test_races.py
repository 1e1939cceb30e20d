"""Two windows save at the same moment: one version, one polite refusal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import User
from articles import writing
from tests.articles.conftest import write
from tests.factories import make_specialist

WINDOWS = 6


@pytest.mark.django_db(transaction=True)
def test_articles_begun_with_the_same_title_at_once_get_addresses_of_their_own(now) -> None:
    people, together = [make_specialist().user for _window in range(WINDOWS)], Barrier(WINDOWS)

    def begin(author: User) -> str:
        try:
            together.wait()
            return writing.begin(author=author, title="Quiet evenings", now=now).slug
        finally:
            connection.close()

    with ThreadPoolExecutor(WINDOWS) as pool:
        slugs = set(pool.map(begin, people))
    assert len(slugs) == WINDOWS and all(slug.startswith("quiet-evenings") for slug in slugs)


@pytest.mark.django_db(transaction=True)
def test_one_window_saves_and_the_others_hear_of_it(draft) -> None:
    article = draft()
    together = Barrier(WINDOWS)

    def save(window: int) -> str:
        try:
            together.wait()
            write(article, title=f"Window {window}", topics=[], base=1)
            return "saved"
        except writing.ChangedMeanwhile:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(WINDOWS) as pool:
        ends = sorted(pool.map(save, range(WINDOWS)))
    assert ends == ["refused"] * (WINDOWS - 1) + ["saved"]
    assert list(article.versions.values_list("number", flat=True)) == [2, 1]
