"""Whether one case may stand for another without answering the customer later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """One limit or target of a case: what is to be done, by when, and whether it is done."""

    event: str
    due_at: datetime
    is_done: bool = False

    @property
    def sort(self) -> str:
        """What kind of duty it is, whatever the matter is called: accept, resolve, …"""
        return self.event.rpartition(".")[2]


def put_off(merged: Iterable[Duty], main: Iterable[Duty]) -> Duty | None:
    """Give the first open duty that the main case would fulfil later, or not at all.

    The main case fulfils a duty with one of the same sort that is done or due no later.
    """
    of_main = list(main)
    for duty in sorted(merged, key=lambda each: each.due_at):
        fulfils = (d for d in of_main if d.sort == duty.sort)
        if not duty.is_done and not any(d.is_done or d.due_at <= duty.due_at for d in fulfils):
            return duty
    return None
