"""Rules of a zone that change after a booking: nothing moves, the specialist is asked (BOOKING 6)."""

from __future__ import annotations

import pytest

from consultations import clock_check, moving, refusals, telling
from consultations.models import Consultation
from consultations.slots import wall_time
from notifications.models import Notification
from tests.consultations.agreed import agree, at, fresh
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def rules_changed(made: Consultation) -> None:
    """As if the zone had another offset when this was agreed."""
    other = wall_time(made.start, "Asia/Kathmandu")
    Consultation.objects.filter(pk=made.pk).update(agreed_local=other)


def asked() -> list[Notification]:
    return list(Notification.objects.filter(kind=telling.CLOCK, state="pending"))


def test_case_06_a_changed_rule_is_found_once_and_asked_about_once() -> None:
    made = agree()
    assert clock_check.flag_all(now=database_now()) == 0 and not asked()
    rules_changed(made)
    assert clock_check.flag_all(now=database_now()) == 1
    assert clock_check.flag_all(now=database_now()) == 0
    flagged = fresh(made)
    assert flagged.reads_now == wall_time(made.start, "UTC") and flagged.start == made.start, "never moved silently"
    assert [each.recipient_id for each in asked()] == [made.specialist.user_id]


def test_case_06_kept_it_reads_as_it_does_now() -> None:
    made = agree()
    rules_changed(made)
    clock_check.flag_all(now=database_now())
    for person in (made.client, make_user()):
        with pytest.raises(refusals.NotYours):
            clock_check.keep(consultation=made, actor=person, now=database_now())
    for _twice in range(2):
        clock_check.keep(consultation=made, actor=made.specialist.user, now=database_now())
    kept = fresh(made)
    assert (kept.reads_now, kept.agreed_local, kept.start) == ("", wall_time(made.start, "UTC"), made.start)
    assert list(made.events.values_list("what", flat=True)) == ["booked", "clock kept"]
    assert clock_check.flag_all(now=database_now()) == 0


def test_case_06_a_rule_that_goes_back_leaves_nothing_to_ask() -> None:
    """The clock reads again what was agreed; what it read in between is forgotten."""
    made = agree()
    Consultation.objects.filter(pk=made.pk).update(reads_now=wall_time(made.start, "Asia/Kathmandu"))
    assert clock_check.flag_all(now=database_now()) == 1
    assert fresh(made).reads_now == "" and not asked()


def test_case_06_a_move_agrees_on_the_clock_of_now() -> None:
    made = agree()
    rules_changed(made)
    clock_check.flag_all(now=database_now())
    moved = moving.move(consultation=made, actor=made.client, start=at(14), seen=0, now=database_now())
    assert moved.reads_now == "" and moved.agreed_local == wall_time(at(14), "UTC")


def test_what_is_past_is_nobodys_question() -> None:
    made = agree(make_specialist())
    rules_changed(made)
    assert clock_check.flag_all(now=made.end) == 0
