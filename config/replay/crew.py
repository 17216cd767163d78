"""The scripted staff of a replay: hired for it, let go afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shouwen.contact.routing import queries as routing
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import actions as people
from shouwen.people.staff import ports as staff_ports
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import ApiKey, Institution, Person, Skill


@dataclass
class Crew:
    """The scripted staff of one replay: hired for it, let go afterwards."""

    people: list[Person]
    keys: list[ApiKey]
    tokens: list[str]


def hire(
    institution: Institution, roles: Sequence[str], at: datetime, *, above: Sequence[str] = ()
) -> Crew:
    """Hire a person for each role, agents with every skill, each with a key of their own.

    Those for the roles `above` come last, and sit in the unit above the others'.
    """
    actor = Actor.system("replay", institution.pk)
    # Where the default queue's people sit, since a queue offers to its own unit.
    queue = next(q for q in routing.queues_of(institution.pk) if q.is_default)
    unit = queue.unit or staff.unit_tree(actor)[0]
    skills = list(Skill.objects.filter(institution=institution).order_by("pk"))
    crew, batch = Crew([], [], []), secrets.token_hex(3)
    for serial, role in enumerate([*roles, *above], 1):
        person = people.hire_person(
            username=f"replay-{batch}-{serial:02d}",
            staff_no=f"R{batch[:4]}{serial:02d}",
            name=f"回放{serial:02d}",
            unit=unit if serial <= len(roles) else unit.parent or unit,
            actor=actor,
            at=at,
        )
        people.grant_role(person, role, actor=actor, at=at)
        for skill in skills if role == "agent" else []:
            people.teach_skill(person, skill, 3, actor=actor, at=at)
        key, token = people.create_api_key(
            institution=institution,
            role=role,
            name=f"replay {batch}",
            person=person,
            # A replay at many times life's speed is no misuse.
            per_minute=people.PER_MINUTE_MOST,
            actor=actor,
            at=at,
        )
        crew.people.append(person)
        crew.keys.append(key)
        crew.tokens.append(token)
    return crew


def let_go(crew: Crew, institution: Institution, at: datetime) -> None:
    """Revoke the keys and take the scripted staff out of service.

    What is open in their name goes to their unit, as it does when anybody leaves.
    """
    actor = Actor.system("replay", institution.pk)
    for key in crew.keys:
        people.revoke_api_key(key, actor=actor, at=at)
    for person in crew.people:
        to_the_unit = {kind.code: person.unit.public_id for kind in staff_ports.work_kinds()}
        shares = people.Shares(by_kind=to_the_unit)
        people.let_go(person, shares, reason="replay", actor=actor, at=at)
