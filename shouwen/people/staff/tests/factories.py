"""Plain makers of what tests of people stand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.test import Client

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import actions, queries
from shouwen.people.staff.actions import Duties
from shouwen.people.staff.models import Institution, Person, Post, Unit

# A Monday in Shanghai, 09:00.
MONDAY_9AM = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
FOUNDER = Actor.system("tests")
PASSWORD = "correct-horse-首问"
_numbers = count(1)


def an_institution(code: str = "bank") -> Institution:
    """Found an institution."""
    return actions.found_institution(
        code=code,
        name_zh="示范银行",
        name_en="Model Bank",
        kind="BANK",
        actor=FOUNDER,
        at=MONDAY_9AM,
    )


def a_unit(institution: Institution, name_zh: str = "客服中心", parent: Unit | None = None) -> Unit:
    """Open a unit."""
    return actions.open_unit(
        institution=institution, name_zh=name_zh, parent=parent, actor=FOUNDER, at=MONDAY_9AM
    )


def a_person(
    unit: Unit,
    *roles: str,
    username: str = "",
    over: Unit | None = None,
    password: str | None = None,
) -> Person:
    """Hire a person with these roles, over one unit or over the institution."""
    number = next(_numbers)
    person = actions.hire_person(
        username=username or f"person{number}",
        staff_no=f"8{number:04d}",
        name="林晓",
        unit=unit,
        password=password,
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    for role in roles:
        actions.grant_role(person, role, unit=over, actor=FOUNDER, at=MONDAY_9AM)
    return person


def a_post(institution: Institution, **other: Any) -> Post:
    """Put a post on the duty list, in force since `MONDAY_9AM`."""
    duties = Duties("在线坐席", "可办理查询", "首问负责\n如实记录", MONDAY_9AM.date())
    return actions.add_post(institution, replace(duties, **other), actor=FOUNDER, at=MONDAY_9AM)


def acting(person: Person) -> Actor:
    """Give the person as an actor."""
    return queries.actor_of(person)


def signed_in(person: Person) -> Client:
    """Give a browser in which this person is signed in."""
    client = Client(raise_request_exception=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
