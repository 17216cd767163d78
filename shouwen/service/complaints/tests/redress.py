"""A complaint whose facts are found, and who proposes and decides its redress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwen.ground.kernel.actor import Actor
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import Complaint, ComplaintRedress
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh

REASON, BASIS = "误扣年费，客户多次来行。", "领用合约第十二条。"
PROPOSED: dict[str, Any] = {
    "kind": "REFUND",
    "amount": "300.00",
    "reason": REASON,
    "basis": BASIS,
}


@dataclass
class Till:
    """One complaint with a lead and senior management beside its handler."""

    office: Office
    one: Complaint
    lead: Person
    senior: Person

    def propose(self, hours: float = 2, actor: Actor | None = None, **more: Any) -> Any:
        """Propose a redress as the handler."""
        values = {**PROPOSED, **more}
        who = actor or self.office.handler
        kind = values.pop("kind")
        at = later(hours=hours)
        return actions.propose_redress(fresh(self.one), kind, **values, actor=who, at=at)

    def request(self) -> Approval:
        """Give the newest request as a decider finds it."""
        rows = Approval.objects.filter(kind=actions.REDRESS)
        return rows.select_related("institution", "unit", "asked_by").order_by("-pk")[0]

    def approve(self, who: Person | None = None, at: datetime | None = None) -> None:
        """Approve the newest request."""
        actor = acting(who or self.lead)
        approvals.approve(self.request(), "属实，同意", actor=actor, at=at or later(hours=3))

    def result(self, one: ComplaintRedress, actor: Actor | None = None, **more: Any) -> Any:
        """Give the payment's result as the system that pays."""
        said = {"outcome": "PAID", "reference": "PAY-20260615-1", "words": "", **more}
        who = actor or self.office.bank.key
        return actions.take_redress_result(
            fresh(self.one), one.public_id, **said, actor=who, at=later(hours=4)
        )

    def granted(self, **more: Any) -> ComplaintRedress:
        """Have a redress approved and its payment asked for."""
        one: ComplaintRedress = self.propose(**more)
        self.approve(self.senior)
        return ComplaintRedress.objects.get(pk=one.pk)

    def state(self) -> str:
        """Give how far the newest redress is."""
        return ComplaintRedress.objects.order_by("-pk")[0].state


def a_till(office: Office, state: str = "ANALYSED") -> Till:
    """Bring a complaint so far that its redress can be proposed."""
    cards = office.bank.cards
    one = a_complaint_in(state, office)
    return Till(office, one, a_person(cards, "lead"), a_person(cards, "risk"))
