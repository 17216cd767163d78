"""The rail, as wired: every role has a home, and every door it is shown opens."""

from __future__ import annotations

import pytest
from django.test import Client

from config import wiring
from shouwen.ground.kit import nav
from shouwen.people.staff import queries
from shouwen.people.staff.access import RIGHTS
from shouwen.people.staff.tests import factories as staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", sorted(RIGHTS))
def test_every_door_on_the_rail_opens(role: str, client: Client) -> None:
    person = staff.a_person(staff.a_unit(staff.an_institution()), role)
    client.force_login(person)
    doors = nav.doors_for(queries.actor_of(person), "")
    assert doors, "nobody of the staff comes out at the customers' page"
    for door in doors:
        assert client.get(door.url, follow=True).status_code == 200, door.url


def test_no_two_doors_share_a_key() -> None:
    keys = [door.shortcut for door in wiring.DOORS if door.shortcut]
    assert sorted(keys) == sorted(set(keys))
