"""What improvement does by itself: it looks whether complaints cross a threshold."""

from __future__ import annotations

from shouwen.assurance.improvement import actions
from shouwen.ground.kernel.loops import Loop, register_loop

WATCH_EVERY_SECONDS = 300.0


def set_up() -> None:
    """Give the loop to those that `shouwen up` turns."""
    register_loop(Loop("complaint-warnings", WATCH_EVERY_SECONDS, actions.watch_thresholds))
