"""`load_demo`: people, pages, conversations and half hours to look at, all of it made up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications import outbox
from portal import demo_bookings, demo_letters, demo_people, demo_reading
from web.clock import database_now


class Command(BaseCommand):
    help = "Loads the demo into an empty site. Dates count back from now; no mail is sent for its history."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(email=demo_people.VISITOR).exists():
            self.stdout.write(_("The demo is here already; nothing was changed."))
            return
        if User.objects.exists():
            raise CommandError(_("There are accounts on this site. The demo is loaded into an empty one only."))
        with transaction.atomic():
            now = database_now()
            house = demo_people.load(now=now)
            demo_reading.load(house=house, now=now)
            demo_letters.load(house=house, now=now)
            demo_bookings.load(house=house, now=now)
            # In the transaction that wrote them: nobody can send what is settled when it becomes visible.
            outbox.close_history(now=now)
        self.stdout.write(_("The demo is loaded. The password of each account is %s.") % demo_people.PASSWORD)
        for email in demo_people.TOLD:
            self.stdout.write(f"  {email}")
