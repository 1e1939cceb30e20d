"""Whom a specialist does not wish to meet: settled first, never told, taken back at will (BOOKING 36)."""

from __future__ import annotations

import pytest

from audit.models import Entry
from consultations import booking, cancelling, exclusion, refusals
from specialists.models import ExcludedMember
from tests.consultations.agreed import agree, at, iso
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db


def act(rule, specialist, member, actor=None) -> None:
    rule(specialist=specialist, member=member, actor=actor or specialist.user, now=database_now())


def test_case_36_what_is_agreed_is_settled_first() -> None:
    made = agree()
    with pytest.raises(refusals.ResolveFirst, match=made.client.get_short_name()):
        act(exclusion.exclude, made.specialist, made.client)
    cancelling.cancel(consultation=made, actor=made.specialist.user, reason="", now=database_now())
    for _twice in range(2):
        act(exclusion.exclude, made.specialist, made.client)
    assert ExcludedMember.objects.get().member == made.client


def test_only_the_specialist_and_never_themselves() -> None:
    specialist, member = make_specialist(), make_user()
    for actor in (member, make_user()):
        for rule in (exclusion.exclude, exclusion.admit):
            with pytest.raises(refusals.NotYours):
                act(rule, specialist, member, actor)
    with pytest.raises(refusals.NotYours):
        act(exclusion.exclude, specialist, specialist.user)


def test_admitted_again_a_member_books_as_before() -> None:
    specialist, member = make_specialist(), make_user()
    act(exclusion.exclude, specialist, member)
    with pytest.raises(refusals.NotBookable):
        booking.book(specialist=specialist, client=member, start=at(), now=database_now(), location="PT")
    for _twice in range(2):
        act(exclusion.admit, specialist, member)
    assert booking.book(specialist=specialist, client=member, start=at(), now=database_now(), location="PT")


def test_the_trail_knows_that_it_was_done_and_not_to_whom() -> None:
    specialist, member = make_specialist(), make_user()
    act(exclusion.exclude, specialist, member)
    act(exclusion.admit, specialist, member)
    found = Entry.objects.filter(subject_kind="specialist", subject_id=specialist.pk)
    assert list(found.order_by("pk").values_list("verb", flat=True)) == ["member excluded", "member admitted"]
    assert set(found.values_list("actor_id", flat=True)) == {specialist.user_id}


def test_case_36_the_pages_say_what_a_pause_says(client) -> None:
    """The same words, byte for byte but for what names the form, as for somebody who books nobody at present."""
    specialist, member = make_specialist(), make_user()
    client.force_login(member)
    path = f"/consultations/book/{specialist.slug}/?start={iso(specialist.openings.first().start)}"
    assert b'name="note"' in client.get(path).content
    act(exclusion.exclude, specialist, member)
    barred = client.get(path)
    ExcludedMember.objects.all().delete()
    specialist.accepting = False
    specialist.save()
    paused = client.get(path)
    assert barred.status_code == paused.status_code == 200
    assert b"There are no free half hours here at present." in barred.content
    assert b'name="note"' not in barred.content

    def main(answer) -> bytes:
        return answer.content.split(b"<main")[1].split(b"</main>")[0]

    assert main(barred) == main(paused)


def test_case_36_no_list_shows_them_half_hours_and_everybody_else_sees_them_as_before(client) -> None:
    specialist, member = make_specialist(), make_user()
    pages = [f"/specialists/{specialist.slug}/", f"/specialists/{specialist.slug}/openings/", "/specialists/"]
    pages += ["/specialists/soonest/"]
    book = f"/consultations/book/{specialist.slug}/?start=".encode()
    everybody = [client.get(each).content.count(book) for each in pages]
    assert min(everybody) > 0
    client.force_login(member)
    assert [client.get(each).content.count(book) for each in pages] == everybody
    act(exclusion.exclude, specialist, member)
    assert [client.get(each).content.count(book) for each in pages] == [0, 0, 0, 0]
    machine = client.get(pages[1], headers={"Accept": "application/json"}).json()
    assert machine["openings"] == []
    listed = client.get(pages[2], headers={"Accept": "application/json"}).json()["results"]
    assert [each["next_openings"] for each in listed] == [[]]
    assert client.get(pages[3], headers={"Accept": "application/json"}).json()["results"] == []
    client.force_login(make_user())
    assert [client.get(each).content.count(book) for each in pages] == everybody
    specialist.refresh_from_db()
    assert specialist.accepting, "only what is shown differs"


def test_case_36_the_profile_reads_as_in_a_pause(client) -> None:
    specialist, member = make_specialist(), make_user()
    act(exclusion.exclude, specialist, member)
    client.force_login(member)
    page = client.get(f"/specialists/{specialist.slug}/").content.decode()
    assert "Not at present" in page and "Takes nobody new at present" in page
