"""What satisfaction needs done by itself: campaigns draw and write on their days."""

from __future__ import annotations

from shouwen.assurance.satisfaction import actions
from shouwen.ground.kernel.loops import Loop, register_loop

CAMPAIGNS_EVERY_SECONDS = 5.0
# Somebody looks on.
COUNTS_EVERY_SECONDS = 2.0


def set_up() -> None:
    """Give the loops to those that `shouwen up` turns."""
    register_loop(Loop("campaign-counts", COUNTS_EVERY_SECONDS, actions.count_campaigns))
    register_loop(Loop("campaigns", CAMPAIGNS_EVERY_SECONDS, actions.run_campaigns))
    register_loop(Loop("survey-letters", CAMPAIGNS_EVERY_SECONDS, actions.send_letters))
