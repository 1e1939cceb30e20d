"""Beginning, claiming and saving a profile; rows of openings that lists read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cases import queue
from cases.models import Case
from specialists import changes, openings, profiles
from specialists.models import Opening, Specialist, State
from tests.factories import make_curator, make_licence, make_specialist, make_user

pytestmark = pytest.mark.django_db
BASICS = {"name": "Zofia Kowal", "title": "Psychologist", "languages": ["pl"]}


def test_begun_as_a_draft_with_a_lasting_address() -> None:
    user = make_user(time_zone="Europe/Warsaw")
    row = profiles.start(user=user, values=BASICS, now=timezone.now())
    assert (row.slug, row.state, row.time_zone, row.languages) == ("zofia-kowal", State.DRAFT, "Europe/Warsaw", ["pl"])
    profiles.save(specialist=row, actor=user, values={"name": "Zofia Nowak"}, now=timezone.now())
    row.refresh_from_db()
    assert (row.name, row.slug) == ("Zofia Nowak", "zofia-kowal")
    with pytest.raises(profiles.AlreadyThere):
        profiles.start(user=user, values=BASICS, now=timezone.now())


def test_addresses_never_collide() -> None:
    first, second = (profiles.start(user=make_user(), values=BASICS, now=timezone.now()) for _ in range(2))
    assert (first.slug, second.slug) == ("zofia-kowal", "zofia-kowal-2")
    assert profiles.free_slug("Join") == "join-2" and profiles.free_slug("Prof. Dr Ada Lu") == "ada-lu"
    assert profiles.free_slug("青木").startswith("specialist-")


def test_an_imported_draft_is_taken_over_by_its_address() -> None:
    imported = Specialist.objects.create(
        slug="zk", name="Z. Kowal", title="", invited_email="zk@example.net", created_at=timezone.now()
    )
    row = profiles.start(user=make_user(email="zk@example.net"), values=BASICS, now=timezone.now())
    assert row.pk == imported.pk and row.slug == "zk" and row.name == "Zofia Kowal"


def test_a_licence_stands_behind_one_profile_only() -> None:
    taken = make_licence(make_specialist(verified=False, hours=False), body="Order", number="A-1", country="PT")
    values = {f"licence_{name}": getattr(taken, name) for name in ("body", "number", "country")}
    with pytest.raises(profiles.LicenceTaken):
        profiles.start(user=make_user(), values=BASICS | values, now=timezone.now())
    assert not Specialist.objects.filter(slug="zofia-kowal").exists()


def test_strangers_save_nothing_and_reviewed_fields_rest_while_we_look() -> None:
    row = make_specialist(state=State.SUBMITTED)
    with pytest.raises(profiles.Refused, match="Only the person"):
        profiles.save(specialist=row, actor=make_user(), values={"headline": "x"}, now=timezone.now())
    with pytest.raises(profiles.Refused, match="looking at"):
        profiles.save(specialist=row, actor=row.user, values={"title": "Other"}, now=timezone.now())
    profiles.save(specialist=row, actor=row.user, values={"headline": "New"}, now=timezone.now())
    row.refresh_from_db()
    assert row.headline == "New"


def test_a_change_that_changes_again_cannot_be_accepted_unread() -> None:
    row, curator = make_specialist(title="Psychologist"), make_curator()

    def ask(title: str) -> int:
        profiles.save(specialist=row, actor=row.user, values={"title": title}, now=timezone.now())
        return Case.objects.open().get(kind=profiles.KIND, subject_id=row.pk).pk

    read = ask("Clinical psychologist")
    assert ask("Clinical psychologist") == read
    unread = ask("Surgeon")
    with pytest.raises(queue.Refused, match="already"):
        queue.decide(case_id=read, decision="accept", reason="", curator=curator, now=timezone.now())
    row.refresh_from_db()
    assert row.title == "Psychologist" and unread != read
    queue.decide(case_id=unread, decision="decline", reason="Not on the register.", curator=curator, now=timezone.now())


def test_others_hear_of_a_zone_and_of_the_half_hour(monkeypatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(changes, "on_change", [lambda **told: heard.append(told["change"])])
    row = make_specialist()
    for values in ({"time_zone": "Asia/Tokyo"}, {"offers_free": False}, {"accepting": False}, {"headline": "x"}):
        profiles.save(specialist=row, actor=row.user, values=values, now=timezone.now())
    profiles.save(specialist=row, actor=row.user, values={"offers_free": True, "accepting": True}, now=timezone.now())
    assert heard == ["zone", "free_off", "free_on"]


def test_openings_are_replaced_by_difference_and_next_free_follows() -> None:
    row, now = make_specialist(hours=False), timezone.now().replace(second=0, microsecond=0)
    starts = [now + timedelta(hours=n) for n in (2, 4, 6)]
    notice = timedelta(hours=1)
    openings.replace(specialist_id=row.pk, starts=starts, notice=notice, now=now)
    kept = Opening.objects.get(start=starts[1]).pk
    openings.replace(specialist_id=row.pk, starts=starts[1:], notice=notice, now=now)
    row.refresh_from_db()
    assert row.next_free == starts[1] and Opening.objects.get(start=starts[1]).pk == kept
    assert openings.next_for([row.pk], now) == {row.pk: starts[1:]}
    later = starts[1] - notice
    assert openings.next_for([row.pk], later, n=1) == {row.pk: [starts[2]]}
    assert openings.repair_next_free(later) == 1 and openings.repair_next_free(later) == 0
    row.refresh_from_db()
    assert row.next_free == starts[2]
    openings.replace(specialist_id=row.pk, starts=[], notice=notice, now=now)
    row.refresh_from_db()
    assert row.next_free is None and openings.repair_next_free(now) == 0
