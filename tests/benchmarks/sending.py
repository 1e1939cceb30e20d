"""A worker of the benchmark: passes of the outbox one after the other, as the task makes them, until nothing is due."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from notifications import delivery
    from web.clock import database_now

    while delivery.deliver(clock=database_now).more:
        pass


if __name__ == "__main__":
    main()
