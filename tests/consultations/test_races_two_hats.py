"""Two specialists who are clients of each other book at the same moment: nobody waits for the other in a circle."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from consultations import booking, locking, openings_sync
from consultations.models import Consultation
from specialists.models import Specialist
from tests.factories import make_specialist
from web.clock import database_now

ROUNDS = 6


def book(specialist: Specialist, client: Specialist, nth: int, said: list[str], ready: threading.Barrier) -> None:
    try:
        ready.wait(10)
        now = database_now()
        start = openings_sync.true_openings(specialist, now)[nth]
        booking.book(specialist=specialist, client=client.user, start=start, now=now, location="PT")
    except Exception as error:
        said.append(f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_case_09_two_hats_book_each_other_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "ATTEMPTS", 1)  # one try: a circle of locks would show itself as Busy
    said: list[str] = []
    for _round in range(ROUNDS):
        pair = [make_specialist(), make_specialist()]
        for each in pair:
            openings_sync.refresh(specialist_id=each.pk, now=database_now())
        ready = threading.Barrier(2)
        threads = [
            threading.Thread(target=book, args=(pair[0], pair[1], 4, said, ready)),
            threading.Thread(target=book, args=(pair[1], pair[0], 12, said, ready)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not said
    assert Consultation.objects.count() == 2 * ROUNDS
