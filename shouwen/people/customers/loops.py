"""What customers' files need done by themselves: codes go out, old ones are dropped."""

from __future__ import annotations

from shouwen.ground.kernel.loops import Loop, register_loop
from shouwen.people.customers import actions

SEND_EVERY_SECONDS = 0.5
DROP_EVERY_SECONDS = 600.0
IMPORT_EVERY_SECONDS = 1.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    register_loop(Loop("codes", SEND_EVERY_SECONDS, actions.send_codes))
    register_loop(Loop("old-codes", DROP_EVERY_SECONDS, actions.drop_old_codes))
    register_loop(Loop("imports", IMPORT_EVERY_SECONDS, actions.import_waiting))
    register_loop(Loop("old-imports", DROP_EVERY_SECONDS, actions.drop_old_imports))
