"""Lengths of time as the documents write them: `30s`, `15min`, `24h`, `15d`, `7wd`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

SECONDS = {"s": 1, "min": 60, "h": 3600}
UNITS = (*SECONDS, "d", "wd")
_PATTERN = re.compile(r"^(\d+)(s|min|h|d|wd)$")


@dataclass(frozen=True, slots=True)
class Span:
    """So many of one unit: seconds, minutes, hours, natural days (`d`) or working days (`wd`)."""

    value: int
    unit: str

    def __post_init__(self) -> None:
        """Refuse what no document could mean."""
        if self.unit not in UNITS or self.value < 1:
            raise ValueError(f"Not a length of time: {self.value}{self.unit}")

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `24h` or `7wd`. Raises ValueError for anything else."""
        found = _PATTERN.match(text.strip())
        if not found:
            raise ValueError(f"Not a length of time: {text}")
        return cls(int(found[1]), found[2])

    @property
    def counts(self) -> str:
        """How the days are counted: `working` or `calendar`."""
        return "working" if self.unit == "wd" else "calendar"

    @property
    def exact(self) -> timedelta | None:
        """The length where it is the same at any time of year; None for days, which end at 24:00
        or at the close of business."""
        seconds = SECONDS.get(self.unit)
        return timedelta(seconds=self.value * seconds) if seconds else None

    def __str__(self) -> str:
        """Give the form the register uses."""
        return f"{self.value}{self.unit}"
