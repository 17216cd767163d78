"""Who may open what is masked, and who may read the trail."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotAllowed

# Those who speak with customers. Whoever judges, teaches or administers works with the mask.
REVEALING_ROLES = ("agent", "lead", "complaints")
READING_ROLES = ("auditor",)


def may_reveal(actor: Actor | None) -> bool:
    """Whether the actor may open masked values, one at a time and with a reason.

    A person only: a program or a customer has no eyes to see for half a minute.
    """
    return actor is not None and actor.kind is ActorKind.PERSON and actor.has_role(*REVEALING_ROLES)


def may_read_trail(actor: Actor | None) -> bool:
    """Whether the actor may read the audit trail; the auditor alone."""
    return actor is not None and actor.has_role(*READING_ROLES)


def require(allowed: bool) -> None:
    """Go on if it is allowed. Raises NotAllowed."""
    if not allowed:
        raise NotAllowed
