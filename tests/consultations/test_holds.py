"""Holds: for whom a half hour is kept, how long, and that nobody is stopped by their own (BOOKING 13, 16, 17)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import PendingAct
from consultations import booking, cancelling, holds, refusals, waiting_line
from consultations.models import Consultation, Hold, Schedule
from notifications.models import Notification
from sealing.sealing import fingerprint
from tests.factories import PASSWORD, make_specialist, make_user

pytestmark = pytest.mark.django_db
SENTENCE = "You need to be logged in to book your free consultation."
NOTE = "I lie awake over lists."
NEW = {"email": "new.person@example.org", "password1": PASSWORD, "display_name": "Ines"}


def at(hour: int = 10, days: int = 2) -> datetime:
    day = timezone.now().astimezone(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def keep(specialist, start: datetime | None = None, **known: Any) -> Hold:
    values = {"holder": "browser", "address": "x", "now": timezone.now()} | known
    return holds.hold(specialist=specialist, start=start or at(), **values)


def book(specialist, client, **known: Any) -> Consultation:
    values = {"now": timezone.now(), "location": "PT", "format": "video", "start": at()} | known
    return booking.book(specialist=specialist, client=client, **values)


def fields(start: datetime | None = None, **known: str) -> dict[str, str]:
    said = {"start": f"{start or at():%Y-%m-%dT%H:%M:%SZ}", "format": "video", "location": "PT", "consent": "on"}
    return said | {"note": NOTE} | known


def page(specialist) -> str:
    return f"/consultations/book/{specialist.slug}/"


def script(client: Client, specialist, start: str = "") -> Any:
    posted = {"specialist": specialist.slug, "start": start or fields()["start"]}
    return client.post("/consultations/hold/", posted, headers={"accept": "application/json"})


# The rule


def test_a_half_hour_that_is_not_open_or_is_kept_already_is_refused() -> None:
    specialist = make_specialist()
    with pytest.raises(refusals.SlotTaken):
        keep(specialist, at(3))
    keep(specialist)
    with pytest.raises(refusals.SlotTaken):
        keep(specialist, holder="another")


def test_what_could_not_be_booked_beside_it_is_kept_as_well() -> None:
    specialist = make_specialist()
    keep(specialist)
    for beside in (timedelta(minutes=-30), timedelta(minutes=30)):
        with pytest.raises(refusals.SlotTaken) as refused:
            book(specialist, make_user(), start=at() + beside)
        assert all(abs(each - at()) > timedelta(minutes=30) for each in refused.value.nearest)
        with pytest.raises(refusals.SlotTaken):
            keep(specialist, at() + beside, holder="another")
    Schedule.objects.update(buffer_minutes=0)
    assert book(specialist, make_user(), start=at() + timedelta(minutes=30))


def test_one_for_each_browser_and_the_time_of_it_never_starts_again() -> None:
    specialist, now = make_specialist(), timezone.now()
    first = keep(specialist, now=now)
    again = keep(specialist, now=now + timedelta(minutes=10))
    assert again.expires_at == first.expires_at == now + holds.HOLD_TIME and Hold.objects.count() == 1
    other = keep(specialist, at(14), now=now)
    assert Hold.objects.get() == other


def test_three_for_an_address_in_an_hour_whoever_asks() -> None:
    specialist, now = make_specialist(), timezone.now()
    for hour in (9, 11):
        keep(specialist, at(hour), holder=str(hour), now=now)
    keep(specialist, at(13), holder="", member=make_user(), now=now)
    with pytest.raises(refusals.TooManyHolds) as refused:
        keep(specialist, at(15), holder="", member=make_user(), now=now)
    assert refused.value.retry_at == now + timedelta(hours=1)
    assert keep(specialist, at(15), holder="later", now=now + timedelta(hours=1))


def test_case_13_a_hold_is_in_nobodys_way_but_that_of_others_on_any_device() -> None:
    specialist, member = make_specialist(), make_user()
    keep(specialist, holder="laptop", member=member)
    with pytest.raises(refusals.SlotTaken):
        book(specialist, make_user(), holder="laptop-of-somebody-else")
    assert book(specialist, member, holder="phone")
    assert not Hold.objects.exists()


def test_case_13_what_a_visitor_held_is_the_members_after_log_in() -> None:
    specialist, member, now = make_specialist(), make_user(), timezone.now()
    visitor = keep(specialist, holder="laptop", now=now)
    theirs = keep(specialist, holder="laptop", member=member, now=now + timedelta(minutes=5))
    assert theirs.expires_at == visitor.expires_at and Hold.objects.count() == 1
    assert book(specialist, member, holder="phone")


def test_case_13_run_out_and_free_is_booked_run_out_and_taken_is_refused() -> None:
    specialist, member, now = make_specialist(), make_user(), timezone.now()
    keep(specialist, member=member, now=now)
    late = now + holds.HOLD_TIME
    assert book(specialist, make_user(), now=late)
    with pytest.raises(refusals.SlotTaken):
        book(specialist, member, now=late)
    keep(specialist, at(14), member=member, now=now)
    assert book(specialist, member, start=at(14), now=late)


def test_signing_up_keeps_it_for_thirty_minutes_in_all_once() -> None:
    specialist, now = make_specialist(), timezone.now()
    made = keep(specialist, now=now)
    assert holds.extend(holder="somebody else", now=now) == 0
    assert holds.extend(holder="browser", now=now + timedelta(minutes=14)) == 1
    assert Hold.objects.get().expires_at == made.made_at + timedelta(minutes=30)
    assert holds.extend(holder="browser", now=now + timedelta(minutes=29)) == 0
    assert keep(specialist, now=now + timedelta(minutes=20)).extended
    with pytest.raises(refusals.SlotTaken):
        keep(specialist, holder="another", now=now + timedelta(minutes=29, seconds=59))
    assert keep(specialist, holder="another", now=now + timedelta(minutes=30))


def test_what_ran_out_is_not_kept_longer() -> None:
    now = timezone.now()
    keep(make_specialist(), now=now)
    assert holds.extend(holder="browser", now=now + timedelta(minutes=15)) == 0


def test_old_holds_are_forgotten_once_they_count_for_nothing() -> None:
    now = timezone.now()
    keep(make_specialist(), now=now)
    assert holds.drop_expired(now=now + timedelta(minutes=59)) == 0
    assert holds.drop_expired(now=now + timedelta(minutes=60)) == 1


# The script of a member's form


def test_case_13_the_form_keeps_and_gives_back(client: Client) -> None:
    specialist = make_specialist()
    client.force_login(make_user(time_zone="Europe/Lisbon"))
    shown = client.get(page(specialist), {"start": fields()["start"]}).content.decode()
    assert (
        f'data-hold="{specialist.slug}"' in shown
        and "hold.js" in shown
        and 'data-hold-url="/consultations/hold/"' in shown
    )
    kept = script(client, specialist)
    answer = kept.json()
    assert kept.status_code == 200 and "no-store" in kept["Cache-Control"] and "Lisbon" in answer["sentence"]
    assert answer["hold"] == Hold.objects.get().pk
    # The page was loaded anew before the old one gave its own back: that takes nothing from the new one.
    newer = script(client, specialist).json()
    assert client.post("/consultations/hold/", {"release": answer["hold"]}).status_code == 204
    assert Hold.objects.get().pk == newer["hold"]
    client.post("/consultations/hold/", {"release": newer["hold"]})
    assert not Hold.objects.exists()


def test_the_script_is_told_why_not(client: Client) -> None:
    specialist = make_specialist()
    book(specialist, make_user())
    client.force_login(make_user())
    lost = script(client, specialist)
    assert lost.status_code == 409 and "just before you" in lost.json()["sentence"]
    assert script(client, specialist, "soon").status_code == 409
    assert client.post("/consultations/hold/", {"specialist": "nobody", "start": "soon"}).status_code == 404
    for hour in (11, 12, 13):
        keep(specialist, at(hour), holder=str(hour), address=str(hour))
    Hold.objects.update(address=fingerprint("127.0.0.1", purpose="consultations.holds"))
    full = script(client, specialist, fields(at(15))["start"])
    assert full.status_code == 429 and 3500 < int(full["Retry-After"]) <= 3600


def test_only_a_members_post_keeps_anything_and_nobody_gives_back_what_is_not_theirs(client: Client) -> None:
    specialist = make_specialist()
    assert client.get("/consultations/hold/").status_code == 405
    shown = client.get(page(specialist), {"start": fields()["start"]}).content.decode()
    assert "hold.js" not in shown
    refused = script(client, specialist)
    assert refused.status_code == 401 and not Hold.objects.exists() and not PendingAct.objects.exists()
    made = keep(specialist, holder="", member=make_user())
    client.force_login(make_user())
    for theirs in (str(made.pk), "9" * 40, "x", "-1"):
        assert client.post("/consultations/hold/", {"release": theirs}).status_code == 204
    assert Hold.objects.get() == made
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())
    assert script(strict, specialist).status_code == 403


# At the wall


def test_case_16_a_session_that_ended_while_writing_loses_nothing(client: Client) -> None:
    specialist, member = make_specialist(), make_user(email="visitor@example.org", password=PASSWORD)
    client.force_login(member)
    client.get(page(specialist), {"start": fields()["start"]})
    client.session.flush()
    walled = client.post(page(specialist), fields())
    text = walled.content.decode()
    assert walled.status_code == 200 and SENTENCE in text and NOTE in text and "We keep this time for you" in text
    with pytest.raises(refusals.SlotTaken):
        book(specialist, make_user())
    way = re.search(r"next=([^\"&]+)", text).group(1).replace("%2F", "/")  # type: ignore[union-attr]
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD, "next": way})
    review = client.get(way, follow=True)
    assert NOTE in review.content.decode() and not Consultation.objects.exists(), "nothing is booked by itself"
    act = review.context["act"]
    done = client.post(page(specialist), fields(act=act))
    assert done.status_code == 303 and Consultation.objects.get().note == NOTE and not Hold.objects.exists()


def test_case_16_the_half_hour_is_checked_again_after_the_log_in(client: Client) -> None:
    specialist, member = make_specialist(), make_user(email="visitor@example.org", password=PASSWORD)
    client.post(page(specialist), fields())
    Hold.objects.update(expires_at=timezone.now())
    book(specialist, make_user())
    client.force_login(member)
    lost = client.post(page(specialist), fields())
    assert lost.status_code == 409 and NOTE in lost.content.decode()
    assert not Consultation.objects.filter(client=member).exists()


@pytest.mark.parametrize("known", [False, True], ids=["a new address", "an address with an account"])
def test_case_17_signing_up_keeps_it_for_half_an_hour_then_it_is_free_and_nobody_is_told(
    client: Client, known: bool
) -> None:
    specialist = make_specialist()
    email = make_user().email if known else NEW["email"]
    client.post(page(specialist), fields())
    made = Hold.objects.get().made_at
    assert client.post("/accounts/signup/", NEW | {"email": email}).status_code == 302
    kept = Hold.objects.get()
    assert kept.extended and kept.expires_at == made + timedelta(minutes=30), "whether or not the address is known"
    assert len(mail.outbox) == 1 and mail.outbox[0].to == [email]
    with pytest.raises(refusals.SlotTaken):
        book(specialist, make_user(), now=made + timedelta(minutes=29))
    assert book(specialist, make_user(), now=made + timedelta(minutes=30))
    assert not Consultation.objects.filter(client__email=email).exists()
    told = Notification.objects.filter(recipient=specialist.user).exclude(subject_id=Consultation.objects.get().pk)
    assert not told.exists()


def test_what_is_offered_to_somebody_in_line_is_not_held_for_others() -> None:
    specialist, waiting = make_specialist(), make_user()
    Schedule.objects.update(buffer_minutes=0)
    book(specialist, waiting, start=at(days=5))
    waiting_line.join(specialist=specialist, member=waiting, now=timezone.now())
    made = book(specialist, make_user())
    noon = timezone.now().replace(hour=12)
    cancelling.cancel(consultation=made, actor=made.client, reason="", now=noon)
    with pytest.raises(refusals.Offered):
        keep(specialist, now=noon)
    assert keep(specialist, holder="", member=waiting, now=noon)
