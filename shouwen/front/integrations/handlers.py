"""What the integrations hear: every fact that some webhook may be told of."""

from __future__ import annotations

from shouwen.front.integrations import actions
from shouwen.ground.kernel.events import Event


def tell(event: Event) -> None:
    """Put a fact on its way to the webhooks that chose it."""
    actions.tell_fact(event)
