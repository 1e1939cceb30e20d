"""What the benchmarks ask the site from inside: `python -m tests.benchmarks.probe`, answers in JSON.

For each page: its path, the cookie of a session of whoever is to be logged in, and the queries of one request.
"""

from __future__ import annotations

import json
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from specialists.models import Opening
    from tests.benchmarks.pages import PAGES

    people = get_user_model()._default_manager
    found = []
    for _name, path, email in PAGES:
        if "{start}" in path:
            openings = Opening.objects.filter(specialist__slug=path.split("/")[-2]).order_by("start")
            path = path.format(start=f"{openings[0].start:%Y-%m-%dT%H:%M:%SZ}")
        client = Client(headers={"host": "localhost", "x-forwarded-proto": "https"})
        cookie = ""
        if email:
            client.force_login(people.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
            cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        client.get(path)  # what is made once per process is not a request's cost
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        found.append({"path": path, "cookie": cookie, "queries": len(queries)})
    print(json.dumps(found))


if __name__ == "__main__":
    main()
