"""What cases do by themselves: exports are written and deleted, files wait for the scanner."""

from __future__ import annotations

from shouwen.ground.kernel.loops import Loop, register_loop
from shouwen.service.cases import actions

EVERY_SECONDS = 2.0
SCAN_EVERY_SECONDS = 10.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    register_loop(Loop("exports", EVERY_SECONDS, actions.write_waiting))
    register_loop(Loop("case-files", SCAN_EVERY_SECONDS, actions.scan_waiting_material))
