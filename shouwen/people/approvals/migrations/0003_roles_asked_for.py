"""Takes the requests for roles over from staff, open and ended ones, under their old ids."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

# What `figure.role-stands` says when this was written; until now requests stood without end.
STANDS = timedelta(days=7)
# Nobody was asked for an opinion when a role was approved.
NONE_WRITTEN = "（原流程批准，未填意见）"
BATCH = 200
LABELS = {
    "agent": "坐席",
    "lead": "班组长",
    "complaints": "投诉专员",
    "inspector": "质检员",
    "trainer": "培训师",
    "editor": "知识编辑",
    "risk": "风险专员",
    "auditor": "审计员",
    "admin": "系统管理员",
}
WHOLE = "全机构"


def take_over(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Copy each request as an approval."""
    asked = apps.get_model("staff", "RoleRequest").objects
    approvals: Any = apps.get_model("approvals", "Approval").objects
    expires_at = timezone.now() + STANDS
    related = ("person", "unit", "decided_by")
    for old in asked.select_related(*related).order_by("pk").iterator(chunk_size=BATCH):
        payload = json.dumps(
            {
                "person": old.person.public_id,
                "role": old.role,
                "unit": old.unit.public_id if old.unit else "",
            },
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )
        reach = old.unit.name_zh if old.unit else WHOLE
        decided = old.state in ("APPROVED", "DECLINED")
        approvals.create(
            public_id=old.public_id,
            institution_id=old.institution_id,
            unit_id=old.person.unit_id,
            kind="staff.role",
            subject_kind="staff.person",
            subject_ref=old.person.public_id,
            subject_name=old.person.name,
            words=" · ".join([old.person.name, LABELS[old.role], reach]),
            reason=old.reason,
            right="staff.approve",
            payload=payload,
            payload_digest=hashlib.sha256(payload.encode()).hexdigest(),
            state=old.state,
            asked_by_id=old.asked_by_id,
            about_person_id=old.person_id,
            asked_at=old.asked_at,
            expires_at=old.decided_at or expires_at,
            decided_by_id=old.decided_by_id if decided else None,
            ended_at=old.decided_at,
            opinion=(old.decision or NONE_WRITTEN) if decided else "",
        )


class Migration(migrations.Migration):
    """Before staff drops its own table."""

    dependencies = [
        ("approvals", "0002_about_person"),
        ("staff", "0013_posts"),
    ]

    operations = [
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
