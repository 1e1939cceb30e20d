"""Changes race on real connections: one of two wins, the other reads how it stands (BOOKING 19, 20)."""

from __future__ import annotations

import pytest

from consultations import cancelling, moving, proposals, requests
from consultations.models import Consultation, Occupancy, State
from tests.consultations.agreed import agree, ask, at, fresh, propose
from tests.consultations.test_races import race
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db(transaction=True)


def mover(made, start):
    now = database_now()
    return lambda: moving.move(consultation=made, actor=made.client, start=start, seen=made.sequence, now=now)


def canceller(made):
    now = database_now()
    return lambda: cancelling.cancel(consultation=made, actor=made.specialist.user, reason="", now=now)


def test_case_20_a_move_and_a_cancellation() -> None:
    """Whichever comes first, it ends cancelled, and nobody's time stays taken."""
    for _round in range(5):
        made = agree()
        ended = race([mover(made, at(14)), canceller(made)])
        assert ended in ({"booked": 2}, {"booked": 1, "NotOpen": 1})
        now_is = fresh(made)
        assert now_is.state == State.CANCELLED and not Occupancy.objects.filter(consultation=made).exists()
        assert now_is.sequence == ended["booked"] and made.events.count() == 1 + ended["booked"]


def test_case_20_two_tabs_of_one_member_move_once() -> None:
    made = agree()
    assert race([mover(made, at(14)), mover(made, at(15))]) == {"booked": 1, "Changed": 1}
    assert fresh(made).moves_by_client == 1


def test_case_08_two_movers_and_a_newcomer_to_one_slot() -> None:
    specialist = make_specialist()
    first, second = agree(specialist, start=at(9)), agree(specialist, start=at(11))
    ended = race([mover(first, at(14)), mover(second, at(14)), lambda: agree(specialist, make_user(), at(14))])
    assert ended == {"booked": 1, "SlotTaken": 2}
    assert Consultation.objects.holding().filter(start=at(14)).count() == 1
    assert Occupancy.objects.filter(person=specialist.user, during__startswith=at(14)).count() == 1


def test_case_19_two_who_swap_their_times_both_end_somewhere() -> None:
    """Each wants what the other has; neither is left without a half hour, and nothing overlaps."""
    specialist = make_specialist()
    first, second = agree(specialist, start=at(9)), agree(specialist, start=at(11))
    ended = race([mover(first, at(11)), mover(second, at(9))])
    assert ended in ({"SlotTaken": 2}, {"booked": 1, "SlotTaken": 1})
    assert Occupancy.objects.count() == 4
    assert fresh(first).start != fresh(second).start


def test_an_answer_and_the_end_of_its_time() -> None:
    """A yes just before the request lapses and the tick just after: one of the two, never both."""
    for _round in range(5):
        made = ask()
        early, late = database_now(), made.expires_at
        ended = race(
            [
                lambda made=made, early=early: requests.accept(
                    consultation=made, actor=made.specialist.user, now=early
                ),
                lambda late=late: requests.lapse_all(now=late),
            ]
        )
        assert ended in ({"booked": 2}, {"booked": 1, "NotOpen": 1})
        events = list(made.events.values_list("what", flat=True))
        if fresh(made).state == State.CONFIRMED:
            assert events == ["requested", "accepted"] and Occupancy.objects.filter(consultation=made).count() == 2
        else:
            assert events == ["requested", "expired"] and not Occupancy.objects.filter(consultation=made).exists()
        cancelling.call_off(specialist_id=made.specialist_id, client_id=None, actor=None, now=database_now())


def test_yes_and_no_at_once() -> None:
    made = ask()
    person, now = made.specialist.user, database_now()
    ended = race(
        [
            lambda: requests.accept(consultation=made, actor=person, now=now),
            lambda: requests.decline(consultation=made, actor=person, reason="", now=now),
        ]
    )
    assert ended == {"booked": 1, "NotOpen": 1} and made.events.count() == 2


def test_taking_a_proposal_and_cancelling_at_once() -> None:
    made = agree()
    proposal, now = propose(made, made.specialist.user), database_now()
    taken = {"proposal": proposal, "actor": made.client, "start": at(14), "now": now}
    ended = race([lambda: proposals.take(**taken), canceller(made)])
    assert ended in ({"booked": 2}, {"booked": 1, "NotOpen": 1})
    assert fresh(made).state == State.CANCELLED and not Occupancy.objects.exists()


def test_two_members_take_the_same_proposed_time() -> None:
    specialist = make_specialist()
    pairs = [(made, propose(made, specialist.user)) for made in (agree(specialist, start=at(9)), agree(specialist))]
    now = database_now()
    ended = race(
        [
            lambda made=made, proposal=proposal: proposals.take(
                proposal=proposal, actor=made.client, start=at(14), now=now
            )
            for made, proposal in pairs
        ]
    )
    assert ended == {"booked": 1, "SlotTaken": 1}
