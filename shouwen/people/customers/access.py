"""Who may look customers up, and for what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.customers.models import Customer
from shouwen.people.staff import access

BEGIN_AGAIN = _("Begin again without a cursor.")


class PurposeMissing(NotAllowed):
    """Nobody leafs through customers: a live contact, an assigned case or a purpose is needed."""

    message = _("Open the customer from a contact or a case, or say what you need it for.")


def require_reading(actor: Actor, purpose: str = "") -> str:
    """Give the purpose a customer is read for. Raises NotAllowed, PurposeMissing.

    The system needs none; a customer reads their own file.
    """
    if actor.is_system:
        return purpose or actor.purpose or actor.name
    if actor.kind is ActorKind.CUSTOMER:
        return purpose or actor.purpose or "self"
    access.require(actor, "customer.read")
    stated = (purpose or actor.purpose).strip()
    if not stated:
        raise PurposeMissing
    return stated


def require_right(actor: Actor) -> None:
    """Let the actor work with customers' files at all. Raises NotAllowed."""
    access.require(actor, "customer.read")


def may_see(actor: Actor, institution_id: int, public_id: str) -> bool:
    """Whether this customer is within the actor's reach at all."""
    if actor.kind is ActorKind.CUSTOMER and actor.ref != public_id:
        return False
    return access.same_institution(actor, institution_id)


def may_edit(actor: Actor, institution_id: int) -> bool:
    """Whether the actor may change files of this institution."""
    return access.has_right(actor, "customer.edit") and access.same_institution(
        actor, institution_id
    )


def require_edit(actor: Actor, customer: Customer) -> None:
    """Let a file be changed. Raises NotAllowed, and NotThere for another institution's."""
    require_edit_in(actor, customer.institution_id)


def require_edit_in(actor: Actor, institution_id: int) -> None:
    """Let the institution's files be changed. Raises NotAllowed, NotThere."""
    access.require(actor, "customer.edit")
    if not access.same_institution(actor, institution_id):
        raise NotThere


def may_merge(actor: Actor, institution_id: int) -> bool:
    """Whether the actor may make files of this institution one."""
    return access.has_right(actor, "customer.merge") and access.same_institution(
        actor, institution_id
    )


def require_merge_right(actor: Actor) -> None:
    """Let the actor merge files at all. Raises NotAllowed."""
    access.require(actor, "customer.merge")


def require_merge(actor: Actor, customer: Customer) -> None:
    """Let a file be merged or parted. Raises NotAllowed, and NotThere for another institution's."""
    require_merge_right(actor)
    if not access.same_institution(actor, customer.institution_id):
        raise NotThere


def may_import(actor: Actor) -> bool:
    """Whether the actor may take tables of customers in."""
    return access.has_right(actor, "customer.import")
