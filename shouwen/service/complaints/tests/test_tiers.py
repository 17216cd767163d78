"""Who handles a complaint may change; the story says to which tier, by whom and why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault.models import AuditRow
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.test_api import Line
from shouwen.service.complaints.tests.test_pages import _do

WHY = "涉及外包机构，须由分管领导牵头。"


def test_a_higher_tier_is_told_with_who_and_why(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    grade = office.grades[1]
    with pytest.raises(Invalid) as refused:
        actions.grade(one, grade, tier=3, actor=office.supervisor, at=later(hours=1))
    assert set(refused.value.fields) == {"tier_reason"}
    assert fresh(one).tier == 2
    actions.grade(
        fresh(one), grade, tier=3, tier_reason=WHY, actor=office.supervisor, at=later(hours=2)
    )
    assert fresh(one).tier == 3
    told = [entry for entry in case_queries.timeline(one.case) if "tier" in entry.act]
    assert [(entry.act, entry.text, entry.clause) for entry in told] == [
        ("complaint_tier_up", WHY, "CG-3.2-03")
    ]
    row = AuditRow.objects.get(act="complaint.tier")
    assert (row.actor_ref, json.loads(row.detail)) == (office.head.public_id, {"from": 2, "to": 3})


def test_what_stays_needs_no_reason_and_is_not_told(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    actions.grade(one, office.grades[0], tier=2, actor=office.supervisor, at=later(hours=1))
    assert not AuditRow.objects.filter(act="complaint.tier").exists()


def test_pages_and_programs_say_why(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    said: dict[str, Any] = {"grade": "G2", "tier": "3"}
    assert _do(office.head, one, "grade", **said).status_code == 422
    page = _do(office.head, one, "grade", **said, tier_reason=WHY)
    assert "高级" in page.content.decode()
    line = Line(office, "lead", office.head)
    door, body = f"/{one.public_id}/grade", {"grade": "G2", "tier": 1}
    assert line.send(door, body).status_code == 422
    assert line.send(door, {**body, "tier_reason": "已由支行解决"}).json()["tier"] == 1
