"""Two windows save at the same moment: one version, one polite refusal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from articles import writing
from tests.articles.conftest import write

WINDOWS = 6


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
