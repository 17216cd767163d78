"""What complaints do by themselves: tell progress, count, watch payments, take tables in, and
propose what was opened as a complaint and never filed."""

from __future__ import annotations

from shouwen.ground.kernel.loops import Loop, register_loop
from shouwen.service.complaints import actions

SILENCE_EVERY_SECONDS = 60.0
IMPORT_EVERY_SECONDS = 1.0
PROGRESS_EVERY_SECONDS = 5.0
PAYMENTS_EVERY_SECONDS = 600.0
TALLY_EVERY_SECONDS = 300.0
DROP_EVERY_SECONDS = 600.0
UNFILED_EVERY_SECONDS = 6 * 3600.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    register_loop(Loop("complaint-silence", SILENCE_EVERY_SECONDS, actions.take_silence))
    register_loop(Loop("complaint-imports", IMPORT_EVERY_SECONDS, actions.import_waiting))
    register_loop(Loop("complaint-progress", PROGRESS_EVERY_SECONDS, actions.send_progress))
    register_loop(Loop("complaint-payments", PAYMENTS_EVERY_SECONDS, actions.remind_of_payments))
    register_loop(Loop("complaint-tally", TALLY_EVERY_SECONDS, actions.tally_complaints))
    register_loop(Loop("complaints-unfiled", UNFILED_EVERY_SECONDS, actions.propose_unfiled))
    register_loop(Loop("old-complaint-imports", DROP_EVERY_SECONDS, actions.drop_old_imports))
