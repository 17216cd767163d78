"""Founds one demo institution: units, people, skills, queues, categories, packs, customers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from config.demo import texts
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import actions as customer_actions
from shouwen.people.customers import queries as customer_queries
from shouwen.people.customers.models import Customer, Value
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff import actions as staff_actions
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution, Person, Skill, Unit

RISKS = ("LOW", "LOW", "MIDDLE", "LOW", "MIDDLE", "HIGH")
VALUES = ("ORDINARY", "ORDINARY", "HIGH_NET_WORTH", "ORDINARY", "POTENTIAL")


@dataclass
class Founded:
    """One institution as it stands before its first customer calls."""

    institution: Institution
    actor: Actor
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    customers: list[Customer] = field(default_factory=list)

    def agents(self) -> list[Person]:
        """Those who take contacts."""
        return [
            person
            for person in self.people.values()
            if staff.actor_of(person).has_role("agent", "lead")
        ]

    def lead(self) -> Person:
        """Who checks files before they are archived."""
        return next(p for p in self.people.values() if staff.actor_of(p).has_role("lead"))

    def first_of(self, role: str) -> Actor | None:
        """Somebody of this role; the small institution has not every one."""
        people = (staff.actor_of(person) for person in self.people.values())
        return next((actor for actor in people if actor.has_role(role)), None)


def found(code: str, *, password: str, at: datetime) -> Founded:
    """Found the institution with everything but history; one call to an action for each thing."""
    text = texts.institution_text(code)
    system = Actor.system("demo")
    institution = staff_actions.found_institution(**text["institution"], actor=system, at=at)
    made = Founded(institution, Actor.system("demo", institution.pk))
    _units(made, text, at)
    _people(made, text, password, at)
    _customers(made, text["customers"], at)
    _tiers(made, text, at)
    return made


def _units(made: Founded, text: dict[str, Any], at: datetime) -> None:
    for row in text["unit"]:
        made.units[row["code"]] = staff_actions.open_unit(
            institution=made.institution,
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            parent=made.units.get(row.get("parent", "")),
            actor=made.actor,
            at=at,
        )


def _people(made: Founded, text: dict[str, Any], password: str, at: datetime) -> None:
    skills = {
        row["code"]: staff_actions.define_skill(
            institution=made.institution, **row, actor=made.actor, at=at
        )
        for row in text["skill"]
    }
    for row in text["person"]:
        person = staff_actions.hire_person(
            username=row["username"],
            staff_no=row["staff_no"],
            name=row["name"],
            unit=made.units[row["unit"]],
            password=password,
            actor=made.actor,
            at=at,
        )
        for role in row["roles"]:
            staff_actions.grant_role(person, role, actor=made.actor, at=at)
        _qualify(made, person, row, skills, at)
        made.people[row["username"]] = person


def _qualify(
    made: Founded, person: Person, row: dict[str, Any], skills: dict[str, Skill], at: datetime
) -> None:
    """Give skills, with certificates where there are some, experience and a mentor."""
    today = time.now().date()
    for skill, level in row.get("skills", {}).items():
        certificate, days = row.get("certificates", {}).get(skill, ("", None))
        staff_actions.teach_skill(
            person,
            skills[skill],
            level,
            certificate=certificate,
            expires_on=None if days is None else today + timedelta(days=days),
            actor=made.actor,
            at=at,
        )
    if "experience_days" in row:
        staff_actions.set_experience(
            person,
            since=at.date() - timedelta(days=row["experience_days"]),
            mentor=made.people.get(row.get("mentor", "")),
            actor=made.actor,
            at=at,
        )


def _tiers(made: Founded, text: dict[str, Any], at: datetime) -> None:
    """Let some tiers give more, and let every customer of high net worth have their own person."""
    given = {
        (row["by"], row["tier"]): Service(
            row["points"], row.get("reply_seconds"), row.get("dedicated_first", False)
        )
        for row in text.get("tier", ())
    }
    customer_actions.set_tier_services(made.institution, given, actor=made.actor, at=at)
    own = customer_queries.dedicated_choices(made.institution.pk)
    valued = [one for one in made.customers if one.value == Value.HIGH_NET_WORTH]
    for serial, customer in enumerate(valued):
        person = own[serial % len(own)]
        customer_actions.set_dedicated(customer, person.public_id, actor=made.actor, at=at)


def _customers(made: Founded, text: dict[str, Any], at: datetime) -> None:
    for serial, name in enumerate([*text["people"], *text["companies"]]):
        is_company = name in text["companies"]
        made.customers.append(
            customer_actions.register_customer(
                made.institution,
                kind="ENTERPRISE" if is_company else "INDIVIDUAL",
                name=name,
                phone=str(text["first_phone"] + serial * 37),
                id_number="" if is_company else texts.invented_id_number(serial * 7 + 100),
                risk=RISKS[serial % len(RISKS)],
                value=VALUES[serial % len(VALUES)],
                actor=made.actor,
                at=at,
            )
        )
