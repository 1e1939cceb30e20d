"""What happens when the database cannot say in time, with a second real connection holding the row."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from accounts.deactivation import deactivate
from consultations import booking, holds, locking, mails, openings_sync, refusals
from consultations.models import Consultation, Hold, Occupancy
from notifications.models import Notification
from specialists.models import Specialist
from tests.factories import make_curator, make_specialist, make_user
from web.clock import database_now


@pytest.mark.django_db(transaction=True)
def test_case_43_a_locked_row_is_told_as_not_booked_and_trying_again_books_once(monkeypatch) -> None:
    monkeypatch.setattr(locking, "ATTEMPTS", 1)
    specialist, client = make_specialist(), make_user()
    now = database_now()
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    wish = {
        "specialist": specialist,
        "client": client,
        "start": openings_sync.true_openings(specialist, now)[0],
        "format": "video",
        "location": "PT",
    }
    held, done = threading.Event(), threading.Event()

    def holder() -> None:
        try:
            with transaction.atomic():
                Specialist.objects.select_for_update().get(pk=specialist.pk)
                held.set()
                done.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=holder)
    thread.start()
    try:
        assert held.wait(10)
        with pytest.raises(refusals.Busy):
            booking.book(now=database_now(), **wish)
    finally:
        done.set()
        thread.join()
    assert not Consultation.objects.exists() and not Occupancy.objects.exists() and not Notification.objects.exists()
    made = booking.book(now=database_now(), **wish)
    assert booking.book(now=database_now(), **wish) == made and Consultation.objects.count() == 1


@pytest.mark.django_db
def test_case_35_closing_ones_account_cancels_for_the_user_and_takes_their_words_along() -> None:
    specialist, client, now = make_specialist(), make_user(), database_now()
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    start = openings_sync.true_openings(specialist, now)[0]
    wish = {"specialist": specialist, "client": client, "start": start, "format": "video", "location": "PT"}
    made = booking.book(now=now, note="about my mother", **wish)
    deactivate(user=client, actor=client, reason="asked", now=now)
    made.refresh_from_db()
    assert made.state == "cancelled" and made.cancelled_by == client and made.note is None
    assert not Occupancy.objects.exists() and start in openings_sync.true_openings(specialist, database_now())
    told = Notification.objects.get(kind="consultation_cancelled", recipient=specialist.user)
    telling = mails.read(told, now)
    assert telling.context["by_other"] and not telling.context["by_site"]
    assert Consultation.objects.filter(specialist=specialist).count() == 1, "the count stays"


@pytest.mark.django_db
def test_case_34_an_account_that_a_curator_closes_is_called_off_in_neutral_words() -> None:
    specialist, client, now = make_specialist(), make_user(), database_now()
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    start = openings_sync.true_openings(specialist, now)[0]
    made = booking.book(specialist=specialist, client=client, start=start, now=now, format="video", location="PT")
    deactivate(user=client, actor=make_curator(is_superuser=True), reason="harm", now=now)
    made.refresh_from_db()
    assert made.state == "cancelled" and made.cancelled_by is None


@pytest.mark.django_db(transaction=True)
def test_signing_up_keeps_the_held_half_hour_longer_outside_any_transaction() -> None:
    """Requests have no transaction of their own, so a rule may not count on one."""
    specialist, now = make_specialist(), database_now()
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    made = Hold.objects.create(
        specialist=specialist,
        start=openings_sync.true_openings(specialist, now)[0],
        holder="browser",
        address="x",
        made_at=now,
        expires_at=now + holds.HOLD_TIME,
    )
    assert holds.extend(holder="browser", now=now) == 1
    assert holds.extend(holder="browser", now=now) == 0
    made.refresh_from_db()
    assert made.extended and made.expires_at == now + holds.LONGEST
