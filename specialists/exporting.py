"""Specialists as the same list that the importer reads, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

from babel import Locale

from specialists import completeness
from specialists.importing_cells import FORMULA
from specialists.models import Specialist
from specialists.spoken import name_of
from topics.models import TopicName
from web.names import decimal_amount

HEADER = (
    "Name", "E-Mail", "Title", "City", "Country", "Languages", "Areas", "Fee", "Licence body", "Licence no.",
    "Licence country", "Valid until", "Website", "Notes",
)  # fmt: skip


def safe(text: Any) -> str:
    """A cell no spreadsheet takes for a formula: an apostrophe stands before one (OWASP, CSV injection)."""
    cell = "" if text is None else str(text)
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def fee(specialist: Specialist) -> str:
    if specialist.fee_minor is None:
        return ""
    amounts = [specialist.fee_minor, *([specialist.fee_max_minor] if specialist.fee_max_minor else [])]
    shown = "-".join(f"{decimal_amount(each, specialist.currency)}" for each in amounts)
    return f"{shown} {specialist.currency}"


def text() -> str:
    """Every profile, oldest first, as CSV with a byte-order mark and semicolons, as spreadsheets expect."""
    english, names = Locale.parse("en"), dict(TopicName.objects.filter(language="en").values_list("topic", "name"))
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    rows = Specialist.objects.select_related("user").prefetch_related("licences", "topics").order_by("pk")
    for each in rows:
        licence = completeness.licence_of(each)
        cells = [
            each.name,
            each.user.email if each.user else each.invited_email,
            each.title,
            each.city,
            each.country,
            ", ".join(name_of(code, english) for code in each.languages),
            ", ".join(names.get(topic.pk, topic.slug) for topic in each.topics.all()),
            fee(each),
            licence.body if licence else "",
            licence.number if licence else "",
            licence.country if licence else "",
            licence.valid_until if licence else "",
            each.website,
            "",
        ]
        writer.writerow([safe(cell) for cell in cells])
    return out.getvalue()
