"""While the complaint acts on its case, the case takes it as its own doing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shouwen.service.cases.models import Case

_led: ContextVar[frozenset[int]] = ContextVar("led", default=frozenset())


@contextmanager
def leading(case: Case) -> Iterator[None]:
    """Let the acts on a case within this block be those of its complaint."""
    token = _led.set(_led.get() | {case.pk})
    try:
        yield
    finally:
        _led.reset(token)


def is_led(case: Case) -> bool:
    """Whether the complaint itself acts on the case right now."""
    return case.pk in _led.get()
