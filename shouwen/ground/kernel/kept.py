"""Answers that many ask for at once, worked out once and kept for some seconds.

Each process keeps its own: to fetch one from elsewhere costs as much as many of them do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import caches

T = TypeVar("T")


def for_seconds(key: str, seconds: int, make: Callable[[], T]) -> T:
    """Give what is kept under the key, made anew when it is older than so many seconds."""
    return cast(T, caches["near"].get_or_set(key, make, seconds))
