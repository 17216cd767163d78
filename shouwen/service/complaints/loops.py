"""What complaints do by themselves: silence stands for a yes where an institution has set it."""

from __future__ import annotations

from shouwen.ground.kernel.loops import Loop, register_loop
from shouwen.service.complaints import actions

SILENCE_EVERY_SECONDS = 60.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    register_loop(Loop("complaint-silence", SILENCE_EVERY_SECONDS, actions.take_silence))
