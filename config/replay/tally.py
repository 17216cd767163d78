"""What the ledger says of an institution's complaints, and what its audit trail says of them.

Two books that nobody writes into twice: the ledger's rows are changed in place, the trail only
grows. Whoever changed a row past the actions, or lost one of either, makes them differ.
"""

from __future__ import annotations

import json
from collections import Counter

from django.db.models import Count

from shouwen.ground.vault.models import AuditRow
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintContest,
    ComplaintExtension,
    ComplaintRating,
    ContestKind,
    ExtensionState,
    ResultNotice,
    State,
)
from shouwen.service.complaints.rules.states import Act

FILED, ROW_CHUNK = "complaint.filed", 2000
WITHDRAWN, UNDONE = "complaint.withdraw", ("complaint.object", "complaint.reopen")
# Acts that move the complaint tell on the trail which state they led to.
MOVES = frozenset(f"complaint.{act.value}" for act in Act)
COUNTED = {
    "complaint.notice": "extended",
    "complaint.notice_issued": "notices",
    "complaint.rated": "rated",
    "complaint.appeal": "appeals",
    "complaint.review": "reviews",
}


def ledger_totals(institution_id: int) -> dict[str, int]:
    """Count an institution's complaints by what their rows say."""
    rows = Complaint.objects.filter(institution_id=institution_id)
    over = {"complaint__institution_id": institution_id}
    states = rows.order_by("state").values_list("state").annotate(many=Count("pk"))
    return _whole(
        {
            "filed": rows.count(),
            **{f"state_{state}": many for state, many in states},
            "withdrawn": rows.filter(withdrawn_at__isnull=False).count(),
            "repeats": rows.filter(repeat_of__isnull=False).count(),
            "extended": ComplaintExtension.objects.filter(
                state=ExtensionState.GRANTED, **over
            ).count(),
            "notices": ResultNotice.objects.filter(**over).count(),
            "appeals": ComplaintContest.objects.filter(kind=ContestKind.APPEAL, **over).count(),
            "reviews": ComplaintContest.objects.filter(kind=ContestKind.REVIEW, **over).count(),
            "rated": ComplaintRating.objects.filter(**over).count(),
        }
    )


def trail_totals(institution_id: int) -> dict[str, int]:
    """Count the same from the audit trail alone, from its first entry to its last."""
    totals: Counter[str] = Counter()
    state: dict[str, str] = {}
    withdrawn: set[str] = set()
    repeats: set[str] = set()
    rows = AuditRow.objects.filter(institution_id=institution_id, act__startswith="complaint.")
    told = rows.order_by("pk").values_list("act", "object_ref", "detail")
    for act, ref, detail in told.iterator(ROW_CHUNK):
        if act == FILED:
            state[ref] = State.RECEIVED.value
        elif act in MOVES:
            state[ref] = json.loads(detail)["to"]
        if act == WITHDRAWN:
            withdrawn.add(ref)
        elif act in UNDONE:
            withdrawn.discard(ref)
        elif act == "complaint.repeat_found":
            repeats.add(ref)
        elif act == "complaint.repeat_denied":
            repeats.discard(ref)
        if act in COUNTED:
            totals[COUNTED[act]] += 1
    totals.update(f"state_{one}" for one in state.values())
    totals.update({"filed": len(state), "withdrawn": len(withdrawn), "repeats": len(repeats)})
    return _whole(dict(totals))


def _whole(totals: dict[str, int]) -> dict[str, int]:
    names = ("filed", "withdrawn", "repeats", *sorted(COUNTED.values()))
    return {
        **{name: totals.get(name, 0) for name in names},
        **{f"state_{one}": totals.get(f"state_{one}", 0) for one in State.values},
    }


def differences(institution_id: int) -> dict[str, tuple[int, int]]:
    """Give each total in which the two differ, as ledger and trail say it; nothing when equal."""
    ledger, trail = ledger_totals(institution_id), trail_totals(institution_id)
    return {name: (many, trail[name]) for name, many in ledger.items() if many != trail[name]}
