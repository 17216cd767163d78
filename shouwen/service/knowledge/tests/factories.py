"""A small house whose knowledge the tests write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests import factories as staff
from shouwen.service.knowledge import actions
from shouwen.service.knowledge.actions import Area, Wording
from shouwen.service.knowledge.models import ArticleVersion

MONDAY_9AM = staff.MONDAY_9AM
AREAS = (Area("card", "信用卡", "Credit cards"), Area("loan", "贷款", "Loans"))
FEE = Wording(
    title="信用卡年费减免规则",
    topic="PRODUCT",
    category="card",
    keywords="免年费 annual fee",
    body="普通卡首年免年费，当年刷卡满六次免次年年费。白金卡年费不减免，可用积分兑换。",
    review_on=date(2026, 12, 1),
)


def later(**span: float) -> datetime:
    """Give a moment so long after Monday nine o'clock."""
    return MONDAY_9AM + timedelta(**span)


@dataclass
class House:
    """One institution with people of every role that touches knowledge."""

    institution: Institution
    editor: Person
    colleague: Person
    lead: Person
    both: Person
    agent: Person

    @property
    def writer(self) -> Actor:
        """The editor as an actor."""
        return staff.acting(self.editor)

    @property
    def boss(self) -> Actor:
        """The lead as an actor."""
        return staff.acting(self.lead)

    @property
    def me(self) -> Actor:
        """The agent as an actor."""
        return staff.acting(self.agent)

    def acting(self, person: Person) -> Actor:
        """Give a person as an actor."""
        return staff.acting(person)


def a_house(code: str = "bank") -> House:
    """Found the house."""
    institution = staff.an_institution(code)
    unit = staff.a_unit(institution)
    actions.plant_categories(institution.pk, AREAS, actor=staff.FOUNDER, at=MONDAY_9AM)
    return House(
        institution=institution,
        editor=staff.a_person(unit, "editor"),
        colleague=staff.a_person(unit, "editor"),
        lead=staff.a_person(unit, "lead"),
        both=staff.a_person(unit, "editor", "lead"),
        agent=staff.a_person(unit, "agent"),
    )


def a_draft(house: House, *, at: datetime = MONDAY_9AM, **more: Any) -> ArticleVersion:
    """Draft an article by the editor."""
    return actions.draft_article(replace(FEE, **more), actor=house.writer, at=at)


def published(house: House, *, at: datetime = MONDAY_9AM, **more: Any) -> ArticleVersion:
    """Publish an article: written by the editor, approved by the lead."""
    version = a_draft(house, at=at, **more)
    actions.submit(version, actor=house.writer, at=at)
    actions.approve(version, actor=house.boss, at=at)
    return version
