"""What customers' files need done by themselves: codes go out, old ones are dropped."""

from __future__ import annotations

from functools import partial

from shouwen.ground.kernel.loops import Loop, register_loop
from shouwen.people.customers import actions

SEND_EVERY_SECONDS = 0.5
DROP_EVERY_SECONDS = 600.0
IMPORT_EVERY_SECONDS = 1.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    # A mail server that takes its time holds up no text message.
    for name, kind in (("codes", "PHONE"), ("mail-codes", "EMAIL")):
        register_loop(Loop(name, SEND_EVERY_SECONDS, partial(actions.send_codes, kinds=(kind,))))
    register_loop(Loop("old-codes", DROP_EVERY_SECONDS, actions.drop_old_codes))
    register_loop(Loop("imports", IMPORT_EVERY_SECONDS, actions.import_waiting))
    register_loop(Loop("old-imports", DROP_EVERY_SECONDS, actions.drop_old_imports))
