"""What a centre's own records show of replayed complaints, whatever the replay believes it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from config.replay.lives import Life
from shouwen.ground.kernel import time
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.clocks import Subject
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintContest,
    ComplaintExtension,
    ContestKind,
    ExtensionState,
    Medium,
    State,
    TellingProof,
)

CHUNK = 500


def shown(lives: Mapping[str, Life]) -> dict[str, Any]:
    """Count what became of complaints by id, each against the life it was given.

    `shown` counts those whose records show the whole of their life: archived, and late, put off,
    withdrawn, contested, a repeat, or told by their page where they were to be.
    """
    rows: list[Complaint] = []
    refs = list(lives)
    for start in range(0, len(refs), CHUNK):
        part = Complaint.objects.filter(public_id__in=refs[start : start + CHUNK])
        rows += part.select_related("case").order_by("pk")
    late, clocks = _late(rows)
    granted = ComplaintExtension.objects.filter(state=ExtensionState.GRANTED)
    extended = set(granted.values_list("complaint__public_id", flat=True))
    by_page = TellingProof.objects.filter(medium=Medium.PORTAL)
    paged = set(by_page.values_list("notice__complaint__public_id", flat=True))

    def contested(kind: ContestKind) -> set[str]:
        rows = ComplaintContest.objects.filter(kind=kind, decided_at__isnull=False)
        return set(rows.values_list("complaint__public_id", flat=True))

    facts = {
        "late": {one.public_id for one in rows if one.case.public_id in late},
        "objected": {one.public_id for one in rows if one.objected_at},
        "withdrawn": {one.public_id for one in rows if one.withdrawn_at},
        "extended": extended,
        "repeat": {one.public_id for one in rows if one.repeat_of_id},
        "unreached": paged,
        "appealed": contested(ContestKind.APPEAL),
        "reviewed": contested(ContestKind.REVIEW),
        "archived": {one.public_id for one in rows if one.state == State.ARCHIVED},
    }
    whole: Counter[str] = Counter()
    for ref, life in lives.items():
        special = facts.get(life.value)
        if ref in facts["archived"] and (special is None or ref in special):
            whole[life.value] += 1
    return {
        "shown": dict(whole),
        "counted": {name: len(which & set(lives)) for name, which in facts.items()},
        **clocks,
    }


def _late(rows: list[Complaint]) -> tuple[set[str], dict[str, int]]:
    """Give the cases of which a hard limit was missed, and how the clocks of all ended."""
    now, late = time.now(), set()
    counted = Counter({"clocks_met": 0, "clocks_late": 0, "targets_missed": 0, "clocks_running": 0})
    subjects = [Subject("case", one.case.public_id) for one in rows]
    for start in range(0, len(subjects), CHUNK):
        found = policy.clocks_of_many(subjects[start : start + CHUNK], now)
        for ref, views in found.items():
            for view in views:
                if view.met is None:
                    counted["clocks_running"] += 1
                elif view.met:
                    counted["clocks_met"] += 1
                elif view.hard:
                    counted["clocks_late"] += 1
                    late.add(ref)
                else:
                    counted["targets_missed"] += 1
    return late, dict(counted)


def spread(seconds: list[float]) -> dict[str, float | None]:
    """Give the median and the tails of what took so long, in milliseconds."""
    if not seconds:
        return {"p50_ms": None, "p95_ms": None, "p99_ms": None}
    ordered = sorted(seconds)
    return {
        f"p{share}_ms": round(ordered[max(0, round(share * len(ordered) / 100) - 1)] * 1000, 1)
        for share in (50, 95, 99)
    }
