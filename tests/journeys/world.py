"""The small world of a journey: one specialist with half hours left today, one article, one clock, one mail folder."""

from __future__ import annotations

import email
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from articles import publishing, writing
from articles.models import Article
from consultations import openings_sync
from consultations.models import Schedule, WeeklyWindow
from references.citation import Reference
from specialists.models import Opening, Specialist
from tests.factories import make_curator, make_specialist, make_topic

DAYTIME = range(9, 20)
ZONES = ("Europe/Lisbon", "Asia/Tokyo", "America/Los_Angeles")
SOURCE = (
    "The street is quiet and so is the house, and that is when the list of tomorrow begins. [1]\n\n"
    "## Why evenings\n\n" + "Nothing asks for you any more, so everything does. " * 12 + "\n\n"
    "## What helps\n\nA lamp, a pen, and the list on paper instead of in your head.\n"
)
REFERENCE = Reference(
    ("Example, A. B.",), 2019, "Evenings and what they do", "Journal of Evenings, 4(2)", "10.1000/evenings.4"
)


def zone_of_day() -> str:
    """A place where it is day now: what is planned ahead would wait for the morning elsewhere (quiet hours)."""
    now = timezone.now()
    return next(zone for zone in ZONES if now.astimezone(ZoneInfo(zone)).hour in DAYTIME)


@dataclass(frozen=True)
class World:
    """Who and what the journey meets."""

    specialist: Specialist
    article: Article
    start: datetime  # the earliest half hour that leaves the journey time to be walked


def make_world() -> World:
    """A specialist who is open at all hours without notice, and their published article."""
    topic = make_topic("sleep")
    specialist = make_specialist(topics=[topic], hours=False, name="Dr Ada Example", slug="ada-example")
    schedule = Schedule.objects.create(specialist=specialist, notice_minutes=0, horizon_days=3)
    WeeklyWindow.objects.bulk_create(
        WeeklyWindow(schedule=schedule, weekday=day, start=clock_time(0), end=clock_time(23, 30)) for day in range(7)
    )
    now = timezone.now()
    openings_sync.refresh(specialist_id=specialist.pk, now=now)
    coming = Opening.objects.filter(specialist=specialist, start__gt=now + timedelta(minutes=8)).order_by("start")
    return World(specialist, publish(specialist, topic), coming[0].start)


def publish(specialist: Specialist, topic: object) -> Article:
    """An article by this specialist that a second person approved."""
    now = timezone.now()
    article = writing.begin(author=specialist.user, title="Quiet evenings", now=now)
    writing.write_version(
        article=article,
        title="Quiet evenings",
        standfirst="Why they are harder than mornings.",
        source=SOURCE,
        summary="In short, put the list on paper.",
        references=[REFERENCE],
        topics=[topic],
        actor=article.author,
        now=now,
        base=writing.newest_number(article),
    )
    writing.submit(article=article, actor=article.author, now=now)
    publishing.approve(subject_id=article.pk, actor=make_curator(), now=now, publish_at=now - timedelta(minutes=1))
    article.refresh_from_db()
    return article


class Mail:
    """The folder that development writes its mail to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self, to: str) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        found = [email.message_from_bytes(each.read_bytes(), policy=default) for each in files]
        return [each for each in found if to in str(each["To"])]

    def wait(self, to: str, wanted: Callable[[EmailMessage], bool], seconds: float = 30) -> EmailMessage:
        """The first mail to this address that is wanted; fails naming what came instead."""
        ends = time.monotonic() + seconds
        while not (found := [each for each in self.all(to) if wanted(each)]):
            subjects = [str(each["Subject"]) for each in self.all(to)]
            assert time.monotonic() < ends, f"No such mail to {to} in {seconds} s; there is {subjects}"
            time.sleep(0.1)
        return found[0]


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
