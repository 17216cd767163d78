"""Who acts: a person, a customer, an API key, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of being stands behind an act."""

    PERSON = "PERSON"
    CUSTOMER = "CUSTOMER"
    KEY = "KEY"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer of an act, passed as `actor=` to every action and query.

    `institution_id` is None only for the system itself; `unit_ids` holds every unit within reach,
    children included, and counts only where `all_units` is false. `stands_in_for` holds the public
    ids of those who are away and have named this person their deputy.
    """

    kind: ActorKind
    ref: str
    name: str
    institution_id: int | None
    roles: frozenset[str] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    all_units: bool = False
    purpose: str = ""
    stands_in_for: frozenset[str] = frozenset()

    @classmethod
    def system(cls, name: str, institution_id: int | None = None) -> Actor:
        """Name the part of the system that acts by itself, such as `ticker`."""
        return cls(ActorKind.SYSTEM, name, name, institution_id, all_units=True)

    @classmethod
    def customer(cls, ref: str, institution_id: int, name: str = "") -> Actor:
        """Name a customer or visitor by the public id of the customer or of the visit."""
        return cls(ActorKind.CUSTOMER, ref, name, institution_id)

    @property
    def is_system(self) -> bool:
        """Whether the centre itself acts."""
        return self.kind is ActorKind.SYSTEM

    @property
    def is_person(self) -> bool:
        """Whether a member of staff acts."""
        return self.kind is ActorKind.PERSON

    def has_role(self, *roles: str) -> bool:
        """Whether the actor holds any of these roles."""
        return not self.roles.isdisjoint(roles)

    def for_purpose(self, purpose: str) -> Actor:
        """Give the same actor with a stated purpose, kept in the trail."""
        return replace(self, purpose=purpose)
