"""Keys of the demo centre: programs that call the API, and one that is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from config.demo.founding import Founded
from shouwen.front.console import actions as console
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import actions
from shouwen.people.staff.queries import holder_of_key

OLD = "客户关系系统（旧）"


def furnish(founded: Founded, now: datetime) -> None:
    """Ask as the administrator, approve as the risk officer, call, and revoke one replaced."""
    admin, risk = founded.first_of("admin"), founded.first_of("risk")
    if admin is None or risk is None:
        return
    made, year_end = now - timedelta(days=1), date(now.year + 1, 12, 31)
    for name, role, limit, ends, used in (
        (OLD, "lead", None, None, timedelta(hours=23)),
        ("客户关系系统", "lead", 600, year_end, timedelta(minutes=4)),
        ("报表平台", "trainer", None, None, timedelta(hours=9)),
        ("夜间巡检", "inspector", 60, year_end, None),
    ):
        key, token = console.ask_key(
            name=name,
            role=role,
            person=None,
            per_minute=limit,
            expires_on=ends,
            reason="系统对接",
            actor=admin,
            at=made,
        )
        approval = Approval.objects.get(subject_ref=key.public_id)
        approvals.approve(approval, "权限最小，同意。", actor=risk, at=made + timedelta(minutes=3))
        holder = holder_of_key(token, now)
        if holder and used:
            actions.note_key_use(holder, now - used)
        if name == OLD:
            actions.revoke_api_key(key, actor=admin, at=now - timedelta(hours=22))
