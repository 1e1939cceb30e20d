"""Half hours of the demo: some had, some to come, some called off; and everybody's open ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from consultations import attendance, booking, cancelling, ending, fit, openings_sync, proposals
from consultations.models import Attended, Consultation, Fit
from portal.demo_people import House, read
from specialists import vetting
from specialists.models import Specialist
from web import times

BOOKED_AHEAD = timedelta(days=2)


def load(*, house: House, now: datetime) -> None:
    """Those long over first, so that each is booked as if the later ones did not exist yet."""
    planned = [(booked_at(row, now=now), row) for row in read("bookings")]
    for at, row in sorted(planned, key=lambda each: each[0]):
        agree(row, house=house, at=at, now=now)
    ending.end_past(now=now)
    for specialist in house.specialists.values():
        openings_sync.refresh(specialist_id=specialist.pk, now=now)


def booked_at(row: dict[str, Any], *, now: datetime) -> datetime:
    """When this one was booked: some days before it was held, or called off."""
    if "days_ago" in row:
        return now - timedelta(days=row["days_ago"] + 4)
    return now - BOOKED_AHEAD - timedelta(hours=row.get("cancelled_hours_ago", 0))


def agree(row: dict[str, Any], *, house: House, at: datetime, now: datetime) -> None:
    """Book one, and call it off where the file says so. Nothing where that specialist has no such time."""
    specialist, client = house.specialists[row["specialist"]], house.members[row["member"]]
    start = start_of(row, specialist=specialist, at=at, now=now)
    if start is None:
        return
    made = booking.book(
        specialist=specialist,
        client=client,
        start=start,
        now=at,
        format=row["format"],
        location=row["location"],
        note=row["note"],
    )
    if row["state"] == "ended":
        ending.end_past(now=start + timedelta(minutes=30), specialist_id=specialist.pk)
        look_back(made, row)
    if row["state"] == "cancelled":
        call_off(made, row, specialist=specialist, now=now)
    if row["state"] == "called_off":
        away_for_a_day(specialist, house=house, now=now)
    if "proposes" in row:
        propose(made, words=row["proposes"], now=now)


def look_back(made: Consultation, row: dict[str, Any]) -> None:
    """What each side said an hour after the start, and the cards that are filled in; others wait for an answer."""
    specialist = made.specialist.user
    assert specialist is not None
    sides = {"member": made.client, "specialist": specialist}
    then = made.start + timedelta(hours=1)
    for side, talked in row.get("attended", {}).items():
        said = Attended.MET if talked else Attended.NOT_MET
        attendance.say(consultation=made, actor=sides[side], said=said, now=then)
    for side, choice in row.get("fit", {}).items():
        fit.answer(consultation=made, actor=sides[side], choice=Fit(choice), words="", now=then)


def propose(made: Consultation, *, words: str, now: datetime) -> None:
    """The specialist would like another time: two later ones, if there are two."""
    specialist = made.specialist
    assert specialist.user is not None
    later = [start for start in openings_sync.true_openings(specialist, now) if start > made.end][1:3]
    if later:
        proposals.propose(
            consultation=made, actor=specialist.user, starts=later, words=words, seen=made.sequence, now=now
        )


def call_off(made: Consultation, row: dict[str, Any], *, specialist: Specialist, now: datetime) -> None:
    by_member = row["cancelled_by"] == "member"
    actor = made.client if by_member else specialist.user
    assert actor is not None
    when = now - timedelta(hours=row["cancelled_hours_ago"])
    cancelling.cancel(consultation=made, actor=actor, reason=row["reason"], now=when)


def away_for_a_day(specialist: Specialist, *, house: House, now: datetime) -> None:
    """A page that was off the site for a day: its half hours were called off, and a curator looks after the people."""
    curator, asked = house.curator, "The licensing body asked a question about the licence."
    vetting.suspend(specialist=specialist, actor=curator, reason=asked, now=now - timedelta(days=1))
    vetting.reinstate(specialist=specialist, actor=curator, reason="It is answered.", now=now - timedelta(hours=3))


def start_of(row: dict[str, Any], *, specialist: Specialist, at: datetime, now: datetime) -> datetime | None:
    """The half hour meant: the nth open one after some hours, or for the past the nearest at that local time."""
    starts = openings_sync.true_openings(specialist, at)
    if "days_ago" in row:
        wanted = now - timedelta(days=row["days_ago"])
        past = [start for start in starts if start < now - timedelta(days=1)]
        same = [each for each in past if times.clock(each, specialist.time_zone) == row["local_time"]]
        return min(same or past, key=lambda start: abs(start - wanted), default=None)
    meant = row["opening"]
    later = [start for start in starts if start >= now + timedelta(hours=meant["after_hours"])]
    return later[meant["nth"] - 1] if len(later) >= meant["nth"] else None
