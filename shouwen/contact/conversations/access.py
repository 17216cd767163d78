"""Who may read a contact, and who may speak in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db.models import Q

from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Person, RoleGrant, Unit

READERS = frozenset(role for role, held in rights.RIGHTS.items() if "contact.read" in held)


def within_reach(actor: Actor) -> Q:
    """Give the condition that a contact is the actor's to read.

    A visitor reaches the contacts of their own visit, a customer their own; staff and keys with
    `contact.read` those of their institution that are nobody's yet or a person's in their units.
    """
    if actor.kind is ActorKind.CUSTOMER:
        own = Q(visitor_ref=actor.ref) | Q(customer__public_id=actor.ref)
        return own & Q(institution_id=actor.institution_id) if actor.ref else Q(pk__in=())
    rights.require(actor, "contact.read")
    reach = Q() if actor.institution_id is None else Q(institution_id=actor.institution_id)
    if not actor.all_units:
        units = actor.unit_ids
        reach &= (
            Q(owner__isnull=True)
            | Q(owner__unit_id__in=units)
            | Q(handler__unit_id__in=units)
            | Q(handler__public_id=actor.ref)
        )
    return reach


def reach_of(actor: Actor) -> Callable[[Contact], bool]:
    """Give the same rule for contacts that are read already, with their people.

    Raises NotAllowed where `within_reach` does.
    """
    if actor.kind is ActorKind.CUSTOMER:
        return lambda contact: _is_own(actor, contact)
    rights.require(actor, "contact.read")
    return lambda contact: _is_near(actor, contact)


def _is_own(actor: Actor, contact: Contact) -> bool:
    if not actor.ref or contact.institution_id != actor.institution_id:
        return False
    customer = contact.customer
    return actor.ref in (contact.visitor_ref, customer.public_id if customer else None)


def _is_near(actor: Actor, contact: Contact) -> bool:
    if actor.institution_id not in (None, contact.institution_id):
        return False
    owner, handler = contact.owner, contact.handler
    if actor.all_units or owner is None or owner.unit_id in actor.unit_ids:
        return True
    return handler is not None and (
        handler.unit_id in actor.unit_ids or handler.public_id == actor.ref
    )


def may_follow(actor: Actor | None, public_id: str) -> bool:
    """Whether the actor's screen may be told that this contact has changed."""
    if actor is None:
        return False
    try:
        return Contact.objects.filter(within_reach(actor), public_id=public_id).exists()
    except NotAllowed:
        return False


def may_speak(actor: Actor, contact: Contact, handler_ref: str) -> bool:
    """Whether the actor speaks for the institution here: the handler, or the handler's lead."""
    if not rights.same_institution(actor, contact.institution_id):
        return False
    if actor.is_person and actor.ref == handler_ref:
        return rights.has_right(actor, "contact.take")
    return actor.is_system or rights.has_right(actor, "contact.supervise")


def require_speaker(actor: Actor, contact: Contact, handler_ref: str) -> None:
    """Let the handler or a lead act on the contact. Raises NotAllowed."""
    if not may_speak(actor, contact, handler_ref):
        raise NotAllowed


def require_integrator(actor: Actor, contact: Contact) -> None:
    """Let an API key act on a contact that no person has in hand. Raises NotAllowed."""
    if not rights.same_institution(actor, contact.institution_id):
        raise NotAllowed
    rights.require(actor, "contact.take")


def may_follow_notes(actor: Actor | None, public_id: str) -> bool:
    """Whether the actor's screen may be told of a new internal note: never a customer's."""
    return actor is not None and actor.is_person and may_follow(actor, public_id)


def require_noter(actor: Actor, contact: Contact) -> None:
    """Let a person of the desk write an internal note. Raises NotAllowed."""
    if not actor.is_person or not rights.same_institution(actor, contact.institution_id):
        raise NotAllowed
    rights.require(actor, "contact.take")


def require_lead(actor: Actor, contact: Contact) -> None:
    """Let a lead look on, whisper, take over and clear spam. Raises NotAllowed."""
    if not actor.is_person or not rights.same_institution(actor, contact.institution_id):
        raise NotAllowed
    rights.require(actor, "contact.supervise")


def looks_on(actor: Actor, contact: Contact, handler_ref: str) -> bool:
    """Whether the actor sees this contact as a lead beside the one who has it in hand."""
    return (
        actor.is_person
        and bool(handler_ref)
        and handler_ref != actor.ref
        and rights.same_institution(actor, contact.institution_id)
        and rights.has_right(actor, "contact.supervise")
    )


def who_may_read(contact: Contact, people: Iterable[Person]) -> list[Person]:
    """Keep those of these people who reach the contact, by the rule of `within_reach`.

    Two queries for any number of people.
    """
    listed = [
        one for one in people if one.is_active and one.institution_id == contact.institution_id
    ]
    grants: dict[int, dict[str, list[str | None]]] = defaultdict(lambda: defaultdict(list))
    for person_id, role, path in RoleGrant.objects.filter(person__in=listed).values_list(
        "person_id", "role", "unit__path"
    ):
        grants[person_id][role].append(path)
    having = {one.unit_id for one in (contact.owner, contact.handler) if one is not None}
    homes = list(Unit.objects.filter(pk__in=having).values_list("path", flat=True))
    return [one for one in listed if _reaches(one, contact, grants[one.pk], homes)]


def _reaches(
    person: Person, contact: Contact, grants: dict[str, list[str | None]], homes: list[str]
) -> bool:
    if READERS.isdisjoint(grants):
        return False
    if contact.owner_id is None or contact.handler_id == person.pk:
        return True
    bounds = rights.bounds_of(grants.values())
    return not bounds or any(rights.reaches(bounds, home) for home in homes)
