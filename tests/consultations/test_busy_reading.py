"""What counts as busy in somebody's own calendar, case by case (RFC 5545)."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime

import pytest

from consultations import busy_apart, busy_reading
from consultations.busy_apart import read_apart
from consultations.busy_reading import CalendarRefused, busy_times
from tests.consultations.calendars import calendar, event

SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
BERLIN, LISBON = "Europe/Berlin", "Europe/Lisbon"


def busy(content: bytes, *, zone: str = LISBON, own: frozenset[str] = frozenset()) -> list[str]:
    """Ranges as "11-03T10:00/11:00", both in UTC; the end with its day where that is another one."""
    found = busy_times(content, zone=zone, since=SINCE, until=UNTIL, own=own).busy
    return [
        f"{start:%m-%dT%H:%M}/{end:%H:%M}" if start.date() == end.date() else f"{start:%m-%dT%H:%M}/{end:%m-%dT%H:%M}"
        for start, end in found
    ]


ZONE_OF_ITS_OWN = """BEGIN:VTIMEZONE
TZID:Office
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE"""

CASES = {
    "in UTC": (event("DTSTART:20261103T100000Z", "DTEND:20261103T110000Z"), ["11-03T10:00/11:00"]),
    "in a zone": (
        event("DTSTART;TZID=Europe/Berlin:20261103T100000", "DTEND;TZID=Europe/Berlin:20261103T110000"),
        ["11-03T09:00/10:00"],
    ),
    "under Windows' name of a zone": (
        event("DTSTART;TZID=W. Europe Standard Time:20261103T100000", "DURATION:PT1H"),
        ["11-03T09:00/10:00"],
    ),
    "in a zone nobody knows, so in the reader's": (
        event("DTSTART;TZID=Nowhere/Land:20261023T100000", "DURATION:PT1H"),
        ["10-23T09:00/10:00"],
    ),
    "floating, so in the reader's": (event("DTSTART:20261023T100000", "DURATION:PT1H"), ["10-23T09:00/10:00"]),
    "in a zone the file explains": (
        "\n".join([ZONE_OF_ITS_OWN, event("DTSTART;TZID=Office:20261023T100000", "DURATION:PT1H")]),
        ["10-23T08:00/09:00"],
    ),
    "a whole day": (event("DTSTART;VALUE=DATE:20261023"), ["10-22T23:00/10-23T23:00"]),
    "two whole days": (
        event("DTSTART;VALUE=DATE:20261023", "DTEND;VALUE=DATE:20261025"),
        ["10-22T23:00/10-24T23:00"],
    ),
    "a day of 25 hours": (event("DTSTART;VALUE=DATE:20261025"), ["10-24T23:00/10-26T00:00"]),
    "over two files' zones": (
        event("DTSTART;TZID=Europe/Berlin:20261103T100000", "DTEND;TZID=Europe/Lisbon:20261103T100000"),
        ["11-03T09:00/10:00"],
    ),
    "without an end": (event("DTSTART:20261103T100000Z"), []),
    "shown as free": (event("DTSTART:20261103T100000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"), []),
    "cancelled": (event("DTSTART:20261103T100000Z", "DURATION:PT1H", "STATUS:CANCELLED"), []),
    "tentative": (event("DTSTART:20261103T100000Z", "DURATION:PT1H", "STATUS:TENTATIVE"), ["11-03T10:00/11:00"]),
    "weekly over the change of clocks": (
        event("DTSTART;TZID=Europe/Berlin:20261020T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"),
        ["10-20T08:00/09:00", "10-27T09:00/10:00"],
    ),
    "through the repeated hour, two real hours": (
        event("DTSTART;TZID=Europe/Berlin:20261024T013000", "DURATION:PT2H", "RRULE:FREQ=DAILY;COUNT=2"),
        ["10-23T23:30/10-24T01:30", "10-24T23:30/10-25T01:30"],
    ),
    "a day and an hour on the clock, over the change": (
        event("DTSTART;TZID=Europe/Berlin:20261024T100000", "DURATION:P1DT1H"),
        ["10-24T08:00/10-25T10:00"],
    ),
    "until a floating time": (
        event("DTSTART:20261103T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261104T100000"),
        ["11-03T10:00/11:00", "11-04T10:00/11:00"],
    ),
    "until a date, that day included": (
        event("DTSTART;TZID=Europe/Berlin:20261103T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261104"),
        ["11-03T09:00/10:00", "11-04T09:00/10:00"],
    ),
    "but for two of the days": (
        event(
            "DTSTART;TZID=Europe/Berlin:20261103T100000",
            "DURATION:PT1H",
            "RRULE:FREQ=DAILY;COUNT=4",
            "EXDATE;TZID=Europe/Berlin:20261104T100000",
            "EXDATE;VALUE=DATE:20261105",
        ),
        ["11-03T09:00/10:00", "11-06T09:00/10:00"],
    ),
    "and at added times, one of its own length": (
        event(
            "DTSTART:20261103T100000Z",
            "DURATION:PT1H",
            "RDATE:20261105T100000Z",
            "RDATE;VALUE=PERIOD:20261106T100000Z/PT3H",
        ),
        ["11-03T10:00/11:00", "11-05T10:00/11:00", "11-06T10:00/13:00"],
    ),
    "moved once and called off once": (
        "\n".join(
            [
                event("DTSTART:20261103T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"),
                event("RECURRENCE-ID:20261104T100000Z", "DTSTART:20261104T150000Z", "DURATION:PT2H"),
                event("RECURRENCE-ID:20261105T100000Z", "DTSTART:20261105T100000Z", "STATUS:CANCELLED"),
            ]
        ),
        ["11-03T10:00/11:00", "11-04T15:00/17:00"],
    ),
    "moved from one day on": (
        "\n".join(
            [
                event("DTSTART:20261103T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"),
                event(
                    "RECURRENCE-ID;RANGE=THISANDFUTURE:20261104T100000Z", "DTSTART:20261104T120000Z", "DURATION:PT1H"
                ),
            ]
        ),
        ["11-03T10:00/11:00", "11-04T12:00/13:00", "11-05T12:00/13:00"],
    ),
    "touching and overlapping": (
        "\n".join(
            [
                event("DTSTART:20261103T100000Z", "DURATION:PT1H", uid="1"),
                event("DTSTART:20261103T110000Z", "DURATION:PT1H", uid="2"),
                event("DTSTART:20261103T103000Z", "DURATION:PT15M", uid="3"),
            ]
        ),
        ["11-03T10:00/12:00"],
    ),
    "begun long before and lasting": (
        event("DTSTART:20260901T100000Z", "DTEND:20261002T100000Z"),
        ["09-01T10:00/10-02T10:00"],
    ),
    "over before the time asked about": (event("DTSTART:20260901T100000Z", "DURATION:PT1H"), []),
    "published as free and busy": (
        "BEGIN:VFREEBUSY\nUID:f\n"
        "FREEBUSY:20261103T100000Z/PT1H,20261104T100000Z/20261104T103000Z\n"
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261105T100000Z/PT1H\n"
        "FREEBUSY;FBTYPE=FREE:20261106T100000Z/PT1H\n"
        "END:VFREEBUSY",
        ["11-03T10:00/11:00", "11-04T10:00/10:30", "11-05T10:00/11:00"],
    ),
    "a task and a note are no busy time": (
        "BEGIN:VTODO\nUID:t\nDTSTART:20261103T100000Z\nDUE:20261103T110000Z\nEND:VTODO",
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_busy_is(name: str) -> None:
    body, expected = CASES[name]
    assert busy(calendar(body)) == expected


def test_whole_days_are_days_of_the_calendar_s_own_zone() -> None:
    day = event("DTSTART;VALUE=DATE:20261103")
    assert busy(calendar(day, head="X-WR-TIMEZONE:America/New_York")) == ["11-03T05:00/11-04T05:00"]
    assert busy(calendar(day, head="X-WR-TIMEZONE:../etc/passwd")) == ["11-03T00:00/11-04T00:00"]


def test_half_hours_of_ours_are_left_out_and_those_of_another_site_are_not() -> None:
    both = [event("DTSTART:20261103T100000Z", "DURATION:PT30M", uid=f"{name}@halfhour") for name in ("ours", "theirs")]
    assert busy(calendar(*both), own=frozenset({"ours@halfhour", "theirs@halfhour"})) == []
    assert busy(calendar(*both), own=frozenset({"ours@halfhour"})) == ["11-03T10:00/10:30"]


def test_several_calendars_in_one_file() -> None:
    first = calendar(event("DTSTART:20261103T100000Z", "DURATION:PT1H"))
    assert len(busy(first + calendar(event("DTSTART:20261104T100000Z", "DURATION:PT1H")))) == 2


def test_an_entry_without_sense_is_counted_and_the_others_are_read() -> None:
    good = event("DTSTART:20261103T100000Z", "DURATION:PT1H", uid="good")
    senseless = [
        event("DTSTART:2026-11-03", uid="1"),
        event("DTEND:20261103T100000Z", uid="2"),
        event("DTSTART:20261103T100000Z", "DTEND:20261103T090000Z", uid="3"),
        event("DTSTART:20261103T100000Z", "DURATION:PT1H", "RRULE:FREQ=SOMETIMES", uid="4"),
        event("DTSTART:20261103T100000Z", "DURATION:PT1H", "RRULE:HELLO", uid="5"),
    ]
    reading = busy_times(calendar(good, *senseless), zone=LISBON, since=SINCE, until=UNTIL)
    assert len(reading.busy) == 1 and reading.unread == 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"<!doctype html><title>Log in</title>",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        calendar("HELLO"),
        calendar(event("DTSTART:2026-11-03")),
        calendar(event("DTSTART:20261103T100000Z"), head="CALSCALE:HEBREW"),
        b"BEGIN:VEVENT\r\nDTSTART:20261103T100000Z\r\nEND:VEVENT\r\n",
    ],
)
def test_what_is_no_calendar_is_refused_without_a_word_of_it(content: bytes) -> None:
    with pytest.raises(CalendarRefused) as refused:
        busy(content)
    assert refused.value.code == str(refused.value) == "malformed"
    assert refused.value.__cause__ is None


def test_an_empty_calendar_is_a_calendar() -> None:
    assert busy(calendar()) == []


def test_more_than_can_be_worked_through_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(busy_reading, "ENTRIES", 3)
    four = [event("DTSTART:20261103T100000Z", "DURATION:PT1H", uid=str(number)) for number in range(4)]
    with pytest.raises(CalendarRefused, match="too_much"):
        busy(calendar(*four))
    monkeypatch.setattr(busy_reading, "OCCURRENCES", 30)
    with pytest.raises(CalendarRefused, match="too_much"):
        busy(calendar(event("DTSTART:20261001T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")))


def apart(content: bytes) -> tuple[int, int]:
    reading = read_apart(content, zone=BERLIN, since=SINCE, until=UNTIL, own=frozenset({"ours@halfhour"}))
    assert reading == busy_times(content, zone=BERLIN, since=SINCE, until=UNTIL, own=frozenset({"ours@halfhour"}))
    return len(reading.busy), reading.unread


def test_read_apart_is_the_same_reading() -> None:
    ours = event("DTSTART:20261103T100000Z", "DURATION:PT30M", uid="ours@halfhour")
    daily = event("DTSTART:20261001T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY", uid="daily")
    assert apart(calendar(ours, daily, event("DTSTART:2026-11-03", uid="bad"))) == (91, 1)
    with pytest.raises(CalendarRefused, match="malformed"):
        apart(b"nothing of the kind")


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"])
def test_a_rule_that_never_ends_is_cut_off(rule: str, monkeypatch) -> None:
    """Each of these keeps a parser busy for minutes: one finds too much, the other looks for a 30 February."""
    monkeypatch.setattr(busy_apart, "CPU_SECONDS", 2)
    endless = [event("DTSTART:19700101T000000Z", f"RRULE:{rule}", uid=str(number)) for number in range(40)]
    with pytest.raises(CalendarRefused, match="too_much"):
        read_apart(calendar(*endless), zone=BERLIN, since=SINCE, until=UNTIL, own=frozenset())


def test_a_file_that_fills_the_memory_is_cut_off(monkeypatch) -> None:
    monkeypatch.setattr(busy_apart, "MEMORY_BYTES", 200 * 1024**2)
    many = [event("DTSTART:19700101T000000Z", "RRULE:FREQ=HOURLY", uid=str(number)) for number in range(40)]
    with pytest.raises(CalendarRefused, match="too_much"):
        read_apart(calendar(*many), zone=BERLIN, since=SINCE, until=UNTIL, own=frozenset())


def test_the_other_process_gets_none_of_our_keys(monkeypatch) -> None:
    seen = {}

    def run(*args, **known):
        seen.update(known)
        return subprocess.CompletedProcess(args, 0, b'{"busy": [], "unread": 0}')

    monkeypatch.setenv("FIELD_KEYS", "a-key")
    monkeypatch.setattr(busy_apart.subprocess, "run", run)
    assert busy_apart.read_apart(b"", zone=BERLIN, since=SINCE, until=UNTIL, own=frozenset()).busy == ()
    assert set(seen["env"]) <= set(busy_apart.PASSED_ON) and seen["stderr"] == subprocess.DEVNULL
