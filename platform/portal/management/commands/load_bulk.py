"""`manage.py load_bulk`: fast synthetic data for benchmarks; see `portal.bulk`."""

from __future__ import annotations

import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from portal import bulk, bulk_rows
from specialists.models import Specialist
from web.clock import database_now

KINDS = ("specialists", "articles", "questions", "members")


class Command(BaseCommand):
    help = "Add synthetic specialists, articles, questions and members, for benchmarks only."

    def add_arguments(self, parser: CommandParser) -> None:
        for kind in KINDS:
            parser.add_argument(f"--{kind}", type=int, default=0, metavar="N")
        parser.add_argument("--seed", type=int, default=1, help="The same seed makes the same rows.")
        parser.add_argument("--anyway", action="store_true", help="Also where DEBUG is off.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["anyway"]:
            raise CommandError("These people do not exist, and DEBUG is off: add --anyway if this is no real site.")
        if min(options[kind] for kind in KINDS) < 0:
            raise CommandError("Numbers are 0 or more.")
        load = bulk_rows.Load(random.Random(options["seed"]), database_now())
        with transaction.atomic():
            self.load(load, options)
        bulk.analyse(load.written)
        for model, count in load.written.items():
            self.stdout.write(f"{count:>9,} {model._meta.db_table}")

    def load(self, load: bulk_rows.Load, options: dict[str, Any]) -> None:
        load.topics = bulk_rows.topic_ids()
        staff = (
            User.objects.filter(is_curator=True).values_list("pk", flat=True).first() or load.people(1, "curator")[0]
        )
        load.people(options["members"], "member")
        bulk_rows.specialists(load, options["specialists"], staff)
        bulk_rows.articles(load, options["articles"], load.people(1, "author")[0], staff)
        answering = Specialist.objects.filter(state="live").values_list("pk", flat=True)[:5000]
        bulk_rows.questions(load, options["questions"], list(answering))
