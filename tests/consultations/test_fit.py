"""Fit cards: what each may answer, what shows, and that whatever isn't a yes on both sides shows nowhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from consultations import attendance, feeds, fit, openings_sync, refusals
from consultations.models import Attended, Consultation, ConsultationEvent, Fit, FitCard
from messaging import conversations
from notifications import delivery
from notifications.models import Notification
from specialists.models import ExcludedMember
from tests.consultations.held import DAY, coming, held
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def talked(*, only: str = "both", **how) -> Consultation:
    """One that both, or `only` one side, say took place."""
    made = held(**how)
    sides = {"client": made.client, "specialist": made.specialist.user}
    for person in [each for side, each in sides.items() if only in {side, "both"}]:
        attendance.say(consultation=made, actor=person, said=Attended.MET, now=made.end + MINUTE)
    return Consultation.objects.with_people().get(pk=made.pk)


def answer(made: Consultation, actor, choice: Fit, words: str = "", now=None) -> FitCard:
    return fit.answer(consultation=made, actor=actor, choice=choice, words=words, now=now or database_now())


def test_each_side_has_one_card_of_its_own_and_changes_it() -> None:
    made = talked()
    answer(made, made.client, Fit.NO, " not quite ")
    answer(made, made.client, Fit.NOT_NOW)
    answer(made, made.specialist.user, Fit.YES, "gladly")
    assert {(card.person_id, card.answer, card.words) for card in FitCard.objects.all()} == {
        (made.client_id, "not_now", None),
        (made.specialist.user_id, "yes", "gladly"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM consultations_fitcard WHERE words IS NOT NULL")
        assert all(b"gladly" not in bytes(row[0]) for row in cursor.fetchall())


def test_refusals() -> None:
    made, now = held(), database_now()
    with pytest.raises(fit.TalkedFirst):
        answer(made, made.client, Fit.YES)
    attendance.say(consultation=made, actor=made.client, said=Attended.NOT_MET, now=now)
    with pytest.raises(fit.TalkedFirst):
        answer(made, made.client, Fit.YES)
    with pytest.raises(refusals.NotYours):
        answer(made, make_user(), Fit.YES)
    with pytest.raises(attendance.NotOver):
        answer(coming(), Consultation.objects.latest("pk").client, Fit.YES)
    long_ago = talked(ago=15 * DAY)
    with pytest.raises(attendance.Closed):
        answer(long_ago, long_ago.client, Fit.YES)
    assert not FitCard.objects.exists()


def test_a_yes_on_both_sides_shows_and_stays() -> None:
    made = talked()
    answer(made, made.client, Fit.YES)
    assert not attendance.both_yes(made)
    answer(made, made.specialist.user, Fit.YES)
    assert attendance.both_yes(made)
    assert answer(made, made.client, Fit.YES).answer == Fit.YES
    for choice in (Fit.NO, Fit.NOT_NOW):
        with pytest.raises(attendance.Settled):
            answer(made, made.client, choice)
    with pytest.raises(attendance.Settled):
        attendance.say(consultation=made, actor=made.client, said=Attended.NOT_MET, now=database_now())
    told = Notification.objects.filter(kind="consultation_both_yes")
    assert {row.recipient_id for row in told} == {made.client_id, made.specialist.user_id} and told.count() == 2


def test_a_yes_that_was_taken_back_before_the_other_came_is_none() -> None:
    made = talked()
    answer(made, made.client, Fit.YES)
    answer(made, made.client, Fit.NOT_NOW)
    answer(made, made.specialist.user, Fit.YES)
    assert not attendance.both_yes(made) and not Notification.objects.filter(kind="consultation_both_yes").exists()


# -------------------------------------------------------------- what the other side can see

# What differs at every request by itself.
OWN_TO_A_REQUEST = re.compile(r'name="(csrfmiddlewaretoken|client_id)" value="[^"]+"')
PAGES = ["fit/", "", "invite.ics"]


def seen_by(client, person, made: Consultation) -> list[str]:
    """Everything this person can look at: the pages of the half hour, lists, told things, the thread's way in."""
    client.force_login(person)
    paths = [f"/consultations/{made.public_id}/{each}" for each in PAGES]
    paths += ["/consultations/", "/account/notifications/", "/messages/", "/account/"]
    paths += [f"/specialists/{made.specialist.slug}/", f"/messages/new/{made.specialist.slug}/"]
    if person.pk != made.client_id:
        paths += ["/practice/", "/practice/consultations/"]
    shown = []
    for path in paths:
        answer = client.get(path)
        shown.append(f"{path} {answer.status_code} {OWN_TO_A_REQUEST.sub('', answer.content.decode())}")
    return [*shown, feeds.calendar_of(reader=person, now=made.end).decode()]


