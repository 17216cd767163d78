"""A small bank whose cases the tests work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Institution, Person, Unit
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import actions
from shouwen.service.cases.actions import Branch, Question
from shouwen.service.cases.models import Case, CaseTask, Category

MONDAY_9AM = staff.MONDAY_9AM
FOUNDER = staff.FOUNDER
_phones = count(13_800_000_000)

TREE = (
    Branch(
        "account",
        "账户服务",
        "Account service",
        (
            Branch(
                "account.abnormal",
                "账户异常",
                "Account abnormal",
                (
                    Branch("account.abnormal.frozen", "账户冻结", "Account frozen"),
                    Branch("account.abnormal.locked", "密码锁定", "Password locked"),
                ),
            ),
        ),
    ),
)


def later(**span: float) -> datetime:
    """Give a moment so long after Monday nine o'clock."""
    return MONDAY_9AM + timedelta(**span)


@dataclass
class Bank:
    """One institution with two teams, people of several roles, a customer and categories."""

    institution: Institution
    cards: Unit
    loans: Unit
    agent: Person
    colleague: Person
    outsider: Person
    lead: Person
    auditor: Person
    inspector: Person
    admin: Person
    customer: Customer
    frozen: Category
    locked: Category

    def acting(self, person: Person) -> Actor:
        """Give a person as an actor."""
        return staff.acting(person)

    @property
    def me(self) -> Actor:
        """The agent as an actor."""
        return self.acting(self.agent)

    @property
    def boss(self) -> Actor:
        """The lead as an actor."""
        return self.acting(self.lead)

    @property
    def caller(self) -> Actor:
        """The customer as an actor."""
        return Actor.customer(self.customer.public_id, self.institution.pk)

    @property
    def key(self) -> Actor:
        """A program as an actor."""
        return Actor(
            kind=ActorKind.KEY,
            ref="key_tests",
            name="tests",
            institution_id=self.institution.pk,
            roles=frozenset({"lead"}),
            all_units=True,
        )


def a_bank(code: str = "bank") -> Bank:
    """Found the bank."""
    institution = staff.an_institution(code)
    cards = staff.a_unit(institution, "信用卡争议组")
    loans = staff.a_unit(institution, "消费信贷组")
    customer = customers.register_customer(
        institution,
        name="林晓棠",
        phone=str(next(_phones)),
        actor=Actor.system("tests", institution.pk),
        at=MONDAY_9AM,
    )
    frozen, locked = actions.plant_categories(institution.pk, TREE, actor=FOUNDER, at=MONDAY_9AM)
    return Bank(
        institution=institution,
        cards=cards,
        loans=loans,
        agent=staff.a_person(cards, "agent", over=cards),
        colleague=staff.a_person(cards, "agent", over=cards),
        outsider=staff.a_person(loans, "agent", over=loans),
        lead=staff.a_person(cards, "lead", over=cards),
        auditor=staff.a_person(cards, "auditor"),
        inspector=staff.a_person(cards, "inspector"),
        admin=staff.a_person(cards, "admin"),
        customer=customer,
        frozen=frozen,
        locked=locked,
    )


def a_question(title: str = "境外交易2,386.00元非本人办理", **more: str) -> Question:
    """Take down a question."""
    return Question(title=title, description="客户称卡未离身，昨夜有一笔境外交易。", **more)  # type: ignore[arg-type]  # the texts among the fields


def a_case(bank: Bank, **more: str) -> Case:
    """Open a case of the bank's customer by its agent; a complaint's as its own room does."""
    return actions.open_case(
        a_question(**more),
        customer=bank.customer,
        is_led=more.get("kind") == "COMPLAINT",
        actor=bank.me,
        at=MONDAY_9AM,
    )


def a_case_in(state: str, bank: Bank, **more: str) -> Case:
    """Bring a new case as far as `state`, by the agent and the customer themselves."""
    case = a_case(bank, **more)
    steps: dict[str, Callable[[], object]] = {
        "NEW": lambda: None,
        "ACCEPTED": lambda: actions.accept(case, actor=bank.me, at=later(minutes=1)),
        "CLASSIFIED": lambda: actions.classify(
            case, bank.frozen, actor=bank.me, at=later(minutes=2)
        ),
        "ASSIGNED": lambda: actions.assign(case, bank.agent, actor=bank.me, at=later(minutes=3)),
        "IN_PROGRESS": lambda: actions.start_work(case, actor=bank.me, at=later(minutes=4)),
        "RESOLVED": lambda: actions.resolve(
            case,
            cause="卡号泄露",
            solution="换发新卡，先行垫付。",
            actor=bank.me,
            at=later(hours=1),
        ),
        "FEEDBACK_SENT": lambda: actions.send_feedback(
            case, "已换发新卡，款项两日内到账。", "PHONE", actor=bank.me, at=later(hours=2)
        ),
        "CLOSED": lambda: _close(case, bank),
        "ARCHIVED": lambda: actions.archive(case, actor=bank.boss, at=later(hours=5)),
    }
    for name, step in steps.items():
        step()
        if name == state:
            return case
    raise ValueError(state)


def a_task(bank: Bank, case: Case, asked: str = "请核对授信记录。", **more: Any) -> CaseTask:
    """Have the agent ask the other team to do something within a day."""
    return actions.ask_unit(
        case,
        bank.loans,
        asked,
        **{"due_at": later(hours=24), "actor": bank.me, "at": later(minutes=10), **more},
    )


def _close(case: Case, bank: Bank) -> None:
    actions.confirm_by_agent(case, actor=bank.me, at=later(hours=3))
    actions.confirm_by_customer(case, actor=bank.caller, at=later(hours=3))
    actions.close(case, actor=bank.me, at=later(hours=4))
