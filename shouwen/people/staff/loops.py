"""What goes by time: old sign-ins are dropped, ended certificates noted."""

from __future__ import annotations

from datetime import datetime

from shouwen.ground.kernel.loops import Loop, register_loop
from shouwen.people.staff import actions
from shouwen.people.staff.signing_in import guesses

EVERY_SECONDS = 600.0
CERTIFICATES_EVERY_SECONDS = 60.0


def turn(at: datetime) -> int:
    """Drop counts of wrong guesses and sessions whose time is over; give how many."""
    return guesses.sweep(at) + actions.drop_sessions_over(at)


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    register_loop(Loop("sign-ins", EVERY_SECONDS, turn))
    register_loop(Loop("certificates", CERTIFICATES_EVERY_SECONDS, actions.note_expired_skills))
