"""A finding whose parts the tests contest, and who speaks for them."""

from __future__ import annotations

from datetime import datetime

from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Finding, Share
from shouwen.service.complaints.models import Complaint, FindingPart
from shouwen.service.complaints.tests.factories import Office, fresh

EVIDENCE = "未按季抽检外包短信模板，见抽检记录。"
SAID = "短信由外包机构擅自发送，请求比例改为40%。"


def shares(unit: Unit, first: int = 70) -> tuple[Share, ...]:
    return (
        Share(kind="UNIT", percent=first, unit=unit, ground="未按季抽检"),
        Share(kind="PARTNER", percent=100 - first, partner="衡信外包服务"),
    )


def find(office: Office, one: Complaint, *parts: Share, at: datetime | None = None) -> None:
    actions.assign_responsibility(
        fresh(one),
        responsible="SHARED" if len(parts) > 1 else parts[0].kind,
        evidence=EVIDENCE,
        shares=parts,
        actor=office.handler,
        at=at or later(hours=2),
    )


def part(one: Complaint, kind: str) -> FindingPart:
    return next(row for row in queries.finding_of(one) if row.kind == kind and row.is_current)


def contest(one: Complaint, who: Person, at: datetime | None = None) -> None:
    own = queries.own_part(acting(who), part(one, "UNIT").public_id)
    actions.contest_finding(own, words=SAID, actor=acting(who), at=at or later(hours=5))


def decide(one: Complaint, who: Person, changed: Finding | None = None, hours: float = 6) -> None:
    actions.decide_finding(
        fresh(one),
        part(one, "UNIT").public_id,
        opinion="抽检记录缺第一季度。",
        changed=changed,
        actor=acting(who),
        at=later(hours=hours),
    )
