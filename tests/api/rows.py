"""What a row of the table of doors is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.api.world import ROLES

EVERYONE = frozenset(ROLES)
NOBODY: frozenset[str] = frozenset()
TAKES = frozenset({"agent", "lead"})
WORKS = frozenset({"agent", "lead", "complaints"})
# A colleague's case is worked by its handler and owner, or by these.
STEPS_IN = frozenset({"lead", "complaints"})
READS = frozenset({"agent", "lead", "complaints", "inspector", "risk", "auditor"})
LEAD = frozenset({"lead"})
# Judges what others closed; a person's own work is left to a colleague.
JUDGES = frozenset({"lead", "complaints", "inspector"})
EXPORTS = frozenset({"lead", "complaints", "risk"})
ASKS = frozenset({"agent", "lead", "complaints", "risk", "admin"})
LOOKS_UP = frozenset({"agent", "lead", "complaints", "risk"})
SETS_UP = frozenset({"admin"})
RULES = frozenset({"risk", "admin"})
EXPLAINS = frozenset({"lead", "inspector", "auditor"})
MEASURES = frozenset({"lead", "complaints", "inspector", "trainer", "risk", "auditor", "admin"})
KNOWS = EVERYONE - {"auditor"}
EDITS = frozenset({"editor"})
APPROVES = frozenset({"lead"})
AGENT = frozenset({"agent"})
AUDITOR = frozenset({"auditor"})


@dataclass(frozen=True)
class Row:
    """One door: who comes in, what the address speaks of, and a body that is right."""

    who: frozenset[str]
    about: str = ""
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


KEY = {"Idempotency-Key": "matrix"}
TEXT = "客户来电补充材料。"
FAR = "2190-01-01T09:00:00+08:00"
TRANSFER = {
    "identity": "DETAILS",
    "reason": "OTHER_SKILL",
    "customer_view": "AGREES",
    "summary": TEXT,
}
