"""Who may take from a queue, and whose offers are whose."""

from __future__ import annotations

from shouwen.contact.routing.models import Offer, QueueEntry
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Institution, Person

TAKERS = frozenset(role for role, held in rights.RIGHTS.items() if "contact.take" in held)


def require_own(actor: Actor, offer: Offer) -> None:
    """Let a person answer their own offer. Raises NotThere for anyone else's."""
    if not actor.is_person or offer.person.public_id != actor.ref:
        raise NotThere


def taker(actor: Actor, entry: QueueEntry) -> Person:
    """Give the person who may take this contact by hand. Raises NotAllowed, NotThere."""
    rights.require(actor, "contact.take")
    if not rights.same_institution(actor, entry.institution_id):
        raise NotThere
    person = Person.objects.filter(public_id=actor.ref, is_active=True).first()
    if not actor.is_person or person is None:
        raise NotAllowed
    return person


def may_switch(actor: Actor, institution_id: int) -> bool:
    """Whether the actor may switch spike mode here: who leads the floor, or sets queues up."""
    leads = rights.has_right(actor, "contact.supervise") or rights.has_right(actor, "routing.edit")
    return leads and rights.same_institution(actor, institution_id)


def require_switch(actor: Actor, institution_id: int) -> None:
    """Let spike mode be switched. Raises NotAllowed, NotThere."""
    if not rights.has_right(actor, "contact.supervise"):
        rights.require(actor, "routing.edit")
    if not rights.same_institution(actor, institution_id):
        raise NotThere


def may_follow_queues(actor: Actor | None, code: str) -> bool:
    """Whether the actor's screen may be told that the queues of this institution moved."""
    if actor is None or actor.institution_id is None:
        return False
    if not rights.has_right(actor, "contact.read"):
        return False
    return Institution.objects.filter(code=code, pk=actor.institution_id).exists()


def may_follow_person(actor: Actor | None, public_id: str) -> bool:
    """Whether the actor's screen may be told that this person's desk moved: only their own."""
    return actor is not None and actor.is_person and actor.ref == public_id
