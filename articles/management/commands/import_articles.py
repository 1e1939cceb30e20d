"""`import_articles PATH… [--dry-run] [--json] [--author EMAIL]`: files become drafts; what was left out is listed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import User
from articles import import_drafts, importing, writing

ENDINGS = {".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml"}


class Command(BaseCommand):
    help = "Reads articles from .md, .txt and .html files and stores each as a draft."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder of files")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be stored; needs no database")
        parser.add_argument("--json", action="store_true", help="print a list with one object for each file")
        parser.add_argument(
            "--author", metavar="EMAIL", help="whose drafts they become (else the first administrator's)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        author = None if options["dry_run"] else self._author(options["author"])
        results = [self._one(path, author) for path in files(options["paths"])]
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=2))
        else:
            for result in results:
                self._say(result)
        refused = sum("refused" in result for result in results)
        if refused:
            raise CommandError(f"{refused} of {len(results)} files could not be imported.", returncode=1)

    def _author(self, email: str | None) -> User:
        if email:
            author = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        else:
            staff = User.objects.filter(is_active=True, is_curator=True)
            author = staff.order_by("-is_superuser", "id").first()
        if author is None:
            raise CommandError(
                f"There is no account {email}."
                if email
                else "There is no curator yet. Make one with: manage.py createsuperuser"
            )
        if not writing.may_write(author):
            raise CommandError(f"{author.email} is neither a curator nor a specialist with a live profile.")
        return author

    def _one(self, path: Path, author: User | None) -> dict[str, Any]:
        """What came of one file."""
        now = timezone.now()
        try:
            read = importing.read_article(path.name, path.read_bytes())
            result = import_drafts.described(str(path), read, today_year=now.year)
            if author is not None:
                article, said = import_drafts.keep(read, author=author, now=now)
                result["slug"] = article.slug
                result["problems"] += said
        except import_drafts.AlreadyThere as there:
            result["problems"].append(str(there))
        except importing.Refused as refused:
            return {"file": str(path), "refused": str(refused)}
        except OSError as error:
            return {"file": str(path), "refused": f"This file could not be opened: {error.strerror}."}
        return result

    def _say(self, result: dict[str, Any]) -> None:
        """One result for people."""
        self.stdout.write(self.style.MIGRATE_HEADING(result["file"]))
        if "refused" in result:
            self.stdout.write(self.style.ERROR(f"  refused: {result['refused']}"))
            return
        self.stdout.write(f"  {result['title']}")
        count = f"{len(result['sections'])} sections, {len(result['references'])} references"
        self.stdout.write(f"  {count}" + (f", draft at {result['slug']}" if "slug" in result else ", not stored"))
        for problem in result["problems"]:
            self.stdout.write(self.style.WARNING(f"  look at: {problem}"))
        for number, reference in enumerate(result["references"], 1):
            for flag in reference["flags"]:
                self.stdout.write(self.style.WARNING(f"  reference {number}: {flag['sentence']}"))
        for dropped in result["dropped"]:
            self.stdout.write(
                f"  left out ({dropped['reason']}): {Truncator(' '.join(dropped['text'].split())).chars(70)}"
            )


def files(paths: list[str]) -> Iterator[Path]:
    """The files that these paths name; a folder gives the files in it whose kind we read, by name."""
    for each in map(Path, paths):
        if each.is_dir():
            yield from sorted(path for path in each.iterdir() if path.suffix.lower() in ENDINGS)
        else:
            yield each
