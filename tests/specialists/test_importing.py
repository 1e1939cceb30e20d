"""Importing and exporting lists: cells, rows that came apart, people who are there already, the way back."""
# ruff: noqa: E501 (rows of a table stay rows)

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from specialists import exporting, importing, importing_cells, importing_table, spoken
from specialists.models import Specialist, State
from tests.factories import make_specialist, make_user

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = "Name;E-Mail;Title;City;Country;Languages;Areas;Fee;Licence body;Licence no.;Licence country;Valid until;Website;Notes"
ROW = "Ada Moreira;ada@example.net;Psychologist;Braga;PT;português, inglés;insomnia;45 EUR;Order;A-1;PT;31/01/2028;ada.example.net;"


def table(*rows: str) -> bytes:
    return ("\ufeff" + "\r\n".join([HEAD, *rows])).encode()


def run(*rows: str, **options) -> list[importing.Report]:
    return importing.run(data=table(*rows), now=NOW, **options)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("31/12/2027", date(2027, 12, 31)), ("2028-05-30", date(2028, 5, 30)), ("01.09.2027", date(2027, 9, 1)),
        ("2029/03/31", date(2029, 3, 31)), ("12-2028", date(2028, 12, 31)), ("02/2028", date(2028, 2, 29)),
        ("unbefristet", None), ("", None),
    ],
)  # fmt: skip
def test_dates(text: str, read: date | None) -> None:
    assert importing_cells.day(text) == read


@pytest.mark.parametrize("text", ["soon", "31/02/2027", "2027", "13-2027-40", "1/2/3/4", "00-2027"])
def test_no_dates(text: str) -> None:
    with pytest.raises(importing_cells.Unreadable):
        importing_cells.day(text)


@pytest.mark.parametrize(
    ("text", "country", "read"),
    [
        ("60 EUR", "PT", (6000, None, "EUR")), ("180 zł", "PL", (18000, None, "PLN")), ("75,00", "BE", (7500, None, "EUR")),
        ("£55-70", "GB", (5500, 7000, "GBP")), ("3.500 RSD", "RS", (350000, None, "RSD")), ("8,000円", "JP", (8000, None, "JPY")),
        ("1 100 kr", "SE", (110000, None, "SEK")), ("€ 95", "NL", (9500, None, "EUR")), ("45", "HR", (4500, None, "EUR")),
        ("1.234,50", "DE", (123450, None, "EUR")), ("$80", "CA", (8000, None, "CAD")),
    ],
)  # fmt: skip
def test_fees(text: str, country: str, read: tuple) -> None:
    found = importing_cells.fee(text, country)
    if found.currency == "RSD":
        # CLDR counts dinars without paras; what matters is that minor units and money() agree.
        read = (3500 * 10 ** importing_cells.get_currency_precision("RSD"), None, "RSD")
    assert (found.least, found.most, found.currency) == read


@pytest.mark.parametrize(("text", "country"), [("cheap", "PT"), ("45", ""), ("45 bananas", "PT"), ("10;20", "PT")])
def test_no_fees(text: str, country: str) -> None:
    with pytest.raises(importing_cells.Unreadable):
        importing_cells.fee(text, country)


def test_languages_in_any_language() -> None:
    assert spoken.read("srpski, engleski / 日本語") == (["sr", "en", "ja"], [])
    assert spoken.read("Brazilian Portuguese, العربية") == (["pt-BR", "ar"], [])
    assert spoken.read("Martian; Deutsch") == (["de"], ["Martian"])


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "not a site"])
def test_no_websites(text: str) -> None:
    with pytest.raises(importing_cells.Unreadable):
        importing_cells.website(text)


@pytest.mark.django_db
def test_a_row_becomes_a_draft_that_only_curators_see(client) -> None:
    (report,) = run(ROW)
    who = Specialist.objects.get(slug=report.slug)
    assert (report.outcome, who.state, who.user, who.languages) == ("imported", State.DRAFT, None, ["pt", "en"])
    assert who.website == "https://ada.example.net" and who.topics.get().slug == "sleep"
    assert client.get(f"/specialists/{who.slug}/").status_code == 404
    client.force_login(make_user())
    assert client.get(f"/specialists/{who.slug}/").status_code == 404
    client.force_login(make_user(is_curator=True))
    assert client.get(f"/specialists/{who.slug}/").status_code == 200


@pytest.mark.django_db
def test_a_row_that_came_apart_is_mended_only_when_there_is_one_way() -> None:
    apart = ROW.replace("insomnia", "insomnia; panic")
    unclear = ROW.replace("Psychologist;Braga", "Psychologist;North;Braga")
    short = "Ada Moreira;ada@example.net"
    mended, left, cut = run(apart, unclear, short)
    assert mended.outcome == "imported" and "“areas”" in mended.problems[0]
    assert left.outcome == "refused" and "15 cells of 14" in left.problems[0]
    assert "2 cells of 14" in cut.problems[0]


@pytest.mark.django_db
def test_who_is_there_already_is_found_by_licence_then_address() -> None:
    run(ROW)
    (again,) = run(ROW.replace("ada@example.net", "other@example.net").replace("Braga", "Faro"))
    assert again.outcome == "updated" and Specialist.objects.get().city == "Faro"
    member = make_specialist(user=make_user(email="zoe@example.net"), verified=False, hours=False)
    (kept,) = run(ROW.replace("ada@example.net", "ZOE@example.net").replace("A-1", "Z-9"))
    assert (kept.outcome, kept.slug) == ("kept", member.slug)
    _first, second = run(ROW.replace("A-1", "B-2"), ROW.replace("A-1", "b-2"))
    assert second.outcome == "duplicate" and "row 2" in second.problems[-1]


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_and_the_command_reports(tmp_path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(table(ROW, "=1+1;;;;;;;;;;;;;"))
    out = io.StringIO()
    call_command("import_specialists", str(file), "--dry-run", stdout=out)
    assert not Specialist.objects.exists()
    assert "Ada Moreira: imported as a draft" in out.getvalue() and "formula" in out.getvalue()
    assert "1 imported as a draft, 1 not imported" in out.getvalue()
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="must name the columns"):
        call_command("import_specialists", str(file))


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), ("\t", "utf-16"), (";", "cp1252")])
def test_other_separators_and_encodings(separator: str, encoding: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([HEAD.split(";"), ROW.split(";")])
    (row,) = importing_table.rows(out.getvalue().encode(encoding))
    assert row.cells["languages"] == "português, inglés"


@pytest.mark.django_db
def test_what_is_exported_can_be_imported_again() -> None:
    run(ROW, ROW.replace("A-1", "C-3").replace("ada@", "bo@").replace("Psychologist", "=HYPERLINK()"))
    before = exporting.text()
    assert "'=HYPERLINK()" in before and ";=" not in before
    fields = ("name", "title", "languages", "fee_minor", "currency", "city", "country", "website", "invited_email")
    was = list(Specialist.objects.order_by("pk").values_list(*fields))
    Specialist.objects.all().delete()
    reports = importing.run(data=before.encode(), now=NOW)
    assert [each.problems for each in reports] == [[], []]
    assert list(Specialist.objects.order_by("pk").values_list(*fields)) == was
    out = io.StringIO()
    call_command("export_specialists", stdout=out)
    assert out.getvalue() == exporting.text() == before
