"""Takes tables out of the demo ledger: one alone, one approved, one that waits for approval."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.demo.founding import Founded
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.service.cases import actions, queries
from shouwen.service.cases.queries import Filters, View

LANGUAGE = "zh-hans"


def furnish(founded: Founded, now: datetime) -> None:
    """Ask as the lead and the complaints officer; the risk officer approves what is many rows."""
    lead, officer, risk = (founded.first_of(role) for role in ("lead", "complaints", "risk"))
    whole, open_ones = Filters(view=View.ALL.value), Filters(view=View.OPEN.value)
    for actor, filters, reason, at in (
        (officer, whole, "季度服务分析", now - timedelta(minutes=20)),
        (lead, open_ones, "班后会逐件核对在办工单", now - timedelta(minutes=10)),
        (lead, whole, "月度工单质量复盘", now - timedelta(minutes=2)),
    ):
        if actor is None or not queries.prospect(actor, filters, at=at).is_possible:
            # A centre of few days may have no open case yet.
            continue
        export = actions.ask_export(
            filters, kind="xlsx", reason=reason, language=LANGUAGE, actor=actor, at=at
        )
        if risk is not None and actor is officer and export.approval_ref:
            approval = Approval.objects.get(public_id=export.approval_ref)
            approvals.approve(
                approval, "用途明确，字段已脱敏。", actor=risk, at=at + timedelta(minutes=3)
            )
    actions.write_waiting(now)
