"""`manage.py deliver_due`: one pass of due notifications, what the scheduler calls."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from notifications import delivery
from notifications.models import State
from web.clock import database_now


class Command(BaseCommand):
    """Prints how many were sent, not needed any more, and so on."""

    help = "Sends what is due, once, and says what became of it."

    def handle(self, *args: Any, **options: Any) -> None:
        done = delivery.deliver(clock=database_now)
        labels = {**{state.value: state.label for state in State}, delivery.TRIED_AGAIN: _("tried again later")}
        for code, number in sorted(done.counts.items()):
            self.stdout.write(f"{number} {labels[code]}")
        if not done.counts:
            self.stdout.write(_("Nothing is due."))
        if done.more:
            self.stdout.write(_("There may be more: this pass stopped at its bound."))
