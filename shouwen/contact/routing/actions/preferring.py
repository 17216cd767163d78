"""Whom a contact is offered to before the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.people.customers.models import Customer
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person


@dataclass(frozen=True, slots=True)
class Preferred:
    """The customer's own person, or who stands in for them today; None where there is nobody."""

    person: Person | None = None
    absent: Person | None = None

    @property
    def inputs(self) -> dict[str, str]:
        """What a decision keeps of it."""
        if self.person is None:
            return {}
        absent = {"stands_in_for": self.absent.name} if self.absent else {}
        return {"dedicated": self.person.name} | absent


def own_person(customer: Customer | None, service: Service, at: datetime) -> Preferred:
    """Give whom a customer's tiers put first: their own person, while away the first deputy."""
    own = customer.dedicated if customer and service.dedicated_first else None
    if own is None:
        return Preferred()
    away = staff.away_now([own.pk], at)
    if own.pk not in away:
        return Preferred(own)
    return Preferred(next(iter(away[own.pk]), None), own)
