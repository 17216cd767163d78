"""The loops of the integrations: what is due is sent, what is old is forgotten."""

from __future__ import annotations

from shouwen.front.integrations import actions
from shouwen.ground.kernel import wake
from shouwen.ground.kernel.loops import Loop, register_loop

EVERY_SECONDS = 0.5
FORGET_EVERY_SECONDS = 600.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    sender = actions.Sender()
    register_loop(Loop("webhooks", EVERY_SECONDS, sender.turn, nudge=wake.webhooks))
    register_loop(Loop("webhooks-old", FORGET_EVERY_SECONDS, actions.forget_old))
