"""An office's list as rows of named cells: its encoding, its separator, and rows that came apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from specialists import importing_cells, spoken
from specialists.spoken import folded

COLUMNS = {
    "name": ("name", "full name"),
    "email": ("e-mail", "email", "mail"),
    "title": ("title", "profession"),
    "city": ("city", "town"),
    "country": ("country",),
    "languages": ("languages", "language"),
    "areas": ("areas", "topics", "concerns"),
    "fee": ("fee", "price"),
    "body": ("licence body", "license body"),
    "number": ("licence no", "licence number", "license no", "license number"),
    "licence_country": ("licence country", "license country"),
    "valid_until": ("valid until", "expires"),
    "website": ("website", "url"),
    "notes": ("notes", "note"),
}
BY_NAME = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}
NEEDED = ("name", "body", "number")


class NotATable(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, its cells by column, what was mended or is wrong."""

    number: int
    cells: dict[str, str]
    problems: tuple[str, ...] = ()
    broken: bool = False


def decoded(data: bytes) -> str:
    """The text, by its byte-order mark, else UTF-8, else the Windows code page of western Europe."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def rows(data: bytes) -> Iterator[Row]:
    """Every row below the header. Raises NotATable when the header lacks a column we cannot do without."""
    text = decoded(data)
    separator, header = max(
        ((each, _header(text, each)) for each in ";,\t"), key=lambda pair: len([c for c in pair[1] if c])
    )
    if lacking := [COLUMNS[column][0] for column in NEEDED if column not in header]:
        raise NotATable(
            _("The first line must name the columns. Not found: %(names)s.") % {"names": ", ".join(lacking)}
        )
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(table)
    for number, cells in enumerate(table, 2):
        if any(cell.strip() for cell in cells):
            yield _row(number, cells, header, separator)


def _header(text: str, separator: str) -> list[str]:
    first = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    return [BY_NAME.get(folded(cell), "") for cell in first]


def _row(number: int, cells: list[str], header: list[str], separator: str) -> Row:
    cells = [
        cell[1:] if cell.startswith("'") and cell[1:].startswith(importing_cells.FORMULA) else cell for cell in cells
    ]
    extra = len(cells) - len(header)
    if extra == 0:
        return Row(number, dict(zip(header, cells, strict=True)))
    if extra < 0:
        padded = dict(zip(header, cells + [""] * -extra, strict=True))
        missing = _("The row has %(n)d cells of %(of)d.") % {"n": len(cells), "of": len(header)}
        return Row(number, padded, (missing,), broken=not plausible(padded))
    mended = []
    for place in range(len(header)):
        joined = separator.join(cells[place : place + extra + 1])
        candidate = dict(zip(header, [*cells[:place], joined, *cells[place + extra + 1 :]], strict=True))
        if plausible(candidate):
            mended.append((header[place], candidate))
    if len(mended) == 1:
        column, candidate = mended[0]
        said = _("There was a separator inside “%(column)s” without quotes; we put the cell together again.")
        return Row(number, candidate, (said % {"column": COLUMNS[column][0]},))
    said = _("The row has %(n)d cells of %(of)d, and we can’t tell which belong together.")
    return Row(
        number, dict(zip(header, cells, strict=False)), (said % {"n": len(cells), "of": len(header)},), broken=True
    )


def plausible(cells: dict[str, str]) -> bool:
    """Whether every cell could be what its column says; what lets a row that came apart be put together."""
    try:
        home = importing_cells.country(cells.get("country", ""))
        importing_cells.country(cells.get("licence_country", ""))
        importing_cells.day(cells.get("valid_until", ""))
        importing_cells.fee(cells.get("fee", ""), home)
        importing_cells.website(cells.get("website", ""))
        importing_cells.address(cells.get("email", ""))
    except importing_cells.Unreadable:
        return False
    areas = [part for part in spoken.SEPARATORS.split(cells.get("areas", "")) if part]
    return not spoken.read(cells.get("languages", ""))[1] and not any(spoken.code_of(area) for area in areas)
