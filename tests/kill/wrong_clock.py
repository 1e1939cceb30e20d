"""Puts a process's clock ahead or behind, for everything in it that is imported afterwards."""

from __future__ import annotations

import datetime
import time
from typing import Any

real, real_time = datetime.datetime, time.time


class Meta(type):
    """Real instants count as instances, so that nobody notices the exchange."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, real)


def put_ahead(seconds: float) -> None:
    """From now on `datetime.now`, `utcnow`, `today` and `time.time` are ahead by so many seconds."""
    if not seconds:
        return
    skew = datetime.timedelta(seconds=seconds)

    class Skewed(real, metaclass=Meta):
        def __new__(cls, *args: Any, **named: Any) -> Any:
            return real.__new__(real, *args, **named)

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return real.now(tz) + skew

        @classmethod
        def utcnow(cls) -> Any:
            return real.now(datetime.UTC).replace(tzinfo=None) + skew

        @classmethod
        def today(cls) -> Any:
            return real.now() + skew

    datetime.datetime = Skewed  # type: ignore[misc]
    time.time = lambda: real_time() + seconds
