"""A version's words stay as they were written: PostgreSQL itself refuses to change or delete them."""

from django.db import migrations

MAKE = """
CREATE FUNCTION article_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of articles are never changed; write a new one';
END $$;
CREATE TRIGGER article_version_immutable BEFORE UPDATE OR DELETE ON articles_articleversion
    FOR EACH ROW EXECUTE FUNCTION article_version_refuse();
"""
DROP = """
DROP TRIGGER article_version_immutable ON articles_articleversion;
DROP FUNCTION article_version_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, DROP)]
