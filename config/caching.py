"""The cache of several processes, which may go away at any time without anybody noticing.

What is kept there (a queue's pace, how often an address has knocked) is convenient and never
the only copy, so that a page without it is right and a little slower.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class PassingCache(RedisCache):
    """Redis as a cache; where Redis does not answer, nothing is found and nothing kept."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Give what is kept, or `default`."""
        return self._try(default, super().get, key, default, version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value."""
        self._try(None, super().set, key, value, timeout, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Give what is kept of these."""
        return dict(self._try({}, super().get_many, keys, version))

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value unless there is one; without Redis it counts as the first."""
        return bool(self._try(True, super().add, key, value, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(self._try(False, super().delete, key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raise a counter; without Redis nothing was counted before. `decr` comes here too."""
        return int(self._try(max(delta, 0), super().incr, key, delta, version))

    def _try(self, otherwise: Any, ask: Callable[..., Any], *words: Any) -> Any:
        try:
            return ask(*words)
        except RedisError as error:
            logger.warning("the cache does not answer (%s)", type(error).__name__)
            return otherwise
