"""What improvement does by itself: it looks whether complaints cross a threshold, and tells."""

from __future__ import annotations

from shouwen.assurance.improvement import actions
from shouwen.ground.kernel.loops import Loop, register_loop

WATCH_EVERY_SECONDS = 300.0
LETTERS_EVERY_SECONDS = 5.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    register_loop(Loop("complaint-warnings", WATCH_EVERY_SECONDS, actions.watch_thresholds))
    register_loop(Loop("warning-letters", LETTERS_EVERY_SECONDS, actions.send_warnings))
