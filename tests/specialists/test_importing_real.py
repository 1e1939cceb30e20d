"""The office's own list, where it is there: what becomes of each of its rows."""
# ruff: noqa: E501 (rows of a table stay rows)

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from specialists import importing
from specialists.models import LicenceState, Specialist, State

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "specialists-export.csv"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.exists(), reason="the list is not on this machine"),
]

# Row: languages, fee in minor units, currency, country, website, topics, licence number, its last day.
DRAFTS = {
    2: (["pt", "en"], (6000, None), "EUR", "PT", "https://example.org/ines", {"worry", "panic"}, "OPP-021344", date(2027, 12, 31)),
    3: (["pl", "en"], (18000, None), "PLN", "PL", "", {"low-mood", "loss"}, "1187/2014", date(2028, 5, 30)),
    4: (["fr", "ar", "nl"], (7500, None), "EUR", "BE", "http://example.org/elfassi", {"couples", "life-changes"}, "852113400", date(2027, 9, 1)),
    5: (["en", "yo"], (5500, 7000), "GBP", "GB", "https://example.org/seun", {"work-burnout"}, "00384412", date(2027, 2, 14)),
    7: (["de"], (10000, None), "EUR", "DE", "", {"worry", "obsessions"}, "PTK-55102", None),
    8: (["sr", "hr", "en"], (3500, None), "RSD", "RS", "", {"habits"}, "204-B", date(2025, 3, 15)),
    9: (["ja", "en"], (8000, None), "JPY", "JP", "", set(), "第34112号", date(2029, 3, 31)),
    10: (["es", "en"], (5000, None), "EUR", "ES", "https://example.org/rosa", {"loss", "trauma"}, "AO-08821", date(2027, 11, 1)),
    12: (["sv", "en"], (110000, None), "SEK", "SE", "", set(), None, None),
    13: (["nl", "en"], (9500, None), "EUR", "NL", "", set(), "49912345625", date(2028, 12, 31)),
    14: (["hr", "de", "en"], (4500, None), "EUR", "HR", "", {"obsessions"}, "1203", date(2027, 6, 30)),
    16: (["ga", "en"], (7000, None), "EUR", "IE", "https://example.org/fos", {"loss", "low-mood"}, "M18823", date(2027, 8, 8)),
}  # fmt: skip


@pytest.fixture
def reports() -> dict[int, importing.Report]:
    return {each.row: each for each in importing.run(data=REAL.read_bytes(), now=NOW)}


def test_every_row_has_its_fate(reports) -> None:
    assert set(reports) == set(range(2, 17))
    assert {row for row, each in reports.items() if each.outcome == "imported"} == set(DRAFTS)
    assert reports[6].outcome == "duplicate" and "row 2" in reports[6].problems[-1]
    assert reports[11].outcome == reports[15].outcome == "refused"
    assert Specialist.objects.count() == len(DRAFTS)
    assert not Specialist.objects.exclude(state=State.DRAFT, user=None).exists()


@pytest.mark.parametrize("row", DRAFTS)
def test_every_cell_is_read(reports, row: int) -> None:
    languages, fee, currency, country, website, topics, number, until = DRAFTS[row]
    who = Specialist.objects.get(slug=reports[row].slug)
    assert (who.languages, (who.fee_minor, who.fee_max_minor), who.currency) == (languages, fee, currency)
    assert (who.country, who.website) == (country, website)
    assert {topic.slug for topic in who.topics.all()} == topics
    licence = who.licences.first()
    if number is None:
        assert licence is None
    else:
        assert (licence.number, licence.valid_until, licence.state) == (number, until, LicenceState.UNCHECKED)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (4, "in capitals; we wrote Maryam El Fassi"),
        (5, "separator inside “areas”"),
        (7, "can’t be used"),
        (8, "ended on 2025-03-15"),
        (9, "Areas not recognised: 不眠, 不安"),
        (10, "separator inside “languages”"),
        (11, "no name in this row"),
        (12, "licence is not whole"),
        (13, "Areas not recognised: eating, body"),
        (14, "no web address"),
        (15, "spreadsheet formula"),
    ],
)
def test_what_is_wrong_is_said(reports, row: int, said: str) -> None:
    assert any(said in problem for problem in reports[row].problems)


def test_names_are_tidied_and_addresses_lowered(reports) -> None:
    assert Specialist.objects.get(slug=reports[10].slug).name == "Rosa Mendiola"
    assert Specialist.objects.get(slug=reports[14].slug).name == 'Čedomir "Čeda" Pavić'
    assert Specialist.objects.get(slug=reports[7].slug).invited_email == ""
    assert Specialist.objects.get(slug=reports[2].slug).invited_email == "ines.valadao@example.org"


def test_a_second_time_changes_nothing(reports) -> None:
    again = importing.run(data=REAL.read_bytes(), now=NOW)
    assert {each.outcome for each in again} == {"updated", "duplicate", "refused"}
    assert Specialist.objects.count() == len(DRAFTS)
