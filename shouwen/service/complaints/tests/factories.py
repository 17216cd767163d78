"""A small bank whose complaints the tests work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.policy import defaults
from shouwen.people.approvals import actions as approvals
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.tests.factories import FOUNDER, MONDAY_9AM, Bank, a_bank, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets, Findings, GradeWords, Proof, Statement
from shouwen.service.complaints.models import Complaint, ComplaintGrade
from shouwen.service.complaints.queries import RELATIONS

SAID = "您好，贵行催收短信发给了我的联系人，要求停止并书面致歉。"
DEMAND = "停止联系第三人，书面致歉。"
GRADES = (
    GradeWords("G1", "一级", "First"),
    GradeWords("G2", "二级", "Second"),
    GradeWords("G3", "三级", "Third"),
)


@dataclass
class Office:
    """A bank with the three posts of a complaint, and grades."""

    bank: Bank
    clerk: Person
    worker: Person
    head: Person
    grades: list[ComplaintGrade]

    @property
    def acceptor(self) -> Actor:
        """Who accepts."""
        return staff.acting(self.clerk)

    @property
    def handler(self) -> Actor:
        """Who handles."""
        return staff.acting(self.worker)

    @property
    def supervisor(self) -> Actor:
        """Who supervises and closes."""
        return staff.acting(self.head)


def an_office(code: str = "bank", *, ruled: bool = False) -> Office:
    """Set the office up; `ruled` lets every pack count."""
    bank = a_bank(code)
    if ruled:
        home = bank.institution.pk
        defaults.adopt_as_insurer(home, actor=FOUNDER, approver=bank.key, at=MONDAY_9AM)
    system = Actor.system("tests", bank.institution.pk)
    grades = actions.set_grades(bank.institution, GRADES, actor=system, at=MONDAY_9AM)
    return Office(
        bank=bank,
        clerk=staff.a_person(bank.cards, "complaints"),
        worker=staff.a_person(bank.cards, "complaints"),
        head=staff.a_person(bank.cards, "lead"),
        grades=grades,
    )


def a_statement(**more: Any) -> Statement:
    """Take down a complaint."""
    said = {"title": "催收短信发至联系人", "description": SAID, "demand": DEMAND}
    return Statement(**{**said, **more})


def a_complaint(office: Office, **more: str) -> Complaint:
    """File a complaint of the bank's customer by its agent."""
    return actions.file_complaint(
        a_statement(**more), customer=office.bank.customer, actor=office.bank.me, at=MONDAY_9AM
    )


def a_complaint_of(bank: Bank) -> Complaint:
    """File a complaint at a bank that has no office yet, and give it grades."""
    system = Actor.system("tests", bank.institution.pk)
    actions.set_grades(bank.institution, GRADES, actor=system, at=MONDAY_9AM)
    return actions.file_complaint(
        a_statement(), customer=bank.customer, actor=bank.me, at=MONDAY_9AM
    )


def a_complaint_in(state: str, office: Office, **more: str) -> Complaint:
    """Bring a new complaint as far as `state`, each step by whose it is."""
    one, bank = a_complaint(office, **more), office.bank
    who = office.handler
    steps: dict[str, Callable[[], object]] = {
        "RECEIVED": lambda: None,
        "ACCEPTED": lambda: actions.accept(one, actor=office.acceptor, at=later(minutes=1)),
        "CLASSIFIED": lambda: actions.classify(
            one,
            bank.frozen,
            Facets(cg_type="SERVICE"),
            actor=office.acceptor,
            at=later(minutes=2),
        ),
        "GRADED": lambda: actions.grade(
            one, office.grades[1], tier=2, actor=office.acceptor, at=later(minutes=3)
        ),
        "STARTED": lambda: _start(one, office),
        "ANALYSED": lambda: actions.analyse(
            one, facts="短信发至非债务人2人。", actor=who, at=later(hours=1)
        ),
        "RESPONSIBILITY_ASSIGNED": lambda: actions.assign_responsibility(
            one,
            responsible="PARTNER",
            evidence="外包机构擅自发送，见抽检记录。",
            actor=who,
            at=later(hours=1),
        ),
        "PLAN_AGREED": lambda: actions.agree_plan(
            one,
            cause="外包模板未抽检",
            plan="停止联系第三人，书面致歉。",
            answer="AGREED",
            actor=who,
            at=later(hours=2),
        ),
        "HANDLED": lambda: actions.resolve(one, actor=who, at=later(hours=3)),
        "FEEDBACK_SENT": lambda: _tell(one, office),
        "CALLBACK_DONE": lambda: actions.call_back(
            one,
            is_satisfied=True,
            words="满意",
            channel="PHONE",
            actor=office.acceptor,
            at=later(hours=5),
        ),
        "CLOSED": lambda: actions.close(one, actor=office.supervisor, at=later(hours=6)),
        "ARCHIVED": lambda: actions.archive(one, actor=office.supervisor, at=later(hours=7)),
    }
    for name, step in steps.items():
        step()
        if name == state:
            return one
    raise ValueError(state)


def findings(**more: str) -> Findings:
    """Say what a notice says."""
    said = {
        "facts": "短信发至非债务人2人。",
        "basis": "领用合约第二十一条。",
        "reasons": "外包模板未抽检。",
        "outcome": "停止联系第三人，书面致歉。",
    }
    return Findings(**{**said, **more})


def _tell(one: Complaint, office: Office) -> None:
    actions.issue_notice(one, findings(), actor=office.handler, at=later(hours=4))
    actions.send_feedback(
        one,
        text="已停止联系第三人，并书面致歉。",
        proof=Proof("PHONE", said="已告知结果。"),
        actor=office.handler,
        at=later(hours=4),
    )


def _start(one: Complaint, office: Office) -> None:
    actions.assign(
        one,
        handler=office.worker,
        supervisor=office.head,
        actor=office.acceptor,
        at=later(minutes=4),
    )
    actions.start(one, actor=office.handler, at=later(minutes=5))


_FRESH: Prepared[Complaint] = Prepared(
    lambda pk: Complaint.objects.select_related(*RELATIONS).filter(pk=pk), pk=int
)


def fresh(complaint: Complaint) -> Complaint:
    """Read a complaint again, with its case."""
    return _FRESH.all(pk=complaint.pk)[0]


def told_again(office: Office, one: Complaint, solved: str = "YES") -> None:
    """Let the complainant object, and tell them a second result."""
    who = office.handler
    cases.object_by_customer(
        fresh(one).case, reason="没有收到", actor=office.bank.caller, at=later(hours=24)
    )
    actions.agree_plan(
        fresh(one), cause="漏发", plan="补发。", answer="AGREED", actor=who, at=later(hours=25)
    )
    actions.resolve(fresh(one), actor=who, at=later(hours=26))
    said = findings(solved=solved)
    actions.issue_notice(fresh(one), said, actor=who, at=later(hours=27))
    proof = Proof("PHONE", said="已告知第二次结果。")
    actions.send_feedback(fresh(one), text="已补发。", proof=proof, actor=who, at=later(hours=27))


def silence_by_two(office: Office, days: int | None, at: datetime) -> None:
    """Have one person ask for these days and another put them in force."""
    one, other = (staff.acting(staff.a_person(office.bank.cards, "admin")) for _ in range(2))
    home = office.bank.institution
    asked = actions.ask_silence_days(home, days, reason="按内部制度", actor=one, at=at)
    approvals.approve(asked, "同意", actor=other, at=at)
