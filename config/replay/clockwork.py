"""The clock of a trial: the replay moves it on, and every process of the centre reads it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from shouwen.ground.kernel import time


class TrialClock:
    """Moves the centre's time forward, never back; what it says is in `SHOUWEN_CLOCK_FILE`."""

    def __init__(self, path: Path) -> None:
        """Take the file that the centre reads."""
        self.path = path

    def move_to(self, at: datetime) -> None:
        """Let it be `at` now, unless that is past already."""
        missing = at - time.now()
        if missing.total_seconds() <= 0:
            return
        beside = self.path.with_suffix(".part")
        beside.write_text(f"{(time.ahead() + missing).total_seconds():.3f}")
        # Whole or not at all: other processes read it at any moment.
        beside.replace(self.path)