def asked_again(person, made: Consultation, own: Fit | None) -> str:
    """What the other side gets when it answers or says its own word again: refusals would tell."""
    if own is None:
        return ""
    card = answer(made, person, own, "mine", now=made.end + 3 * MINUTE)
    said = attendance.say(consultation=made, actor=person, said=Attended.MET, now=made.end + 3 * MINUTE)
    return f"{card.answer} {card.words} {said.attendance} {said.sequence} {said.changed_at}"


def mails_to(person, made: Consultation) -> list[str]:
    """What goes to this person in the two days after, letter by letter."""
    mail.outbox.clear()
    Notification.objects.filter(kind="consultation_after").update(state="pending", next_try_at=made.end)
    delivery.deliver(clock=lambda: made.end + DAY, most=100, seconds=20)
    return [f"{each.subject} {each.body} {each.alternatives}" for each in mail.outbox if each.to == [person.email]]


@pytest.mark.parametrize("own", [None, Fit.YES, Fit.NO])
@pytest.mark.parametrize("first", ["client", "specialist"])
def test_nothing_the_other_side_sees_depends_on_a_card_that_is_no_yes(client, first: str, own: Fit | None) -> None:
    """Byte for byte the same whether the first said no, not now, or nothing: pages, mails, refusals, queries."""
    # Who has no answer yet hasn't said anything either, and still gets the mail that asks.
    made = talked(only="both" if own else first)
    for _nth in range(3):
        make_specialist()
    one, other = made.client, made.specialist.user
    if first == "specialist":
        one, other = other, one
    conversations.thread_with(member=made.client, specialist=made.specialist, now=made.end)
    if own:
        answer(made, other, own, "mine", now=made.end + 2 * MINUTE)
    # What looking itself changes is changed before: the cache of what stands on every page, and what was told.
    mails_to(other, made)
    seen_by(client, other, made)
    views = []
    for choice in (None, Fit.NOT_NOW, Fit.NO):
        if choice:
            answer(made, one, choice, "secret words", now=made.end + 2 * MINUTE)
        with CaptureQueriesContext(connection) as queries:
            shown = seen_by(client, other, made)
        views.append((shown, asked_again(other, made, own), mails_to(other, made), len(queries)))
    assert views[0] == views[1] == views[2]
    assert "secret words" not in str(views)
    assert bool(views[0][2]) == (own is None)


def test_nothing_at_all_is_written_for_the_other_side() -> None:
    made = talked()
    before = (Notification.objects.count(), ConsultationEvent.objects.count())
    row = Consultation.objects.values().get(pk=made.pk)
    answer(made, made.client, Fit.NO, "secret")
    assert (Notification.objects.count(), ConsultationEvent.objects.count()) == before
    assert Consultation.objects.values().get(pk=made.pk) == row
    line = Entry.objects.filter(verb="fit_answered").get()
    assert "no" not in str(line.detail) and line.detail == {}, "the trail says that, not what"


# -------------------------------------------------------------- who else might suit


def test_the_members_list_leaves_out_whom_they_meet_have_met_or_found_not_to_fit() -> None:
    member, now = make_user(), database_now()
    this, lately = talked(client=member), talked(client=member, ago=30 * DAY)
    no_fit, long_met = (talked(client=member, ago=ago, now=now - 366 * DAY) for ago in (DAY, 3 * DAY))
    answer(no_fit, member, Fit.NO, now=no_fit.end)
    soon, spare = coming(client=member), make_specialist()
    openings_sync.refresh(specialist_id=no_fit.specialist_id, now=now)
    openings_sync.refresh(specialist_id=long_met.specialist_id, now=now)
    found = fit.refer_on(consultation=this, reader=member, now=now)
    assert set(found) == {spare, long_met.specialist}
    assert not {this.specialist, lately.specialist, soon.specialist, no_fit.specialist} & set(found)


def test_a_specialists_list_gives_nothing_away_about_the_member() -> None:
    """A colleague who is missing would say that the member found them not to fit, or that they shut the member out."""
    member = make_user()
    made, before = talked(client=member), talked(client=member, ago=3 * DAY)
    shut = make_specialist()
    reader, now = made.specialist.user, database_now()
    expected = fit.refer_on(consultation=made, reader=reader, now=now)
    answer(before, member, Fit.NO)
    ExcludedMember.objects.create(specialist=shut, member=member, since=now)
    assert fit.refer_on(consultation=made, reader=reader, now=now) == expected
    assert {before.specialist, shut} <= set(expected)
    assert shut not in fit.refer_on(consultation=made, reader=member, now=now)
