"""The injected clock. Doors ask it once and pass `at` on; nothing below a door does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

# The centres' days begin and end here, whatever zone a machine or a reader is in.
SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return _frozen.get() or timezone.now()


def day_of(at: datetime) -> date:
    """Give the day in Shanghai on which a moment lies: days of duty and validity are these."""
    return at.astimezone(SHANGHAI).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock of this context at one moment, for tests and replays."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
