"""A profile's way to the public and off it again: every step, and every refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from cases import queue
from cases.models import Case
from notifications.models import Notification
from specialists import changes, ending, profiles, tasks, vetting
from specialists.models import Licence, LicenceState, ProfileChange, Specialist, State
from tests.factories import make_curator, make_licence, make_specialist, make_topic, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch) -> list[str]:
    """What other apps are told."""
    found: list[str] = []
    monkeypatch.setattr(changes, "on_change", [lambda **told: found.append(told["change"])])
    return found


def ready(**fields) -> Specialist:
    """A whole profile, not yet sent in."""
    words = {"about_who": "People who lie awake.", "about_half_hour": "I ask and listen."}
    row = make_specialist(state=State.DRAFT, verified=False, hours=False, topics=[make_topic()], **words | fields)
    make_licence(row, state=LicenceState.UNCHECKED)
    return row


def sent_in(**fields) -> Specialist:
    row = ready(**fields)
    vetting.submit(specialist=row, actor=row.user, now=timezone.now())
    return row


def decide(row: Specialist, decision: str, curator=None, kind: str = "licence", reason: str = "Looked it up.") -> None:
    case = Case.objects.open().get(kind=kind, subject_id=row.pk)
    queue.decide(
        case_id=case.pk, decision=decision, reason=reason, curator=curator or make_curator(), now=timezone.now()
    )
    row.refresh_from_db()


def mails(row: Specialist) -> list[str]:
    return list(Notification.objects.filter(recipient=row.user).order_by("pk").values_list("kind", flat=True))


def test_from_draft_to_the_site(heard) -> None:
    row, curator = sent_in(), make_curator()
    row.refresh_from_db()
    assert row.state == State.SUBMITTED and row.submitted_at
    decide(row, "approve", curator)
    licence = row.licences.get()
    assert (row.state, licence.state, licence.checked_by) == (State.LIVE, LicenceState.VERIFIED, curator)
    assert row.live_since and heard == ["resumed"] and mails(row) == ["specialist_approved"]
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"submitted", "approved", "verified"}


def test_what_is_missing_is_said() -> None:
    row = make_specialist(state=State.DRAFT, verified=False, hours=False, headline="", languages=[])
    with pytest.raises(vetting.NotComplete) as refused:
        vetting.submit(specialist=row, actor=row.user, now=timezone.now())
    assert {each.field for each in refused.value.missing} == {
        "headline", "about_who", "about_half_hour", "languages", "topics", "licence_number"
    }  # fmt: skip
    assert not Case.objects.exists()


def test_an_expired_or_refused_licence_cannot_be_sent_in() -> None:
    row = ready()
    row.licences.update(valid_until=timezone.now().date() - timedelta(days=1))
    with pytest.raises(vetting.NotComplete, match="last day"):
        vetting.submit(specialist=row, actor=row.user, now=timezone.now())
    row.licences.update(valid_until=None, state=LicenceState.REFUSED)
    with pytest.raises(vetting.NotComplete, match="could not accept"):
        vetting.submit(specialist=row, actor=row.user, now=timezone.now())


def test_only_the_owner_sends_in_and_only_once() -> None:
    row = ready()
    with pytest.raises(vetting.Refused, match="Only the person"):
        vetting.submit(specialist=row, actor=make_user(), now=timezone.now())
    vetting.submit(specialist=row, actor=row.user, now=timezone.now())
    with pytest.raises(vetting.Refused, match="already"):
        vetting.submit(specialist=row, actor=row.user, now=timezone.now())


def test_nobody_decides_about_themselves_and_members_never() -> None:
    row = sent_in(user=make_curator())
    with pytest.raises(queue.Refused, match="your own"):
        decide(row, "approve", row.user)
    with pytest.raises(queue.Refused, match="Only our team"):
        vetting.approve(subject_id=row.pk, actor=make_user(), reason="", now=timezone.now())
    row.refresh_from_db()
    assert row.state == State.SUBMITTED and row.licences.get().state == LicenceState.UNCHECKED


def test_a_licence_that_ends_while_it_waits_is_not_approved() -> None:
    row = sent_in()
    row.licences.update(valid_until=timezone.now().date() - timedelta(days=1))
    with pytest.raises(queue.Refused, match="renewed"):
        decide(row, "approve")


@pytest.mark.parametrize(("decision", "licence"), [("changes", "unchecked"), ("refuse", "refused")])
def test_given_back_with_a_reason(decision: str, licence: str, client) -> None:
    row = sent_in()
    decide(row, decision, reason="The number belongs to somebody else.")
    assert row.state == State.CHANGES and row.licences.get().state == licence
    assert mails(row) == ["specialist_changes_asked"]
    client.force_login(row.user)
    assert "The number belongs to somebody else." in client.get("/practice/").content.decode()
    with pytest.raises(vetting.Refused, match="isn't waiting"):
        vetting.approve(subject_id=row.pk, actor=make_curator(), reason="", now=timezone.now())


def test_pause_resume_withdraw(heard) -> None:
    row, now = make_specialist(), timezone.now()
    vetting.pause(specialist=row, actor=row.user, now=now)
    with pytest.raises(vetting.Refused, match="Only a live page"):
        vetting.pause(specialist=row, actor=row.user, now=now)
    vetting.resume(specialist=row, actor=row.user, now=now)
    with pytest.raises(vetting.Refused, match="isn't paused"):
        vetting.resume(specialist=row, actor=row.user, now=now)
    vetting.withdraw(specialist=row, actor=row.user, now=now)
    with pytest.raises(vetting.Refused, match="already"):
        vetting.withdraw(specialist=row, actor=row.user, now=now)
    assert heard == ["paused", "resumed", "withdrawn"] and mails(row) == []


def test_no_way_back_from_a_pause_without_a_valid_licence() -> None:
    row = make_specialist(state=State.PAUSED)
    Licence.objects.update(valid_until=timezone.now().date() - timedelta(days=1))
    with pytest.raises(vetting.Refused, match="renewed"):
        vetting.resume(specialist=row, actor=row.user, now=timezone.now())


def test_suspend_and_reinstate(heard) -> None:
    row, curator, now = make_specialist(), make_curator(), timezone.now()
    with pytest.raises(vetting.Refused, match="reason"):
        vetting.suspend(specialist=row, actor=curator, reason=" ", now=now)
    vetting.suspend(specialist=row, actor=curator, reason="Complaint", now=now)
    with pytest.raises(vetting.Refused, match="on the site"):
        vetting.suspend(specialist=row, actor=curator, reason="Complaint", now=now)
    with pytest.raises(vetting.Refused, match="Write to our team"):
        vetting.withdraw(specialist=row, actor=row.user, now=now)
    vetting.reinstate(specialist=row, actor=curator, reason="Settled", now=now)
    with pytest.raises(vetting.Refused, match="isn't suspended"):
        vetting.reinstate(specialist=row, actor=curator, reason="", now=now)
    assert heard == ["suspended", "resumed"] and mails(row) == ["specialist_suspended", "specialist_approved"]


def test_lapsed_licences_hide_the_page(heard, client) -> None:
    row, fine = make_specialist(), make_specialist()
    today = timezone.now().date()
    row.licences.update(valid_until=today)
    assert tasks.hide_lapsed() == 0
    row.licences.update(valid_until=today - timedelta(days=1))
    assert tasks.hide_lapsed() == 1 and tasks.hide_lapsed() == 0
    row.refresh_from_db()
    assert row.state == State.CHANGES and row.licences.get().state == LicenceState.LAPSED
    assert heard == ["lapsed"] and mails(row) == ["specialist_licence_ends", "specialist_lapsed"]
    assert client.get(f"/specialists/{row.slug}/").status_code == 404
    assert client.get(f"/specialists/{fine.slug}/").status_code == 200


def test_a_closed_account_takes_its_page_along(heard) -> None:
    row = make_specialist()
    vetting.leave_with_account(user=row.user, actor=row.user, now=timezone.now())
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN and heard == ["withdrawn"]
    vetting.leave_with_account(user=make_user(), actor=None, now=timezone.now())


def test_reviewed_fields_of_a_public_page_wait(heard) -> None:
    row = make_specialist(name="Dr Ada Example")
    asked = {"name": "Dr Ada Sample", "headline": "New line"}
    assert profiles.save(specialist=row, actor=row.user, values=asked, now=timezone.now()) is not None
    row.refresh_from_db()
    assert (row.name, row.headline) == ("Dr Ada Example", "New line")
    decide(row, "accept", kind="profile_change")
    assert row.name == "Dr Ada Sample" and mails(row) == ["specialist_change_decided"]
    change = ProfileChange.objects.get()
    assert change.accepted and change.decided_at


def test_a_new_licence_counts_once_a_curator_accepts() -> None:
    row = make_specialist()
    profiles.save(specialist=row, actor=row.user, values={"licence_number": "NEW-7"}, now=timezone.now())
    assert row.licences.get().number != "NEW-7"
    decide(row, "accept", kind="profile_change")
    licence = row.licences.get()
    assert (licence.number, licence.state) == ("NEW-7", LicenceState.VERIFIED) and row.state == State.LIVE


def test_a_change_can_be_declined_taken_back_and_never_decided_by_oneself() -> None:
    row = make_specialist(name="Dr Ada Example", user=make_curator())
    profiles.save(specialist=row, actor=row.user, values={"name": "Other"}, now=timezone.now())
    with pytest.raises(queue.Refused, match="your own"):
        decide(row, "accept", row.user, kind="profile_change")
    decide(row, "decline", kind="profile_change")
    assert row.name == "Dr Ada Example"
    profiles.save(specialist=row, actor=row.user, values={"name": "Other"}, now=timezone.now())
    profiles.save(specialist=row, actor=row.user, values={"name": "Dr Ada Example"}, now=timezone.now())
    assert not Case.objects.open().exists()
    with pytest.raises(queue.Refused, match="taken back"):
        profiles.accept_change(subject_id=row.pk, actor=make_curator(), reason="", now=timezone.now())


def test_warned_twice_before_a_licence_ends_and_not_when_another_lasts() -> None:
    row, lasting, now = make_specialist(), make_specialist(), timezone.now()
    last_day = now.date() + timedelta(days=20)
    row.licences.update(valid_until=last_day)
    lasting.licences.update(valid_until=last_day)
    make_licence(lasting)
    assert ending.warn(now=now) == 1
    ending.warn(now=now + timedelta(days=1))
    assert mails(row) == ["specialist_licence_ends"] and mails(lasting) == []
    ending.warn(now=now + timedelta(days=14))
    assert mails(row) == ["specialist_licence_ends"] * 2
