"""Finding by time: indexes that answer alone, and one narrow row for everybody who takes bookings.

PostgreSQL keeps the narrow rows itself: a page, an import, a command and a repair by hand all pass here.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION specialists_is_listed(s specialists_specialist) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT s.state = 'live' AND s.offers_free AND s.accepting AND s.user_id IS NOT NULL
$$;
CREATE FUNCTION specialists_marks(s specialists_specialist) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT 't' || t.topic_id FROM specialists_specialist_topics t WHERE t.specialist_id = s.id ORDER BY 1)
        || ARRAY(SELECT 'a' || a.approach_id FROM specialists_specialist_approaches a
                 WHERE a.specialist_id = s.id ORDER BY 1)
        || ARRAY(SELECT 'l:' || each FROM unnest(s.languages) each)
        || ARRAY(SELECT 'f:' || each FROM unnest(s.formats) each)
$$;
CREATE FUNCTION specialists_list_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO specialists_listing (specialist_id, marks)
    SELECT s.id, specialists_marks(s) FROM touched JOIN specialists_specialist s ON s.id = touched.id
    WHERE specialists_is_listed(s);
    RETURN NULL;
END $$;
CREATE FUNCTION specialists_list_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, OLD.offers_free, OLD.accepting, OLD.user_id, OLD.languages, OLD.formats)
        IS NOT DISTINCT FROM (NEW.state, NEW.offers_free, NEW.accepting, NEW.user_id, NEW.languages, NEW.formats)
    THEN
        RETURN NULL;
    END IF;
    IF specialists_is_listed(NEW) THEN
        INSERT INTO specialists_listing (specialist_id, marks) VALUES (NEW.id, specialists_marks(NEW))
        ON CONFLICT (specialist_id) DO UPDATE SET marks = EXCLUDED.marks;
    ELSE
        DELETE FROM specialists_listing WHERE specialist_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION specialists_list_linked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE specialists_listing l SET marks = specialists_marks(s)
    FROM specialists_specialist s
    WHERE s.id = l.specialist_id AND s.id IN (SELECT specialist_id FROM touched);
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION specialists_list_linked();
DROP FUNCTION specialists_list_changed();
DROP FUNCTION specialists_list_new();
DROP FUNCTION specialists_marks(specialists_specialist);
DROP FUNCTION specialists_is_listed(specialists_specialist);
"""
TRIGGERS = """
CREATE TRIGGER specialist_listing_new AFTER INSERT ON specialists_specialist
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION specialists_list_new();
CREATE TRIGGER specialist_listing_changed AFTER UPDATE ON specialists_specialist
    FOR EACH ROW EXECUTE FUNCTION specialists_list_changed();
"""
LINK_TRIGGERS = """
CREATE TRIGGER {name}_listing_added AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION specialists_list_linked();
CREATE TRIGGER {name}_listing_moved AFTER UPDATE ON {table}
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION specialists_list_linked();
CREATE TRIGGER {name}_listing_removed AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION specialists_list_linked();
"""
DROP_TRIGGERS = """
DROP TRIGGER specialist_listing_new ON specialists_specialist;
DROP TRIGGER specialist_listing_changed ON specialists_specialist;
"""
DROP_LINK_TRIGGERS = """
DROP TRIGGER {name}_listing_added ON {table};
DROP TRIGGER {name}_listing_moved ON {table};
DROP TRIGGER {name}_listing_removed ON {table};
"""
LINKS = [{"name": name, "table": f"specialists_specialist_{name}"} for name in ("topics", "approaches")]
FILL = """
INSERT INTO specialists_listing (specialist_id, marks)
SELECT s.id, specialists_marks(s) FROM specialists_specialist s WHERE specialists_is_listed(s)
"""


class Migration(migrations.Migration):
    dependencies = [("specialists", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "specialist",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="listing",
                        serialize=False,
                        to="specialists.specialist",
                    ),
                ),
                (
                    "marks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None, verbose_name="marks"
                    ),
                ),
            ],
            options={"verbose_name": "listing", "verbose_name_plural": "listings"},
        ),
        migrations.RemoveConstraint(model_name="opening", name="opening_once"),
        migrations.RemoveIndex(model_name="opening", name="opening_by_time"),
        migrations.AlterField(
            model_name="opening",
            name="specialist",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="openings",
                to="specialists.specialist",
            ),
        ),
        migrations.AddIndex(
            model_name="opening",
            index=models.Index(fields=["start", "specialist"], include=("closes_at",), name="opening_by_time"),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(
                fields=("specialist", "start"), include=("closes_at",), name="opening_once"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["marks"], name="listing_marks"),
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        *(migrations.RunSQL(LINK_TRIGGERS.format(**link), DROP_LINK_TRIGGERS.format(**link)) for link in LINKS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
