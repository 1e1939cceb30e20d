"""Specialists from an office's list: drafts that only curators see, each row with a report (DECISIONS 22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import trail
from specialists import importing_cells, importing_table, spoken
from specialists.models import Licence, LicenceState, Specialist
from specialists.profiles import free_slug
from specialists.spoken import folded
from topics.models import Synonym, Topic, TopicName

T = TypeVar("T")

OUTCOMES = {
    "imported": gettext_lazy("imported as a draft"),
    "updated": gettext_lazy("draft brought up to date"),
    "kept": gettext_lazy("left as it is"),
    "duplicate": gettext_lazy("duplicate, not imported"),
    "refused": gettext_lazy("not imported"),
}


@dataclass
class Report:
    """What became of one row: `row` as a spreadsheet counts, `outcome` a key of OUTCOMES, problems as sentences."""

    row: int
    name: str
    outcome: str = "refused"
    problems: list[str] = field(default_factory=list)
    slug: str = ""


class Words:
    """Which topic an area means, by its name or a synonym in any language; read once for a whole file."""

    def __init__(self) -> None:
        self.topics: dict[str, int] = {}
        for model, column in ((Synonym, "words"), (TopicName, "name"), (TopicName, "plain")):
            pairs = model.objects.values_list(column, "topic")
            self.topics |= {folded(words): topic for words, topic in pairs if words}
        self.topics |= {folded(slug.replace("-", " ")): pk for slug, pk in Topic.objects.values_list("slug", "pk")}

    def sort_out(self, text: str) -> tuple[list[int], list[str]]:
        """(topic ids, areas not recognised), each once."""
        parts = [part.strip() for part in spoken.SEPARATORS.split(text) if part.strip()]
        known = dict.fromkeys(self.topics[folded(part)] for part in parts if folded(part) in self.topics)
        return list(known), [part for part in parts if folded(part) not in self.topics]


@transaction.atomic
def run(*, data: bytes, now: datetime, dry_run: bool = False) -> list[Report]:
    """Import a whole file, or only say what would happen. Raises importing_table.NotATable.

    A row that cannot be used never stops the others.
    """
    words, seen, reports = Words(), dict[tuple[str, ...], int](), []
    for row in importing_table.rows(data):
        report = Report(row.number, " ".join(row.cells.get("name", "").split()), problems=list(row.problems))
        reports.append(report)
        if row.broken:
            continue
        values = _values(row.cells, words, report, now)
        if values is not None and not _seen_before(values, seen, report):
            _store(values, report, now)
    if dry_run:
        transaction.set_rollback(True)
    return reports


def _read(reader: Callable[[], T], report: Report, otherwise: T) -> T:
    """A cell that can't be read is left empty and reported."""
    try:
        return reader()
    except importing_cells.Unreadable as problem:
        report.problems.append(str(problem))
        return otherwise


def _values(cells: dict[str, str], words: Words, report: Report, now: datetime) -> dict[str, Any] | None:
    """The row as fields of a profile, its topics and its licence; None when there is nobody to import."""
    cell = {column: cells.get(column, "").strip() for column in importing_table.COLUMNS}
    try:
        name, changed = importing_cells.name(cell["name"])
    except importing_cells.Unreadable as problem:
        report.problems.append(str(problem))
        return None
    report.name = name
    report.problems += [changed] if changed else []
    country = _read(lambda: importing_cells.country(cell["country"]), report, "")
    fee = _read(lambda: importing_cells.fee(cell["fee"], country), report, None)
    languages, unknown = spoken.read(cell["languages"])
    topics, areas = words.sort_out(cell["areas"])
    for said, parts in (
        (_("Languages not recognised: %(names)s."), unknown),
        (_("Areas not recognised: %(names)s."), areas),
        (_("The note is not imported: %(names)s."), [cell["notes"]] if cell["notes"] else []),
    ):
        if parts:
            report.problems.append(said % {"names": ", ".join(parts)})
    fields = {
        "name": name[:100],
        "title": cell["title"][:100],
        "city": cell["city"][:80],
        "country": country,
        "languages": languages,
        "website": _read(lambda: importing_cells.website(cell["website"]), report, ""),
        "invited_email": _read(lambda: importing_cells.address(cell["email"]), report, ""),
        "fee_minor": fee.least if fee else None,
        "fee_max_minor": fee.most if fee else None,
        "currency": fee.currency if fee else "",
    }
    return {"fields": fields, "topics": topics, "licence": _licence(cell, country, report, now)}


def _licence(cell: dict[str, str], country: str, report: Report, now: datetime) -> dict[str, Any] | None:
    where = _read(lambda: importing_cells.country(cell["licence_country"]), report, "") or country
    until = _read(lambda: importing_cells.day(cell["valid_until"]), report, None)
    if until and until < now.date():
        report.problems.append(_("The licence ended on %(day)s.") % {"day": until.isoformat()})
    if not (cell["body"] and cell["number"] and where):
        report.problems.append(_("The licence is not whole: it needs a body, a number and a country."))
        return None
    return {"body": cell["body"][:160], "number": cell["number"][:60], "country": where, "valid_until": until}


def _keys(values: dict[str, Any]) -> list[tuple[str, ...]]:
    licence, email = values["licence"], values["fields"]["invited_email"]
    keys: list[tuple[str, ...]] = []
    keys += [("licence", folded(licence["body"]), folded(licence["number"]))] if licence else []
    return [*keys, ("email", email)] if email else keys


def _seen_before(values: dict[str, Any], seen: dict[tuple[str, ...], int], report: Report) -> bool:
    first = next((seen[key] for key in _keys(values) if key in seen), None)
    if first is None:
        seen.update(dict.fromkeys(_keys(values), report.row))
        return False
    report.outcome = "duplicate"
    report.problems.append(_("The same person as in row %(row)d.") % {"row": first})
    return True


def _existing(values: dict[str, Any]) -> Specialist | None:
    """Who this is already: by licence first, then by address, their account's or the invited one."""
    rows = Specialist.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    licence, email = values["licence"], values["fields"]["invited_email"]
    found = None
    if licence:
        found = rows.filter(licences__body__iexact=licence["body"], licences__number__iexact=licence["number"]).first()
    if found is None and email:
        found = rows.filter(user__email=email).first() or rows.filter(invited_email__iexact=email).first()
    return found


def _store(values: dict[str, Any], report: Report, now: datetime) -> None:
    row = _existing(values)
    if row is not None and row.user_id is not None:
        report.outcome, report.slug = "kept", row.slug
        report.problems.append(_("This person has an account here and looks after the profile themselves."))
        return
    report.outcome = "imported" if row is None else "updated"
    if row is None:
        row = Specialist(slug=free_slug(values["fields"]["name"]), created_at=now)
    for name, value in values["fields"].items():
        setattr(row, name, value)
    row.save()
    row.topics.set(values["topics"])
    if values["licence"]:
        body, number = values["licence"]["body"], values["licence"]["number"]
        fresh = {key: values["licence"][key] for key in ("country", "valid_until")}
        Licence.objects.update_or_create(
            specialist=row, body=body, number=number, defaults=fresh | {"state": LicenceState.UNCHECKED}
        )
    report.slug = row.slug
    trail.record(verb=report.outcome, subject_kind="specialist", subject_id=row.pk, actor_id=None, now=now)
