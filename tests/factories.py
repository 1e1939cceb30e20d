"""Rows for tests, made as the rules would leave them: each function returns one saved thing."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from consultations.models import Schedule, WeeklyWindow
from specialists.models import Licence, LicenceState, Opening, Specialist, State
from topics.models import Topic, TopicName

numbers = count(1)
PASSWORD = "a-quiet-evening-9"


def make_user(*, email: str = "", password: str | None = None, **fields: Any) -> User:
    """A member with a verified address; without `password` the account has no usable one (fast)."""
    from allauth.account.models import EmailAddress

    number = next(numbers)
    email = email or f"member{number}@example.org"
    fields.setdefault("display_name", f"Member {number}")
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_curator(**fields: Any) -> User:
    """A member of staff who decides cases."""
    return make_user(is_curator=True, is_staff=True, **fields)


def make_topic(slug: str = "sleep", *, name: str = "", **fields: Any) -> Topic:
    """A topic with an English name; the one of the vocabulary when a migration brought it."""
    topic, made = Topic.objects.get_or_create(slug=slug, defaults=fields)
    if made:
        TopicName.objects.create(topic=topic, language="en", name=name or slug.capitalize())
    return topic


def make_specialist(
    *, topics: list[Topic] | None = None, verified: bool = True, hours: bool = True, **fields: Any
) -> Specialist:
    """A live specialist with a verified licence, open every day from 09:00 to 17:00 in their zone.

    Openings are written for three half hours on each of the next three days at 10:00 UTC; a test that needs
    them exact calls `consultations.openings_sync.refresh`.
    """
    number = next(numbers)
    now = timezone.now()
    user = fields.pop("user", None) or make_user(display_name=f"Specialist {number}")
    values: dict[str, Any] = {
        "slug": f"specialist-{number}",
        "state": State.LIVE,
        "name": f"Dr Ada Example {number}",
        "title": "Clinical psychologist",
        "headline": "I work slowly and I listen.",
        "languages": ["en"],
        "formats": ["video", "phone"],
        "country": "PT",
        "city": "Lisbon",
        "time_zone": "UTC",
        "live_since": now - timedelta(days=30),
        "confirmed_at": now,
        "created_at": now - timedelta(days=40),
    } | fields
    specialist = Specialist.objects.create(user=user, **values)
    if topics:
        specialist.topics.set(topics)
    if verified:
        make_licence(specialist)
    if hours:
        schedule = Schedule.objects.create(specialist=specialist, notice_minutes=60, horizon_days=14)
        WeeklyWindow.objects.bulk_create(
            WeeklyWindow(schedule=schedule, weekday=day, start=time(9), end=time(17)) for day in range(7)
        )
        make_openings(specialist, days=3)
    return specialist


def make_licence(specialist: Specialist, **fields: Any) -> Licence:
    """A licence checked by a curator, valid for two more years."""
    values: dict[str, Any] = {
        "body": "Board of Psychologists",
        "number": f"N-{next(numbers):06d}",
        "country": "PT",
        "valid_until": timezone.now().date() + timedelta(days=730),
        "state": LicenceState.VERIFIED,
    } | fields
    if values["state"] == LicenceState.VERIFIED:
        values.setdefault("checked_by", make_curator())
        values.setdefault("checked_at", timezone.now())
    return Licence.objects.create(specialist=specialist, **values)


def make_openings(specialist: Specialist, *, days: int) -> list[Opening]:
    """Three openings at 10:00, 10:30 and 11:00 UTC on each of the next `days` days, from tomorrow."""
    today = timezone.now().astimezone(UTC).date()
    starts = [
        datetime.combine(today + timedelta(days=day), time(10), UTC) + timedelta(minutes=30 * nth)
        for day in range(1, days + 1)
        for nth in range(3)
    ]
    rows = [Opening(specialist=specialist, start=start, closes_at=start - timedelta(hours=1)) for start in starts]
    Specialist.objects.filter(pk=specialist.pk).update(next_free=starts[0] if starts else None)
    return Opening.objects.bulk_create(rows)
