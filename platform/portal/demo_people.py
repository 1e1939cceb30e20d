"""The people of the demo: members, the team, and specialists on their way through our checks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts import joining
from accounts.models import User
from cases import queue
from cases.models import Case
from consultations.models import Schedule, WeeklyWindow
from specialists import profiles, vetting
from specialists.models import Licence, Specialist
from topics.models import Approach, ClientGroup, Topic

FILES = Path(__file__).parent / "demo"
PASSWORD = "halfhour-demo"  # said aloud to everybody who runs the demo
VISITOR = "visitor@example.org"
ADMIN = "admin@example.org"
TOLD = (
    VISITOR,
    "member2@example.org",
    "specialist@example.org",
    "specialist2@example.org",
    "applicant@example.org",
    "curator@example.org",
    ADMIN,
)
# DECISIONS 18: an hour, so that a demo has half hours left today.
NOTICE_MINUTES = 60
NOTED = "Found in the register under this number."


@dataclass(frozen=True)
class House:
    """Everybody, by the names that the demo's files call them."""

    members: dict[str, User]
    specialists: dict[str, Specialist]
    curator: User
    topics: dict[str, Topic]


def read(name: str) -> list[dict[str, Any]]:
    """One file of the demo."""
    found: list[dict[str, Any]] = json.loads((FILES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def load(*, now: datetime) -> House:
    """Write everybody. One password, hashed once, for all."""
    members = {
        row["key"]: account(row["email"], row["name"], row["time_zone"], now=now, discreet=row["discreet"])
        for row in read("members")
    }
    curator = members["curator"]
    curator.is_curator = curator.is_staff = True
    curator.save(update_fields=["is_curator", "is_staff"])
    admin = account(ADMIN, "Admin", "", now=now)
    admin.is_curator = admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_curator", "is_staff", "is_superuser"])
    topics = {topic.slug: topic for topic in Topic.objects.named()}
    house = House(members, {}, curator, topics)
    for row in read("specialists"):
        house.specialists[row["slug"]] = specialist(row, house=house, now=now)
    User.objects.update(password=make_password(PASSWORD))
    ask_for_a_change(house, now=now)
    return house


def ask_for_a_change(house: House, *, now: datetime) -> None:
    """A live specialist who wants another title: the desk has something of each kind to look at."""
    row = house.specialists["nikhil-deshmukh"]
    assert row.user is not None
    profiles.save(
        specialist=row,
        actor=row.user,
        values={"title": "Addiction counsellor and supervisor"},
        now=now - timedelta(hours=2),
    )


def account(email: str, name: str, zone: str, *, now: datetime, discreet: bool = False) -> User:
    """An account with a confirmed address that agreed to our terms; its password comes later."""
    user = User.objects.create_user(email, discreet=discreet)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    joining.join(user=user, display_name=name, time_zone=zone, locale="en", now=now)
    return user


def specialist(row: dict[str, Any], *, house: House, now: datetime) -> Specialist:
    """One specialist, as far along as the file says: draft, sent in, or live since their licence was checked."""
    checked = row["licence"]["checked_days_ago"]
    began = now - timedelta(days=(checked or 0) + 3)
    user = account(row["email"], row["called"], row["time_zone"], now=began)
    found = profiles.start(user=user, values=values(row, house=house, now=now), now=began)
    # Files name each other by these short addresses.
    Specialist.objects.filter(pk=found.pk).update(slug=row["slug"])
    country, _dash, region = row["licence"]["jurisdiction"].partition("-")
    if region:
        Licence.objects.filter(specialist=found).update(region=f"{country}-{region}")
    hours(found, row["hours"], by_request=row["mode"] == "request")
    if row["state"] in {"live", "submitted"}:
        sent = began + timedelta(days=1) if checked else now - timedelta(hours=20)
        vetting.submit(specialist=found, actor=user, now=sent)
    if row["state"] == "live":
        decide(house, vetting.KIND, found.pk, "approve", at=now - timedelta(days=checked), reason=NOTED)
    found.refresh_from_db()
    return found


def values(row: dict[str, Any], *, house: House, now: datetime) -> dict[str, Any]:
    """The file's row in the words of the profile's rule."""
    licence, fee, ends = row["licence"], row["fee"], row["licence"]["expires_in_days"]
    plain = ("name", "title", "pronouns", "headline", "languages", "formats", "city", "country", "time_zone")
    return {name: row[name] for name in plain} | {
        "about_who": row["answers"]["who_comes"],
        "about_half_hour": row["answers"]["half_hour"],
        "about_me": row["answers"]["about"],
        "topics": [house.topics[slug] for slug in row["topics"]],
        "approaches": list(Approach.objects.filter(slug__in=row["approaches"])),
        "client_groups": list(ClientGroup.objects.filter(slug__in=row["client_groups"])),
        "fee_minor": fee["amount"],
        "currency": fee["currency"],
        "fee_note": row["low_fee"] or "",
        "practising_since": now.year - row["years"],
        "education": "\n".join(row["education"]),
        "memberships": "\n".join(row["memberships"]),
        "usually_answers": row["usual_reply"] or "",
        "offers_free": row["free_consultation"],
        "accepting": row["accepting"],
        "licence_body": licence["body"],
        "licence_number": licence["number"],
        "licence_country": licence["jurisdiction"].partition("-")[0],
        "licence_valid_until": (now + timedelta(days=ends)).date() if ends else None,
    }


def hours(found: Specialist, windows: list[dict[str, Any]], *, by_request: bool) -> None:
    limits = {"notice_minutes": NOTICE_MINUTES, "by_request": by_request}
    schedule, _made = Schedule.objects.update_or_create(specialist=found, defaults=limits)
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(
            schedule=schedule,
            weekday=window["weekday"],
            start=time.fromisoformat(window["start"]),
            end=time.fromisoformat(window["end"]),
        )
        for window in windows
    )


def decide(house: House, kind: str, subject_id: int, decision: str, *, at: datetime, reason: str = "") -> None:
    """The curator decides the open case of this subject, at that time."""
    case = Case.objects.open().get(kind=kind, subject_id=subject_id)
    queue.decide(case_id=case.pk, decision=decision, reason=reason, curator=house.curator, now=at)
