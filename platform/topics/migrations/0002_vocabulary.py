"""The vocabulary a fresh site starts with; curators change it in the admin afterwards."""

import json
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).resolve().parents[1] / "vocabulary.json"


def load(apps, schema_editor):
    said = json.loads(FILE.read_text(encoding="utf-8"))
    Approach, ClientGroup = apps.get_model("topics", "Approach"), apps.get_model("topics", "ClientGroup")
    for row in said["approaches"]:
        Approach.objects.get_or_create(
            slug=row["slug"], defaults={name: row[name] for name in ("position", "short", "name", "about")}
        )
    for row in said["client_groups"]:
        ClientGroup.objects.get_or_create(slug=row["slug"], defaults={"position": row["position"], "name": row["name"]})
    load_concerns(apps, said["concerns"])


def load_concerns(apps, concerns):
    Topic, TopicName, Synonym = (apps.get_model("topics", name) for name in ("Topic", "TopicName", "Synonym"))
    names, synonyms = [], []
    for row in concerns:
        topic, made = Topic.objects.get_or_create(
            slug=row["slug"], defaults={"position": row["position"], "high_risk": row["high_risk"]}
        )
        if not made:
            continue
        for language, name in row["name"].items():
            # How people say it, and the two sentences on it, are written in English so far.
            more = {"plain": row["plain"], "about": row["about"]} if language == "en" else {}
            names.append(TopicName(topic=topic, language=language, name=name, **more))
        for language, words in row["synonyms"].items():
            once = dict.fromkeys(word.lower() for word in words)
            synonyms.extend(Synonym(topic=topic, language=language, words=word) for word in once)
    TopicName.objects.bulk_create(names)
    Synonym.objects.bulk_create(synonyms)


class Migration(migrations.Migration):
    dependencies = [("topics", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
