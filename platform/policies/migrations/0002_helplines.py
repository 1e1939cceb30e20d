"""The helplines a fresh site starts with; curators keep them true in the admin afterwards."""

import json
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).resolve().parents[1] / "helplines.json"
SAID = ("name", "number", "tel", "kind", "hours", "note", "is_free", "website", "checked_on", "source")


def load(apps, schema_editor):
    Helpline = apps.get_model("policies", "Helpline")
    rows = []
    for country in json.loads(FILE.read_text(encoding="utf-8"))["countries"]:
        for is_emergency, lines in ((True, country["emergency"]), (False, country["lines"])):
            for position, line in enumerate(lines):
                fields = {name: line[name] for name in SAID if name in line}
                rows.append(
                    Helpline(
                        country=country["code"],
                        is_emergency=is_emergency,
                        position=position,
                        language_codes=line.get("languages", []),
                        **fields,
                    )
                )
    Helpline.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
