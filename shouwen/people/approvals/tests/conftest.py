"""What the tests of approvals stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shouwen.people.approvals import ports
from shouwen.people.approvals.tests import factories
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests import factories as staff


@dataclass
class House:
    """One institution with two units: an agent who asks, leads who decide."""

    cards: Unit
    loans: Unit
    agent: Person
    lead: Person
    other_lead: Person
    narrow: Person
    inspector: Person


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """Found it, with a kind to ask for."""
    factories.plug_in()
    institution = staff.an_institution("bank")
    cards, loans = staff.a_unit(institution, "信用卡"), staff.a_unit(institution, "贷款")
    yield House(
        cards=cards,
        loans=loans,
        agent=staff.a_person(cards, "agent"),
        lead=staff.a_person(cards, "lead"),
        other_lead=staff.a_person(cards, "lead"),
        narrow=staff.a_person(loans, "lead", over=loans),
        inspector=staff.a_person(cards, "inspector"),
    )
    ports.forget(factories.KIND)
