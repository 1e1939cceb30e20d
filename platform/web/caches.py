"""A Redis cache that is allowed to be away: Redis holds nothing that matters (ARCHITECTURE, rule 8)."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class KeptClient(RedisCacheClient):
    """One client for each way of asking: making one takes longer than asking it something."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **options)
        self._kept: dict[bool, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        return self._kept.get(write) or self._kept.setdefault(write, super().get_client(key, write=write))


class ForgivingRedisCache(RedisCache):
    """Answers as an empty cache while Redis is down, so pages, log-ins and bookings go on."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, super().get, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = None, version: int | None = None) -> None:
        timeout = self.default_timeout if timeout is None else timeout
        self._or(None, super().set, key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = None, version: int | None = None) -> bool:
        timeout = self.default_timeout if timeout is None else timeout
        return self._or(True, super().add, key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._or(False, super().delete, key, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return self._or({}, super().get_many, keys, version)

    @staticmethod
    def _or(otherwise: Any, call: Any, *args: Any) -> Any:
        try:
            return call(*args)
        except (RedisError, OSError) as error:
            log.warning("the cache is away: %s", type(error).__name__)
            return otherwise
