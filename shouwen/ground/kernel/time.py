"""The injected clock. Doors ask it once and pass `at` on; nothing below a door does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

# The centres' days begin and end here, whatever zone a machine or a reader is in.
SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """Give the present moment, aware, in UTC; of a trial, as far ahead as its clock file says."""
    return _frozen.get() or timezone.now() + ahead()


def ahead() -> timedelta:
    """Give by how much this centre's clock runs ahead: nothing, but where a trial moves time."""
    if not settings.CLOCK_FILE:
        return timedelta(0)
    try:
        return timedelta(seconds=float(Path(settings.CLOCK_FILE).read_text()))
    except FileNotFoundError:
        return timedelta(0)


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
