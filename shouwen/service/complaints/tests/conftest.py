"""What the tests of complaints stand on."""

from __future__ import annotations

import pytest

from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import a_person, a_unit
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.extending import Desk, a_desk
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh
from shouwen.service.complaints.tests.held import find, shares


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office()


@pytest.fixture
def ruled(db: None) -> Office:
    """The same with every pack in force."""
    return an_office(ruled=True)


@pytest.fixture
def desk(ruled: Office) -> Desk:
    """A complex complaint that is being investigated."""
    return a_desk(ruled)


@pytest.fixture
def credit(office: Office) -> Unit:
    """The unit that is held responsible."""
    return a_unit(office.bank.institution, "消费信贷部")


@pytest.fixture
def chief(credit: Unit) -> Person:
    """Who leads it."""
    return a_person(credit, "lead")


@pytest.fixture
def shared(office: Office, credit: Unit, chief: Person) -> Complaint:
    """A complaint whose responsibility a unit and a partner share."""
    one = a_complaint_in("ANALYSED", office)
    find(office, one, *shares(credit))
    return fresh(one)
