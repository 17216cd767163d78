"""Requests that nobody decided in time are ended."""

from __future__ import annotations

from shouwen.ground.kernel.loops import Loop, register_loop
from shouwen.people.approvals import actions

EVERY_SECONDS = 30.0


def set_up() -> None:
    """Give the loop to those that `shouwen up` turns."""
    register_loop(Loop("approvals", EVERY_SECONDS, actions.expire_due))
