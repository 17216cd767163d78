"""A complex complaint under every pack, and who asks for more time and decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy.models import Clock
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint, ComplaintExtension
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh

LAW, LAWS_LIMIT = "CBIRC-2020-3-20-3", "CBIRC-2020-3-20-2"
REASON = "需向两家外包机构调取录音。"
TOLD: dict[str, Any] = {"words": "案情复杂，办理期限延长至8月15日。", "channel": "PHONE"}


@dataclass
class Desk:
    """A complex complaint under every pack, and who asks and decides."""

    office: Office
    one: Complaint
    senior: Person
    other: Person

    @property
    def handler(self) -> Actor:
        """Who handles it."""
        return self.office.handler

    def law(self) -> dict[str, Any]:
        """Give the law's own limit as the clock keeps it."""
        clock = Clock.objects.get(subject_ref=self.one.case.public_id, event="complaint.resolve")
        return next(dict(c) for c in clock.candidates if c["clause"] == LAWS_LIMIT)

    def newest_due(self) -> datetime:
        """Give when the law's own limit of the newest round of work is due."""
        clocks = Clock.objects.filter(
            subject_ref=self.one.case.public_id, event="complaint.resolve"
        ).order_by("-pk")
        (law,) = (one for one in clocks[0].candidates if one["clause"] == LAWS_LIMIT)
        return datetime.fromisoformat(law["due_at"])

    def due(self) -> datetime:
        """Give when the law's own limit is due."""
        return datetime.fromisoformat(self.law()["due_at"])

    def ask(self, at: datetime, actor: Actor | None = None, **more: Any) -> ComplaintExtension:
        """Ask for more time."""
        who = actor or self.handler
        said = {"reason": REASON, **more}
        return actions.ask_extension(fresh(self.one), **said, actor=who, at=at)

    def request(self) -> Approval:
        """Give the newest request as a decider finds it."""
        rows = Approval.objects.filter(kind=actions.EXTENSION)
        return rows.select_related("institution", "unit", "asked_by").order_by("-pk")[0]

    def approve(self, at: datetime, who: Person | None = None) -> None:
        """Approve the newest request."""
        approvals.approve(self.request(), "情况属实", actor=acting(who or self.senior), at=at)

    def tell(self, at: datetime, actor: Actor | None = None, **more: Any) -> ComplaintExtension:
        """Record the notice to the complainant."""
        who = actor or self.handler
        return actions.tell_extension(fresh(self.one), **{**TOLD, **more}, actor=who, at=at)

    def state(self) -> str:
        """Give how far the newest extension is."""
        return ComplaintExtension.objects.order_by("-pk")[0].state


def a_desk(office: Office, complexity: str = "COMPLEX") -> Desk:
    """Bring a complaint to the investigation and make it a complex one."""
    one = a_complaint_in("STARTED", office)
    facets = Facets(cg_type="SERVICE", complexity=complexity)
    actions.classify(one, office.bank.frozen, facets, actor=office.acceptor, at=later(hours=1))
    cards = office.bank.cards
    return Desk(office, one, a_person(cards, "risk"), a_person(cards, "risk"))
