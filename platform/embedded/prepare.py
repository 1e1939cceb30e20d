"""What `make run` does before it serves, in one Django process: `python -m embedded.prepare REPORT`.

It migrates when a migration is missing, collects static files in production, and loads the demo into an
empty database in development. Demo accounts have a known password, so production never gets them. The file
REPORT receives one line of JSON, `{"demo": true|false}`. What is wrong with the settings or the database is
said in a sentence, with exit code 2.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

DEMO_EMAIL = "visitor@example.org"


def main(report: Path) -> int:
    """Prepare, and write the report."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        demo = prepare()
    except ImproperlyConfigured as refusal:
        print(refusal)
        return 2
    except CommandError as error:
        print(error)
        return 2
    except OperationalError as error:
        print(f"The database that DATABASE_URL names does not answer: {error}".strip())
        return 2
    report.write_text(json.dumps({"demo": demo}))
    return 0


def prepare() -> bool:
    """Migrate, collect, load; says whether the demo is in the database."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    people = get_user_model()._default_manager
    if settings.DEBUG and not people.exists():
        call_command("load_demo")
    return people.filter(email=DEMO_EMAIL).exists()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
