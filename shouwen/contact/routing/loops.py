"""What routing does by itself: plugged into conversations, and turned twice a second."""

from __future__ import annotations

from datetime import datetime

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import ports
from shouwen.contact.routing import actions
from shouwen.ground.kernel import wake
from shouwen.ground.kernel.loops import Loop, register_loop

EVERY_SECONDS = 0.5
SCAN_EVERY_SECONDS = 10.0
WATCH_EVERY_SECONDS = 5.0


def turn(at: datetime) -> int:
    """Bring back what was left lying, then offer what waits; give how much was done."""
    return actions.sweep(at) + actions.dispatch_all(at)


def set_up() -> None:
    """Join routing to conversations and to the loops of `shouwen up`."""
    ports.plug_queue(actions.enqueue_by_id)
    register_loop(Loop("routing", EVERY_SECONDS, turn, nudge=wake.route))
    register_loop(Loop("spikes", WATCH_EVERY_SECONDS, actions.watch_spikes))
    register_loop(Loop("scanning", SCAN_EVERY_SECONDS, conversations.scan_waiting))
