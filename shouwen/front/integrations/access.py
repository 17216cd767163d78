"""Who may see and set up webhooks."""

from __future__ import annotations

from shouwen.front.integrations.models import Webhook
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as staff_access

READ, MANAGE, APPROVE = "webhook.read", "webhook.manage", "webhook.approve"


def require(actor: Actor, right: str, webhook: Webhook) -> None:
    """Let an actor with the right touch a webhook of their own. Raises NotAllowed, NotThere."""
    staff_access.require(actor, right)
    if not staff_access.same_institution(actor, webhook.institution_id):
        raise NotThere


def may_manage(actor: Actor) -> bool:
    """Whether the actor sets webhooks up."""
    return staff_access.has_right(actor, MANAGE)
