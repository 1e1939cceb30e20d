"""What the search stands on: weighted words and trigrams of what people can read.

The indexes lie on tables of lower apps, because only this app asks in this way.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

WORDS = """
CREATE FUNCTION halfhour_words(first text, second text, third text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('pg_catalog.english', coalesce(first, '')), 'A')
    || setweight(to_tsvector('pg_catalog.english', coalesce(second, '')), 'B')
    || setweight(to_tsvector('pg_catalog.english', coalesce(third, '')), 'C');
"""
INDEXES = {
    "search_article_words": "articles_articleversion USING gin (halfhour_words(title, standfirst, source))",
    "search_article_title": "articles_articleversion USING gin (title gin_trgm_ops)",
    "search_question_words": "questions_question USING gin (halfhour_words(title, body, ''))",
    "search_question_title": "questions_question USING gin (title gin_trgm_ops)",
    "search_specialist_words": (
        "specialists_specialist USING gin (halfhour_words(name, headline, about_who || ' ' || about_me))"
    ),
    "search_specialist_name": "specialists_specialist USING gin (name gin_trgm_ops)",
}


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("articles", "0001_initial"),
        ("questions", "0001_initial"),
        ("specialists", "0001_initial"),
    ]
    operations = [
        TrigramExtension(),
        migrations.RunSQL(WORDS, "DROP FUNCTION halfhour_words(text, text, text)"),
        *(
            migrations.RunSQL(f"CREATE INDEX {name} ON {place}", f"DROP INDEX {name}")
            for name, place in INDEXES.items()
        ),
    ]
