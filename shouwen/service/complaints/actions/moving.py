"""The one way a complaint changes: rules, hands, its case, the row, the story, the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note
from shouwen.service.complaints import access
from shouwen.service.complaints.actions import apart, progress, refusals
from shouwen.service.complaints.actions.leading import leading
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import states
from shouwen.service.complaints.rules.states import OPEN_STATES, Act


def move(
    complaint: Complaint,
    act: Act,
    *,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    brings: Mapping[str, bool] | None = None,
    on_case: Callable[[], object] | None = None,
    note: Note | None = None,
    happening: str = "",
    detail: Mapping[str, audit.Value] | None = None,
) -> None:
    """Do an act: right, rules and hands first, then the case's part of it, then the row.

    Runs in the caller's transaction. `brings` says what of the standing the act itself brings;
    `note` is entered on the case's timeline and `happening` told to its clocks. Raises NotThere,
    NotAllowed and the errors of `refusals`.
    """
    access.require(actor, complaint, act)
    brought: dict[str, Any] = dict(brings or {})
    standing = replace(complaint.standing, **brought)
    reason = states.why_not(act, standing)
    if reason is not None:
        refusals.refuse(complaint, act, reason)
    apart.refuse_hands(complaint, act, actor, staff.person_behind(actor))
    if on_case is not None:
        with leading(complaint.case):
            on_case()
    write(complaint, act, standing, changes or {}, actor=actor, at=at, detail=detail or {})
    cases.heed_reminder(complaint.case, actor=actor)
    if note is not None:
        name = f"complaint_{act.value}"
        cases.tell(complaint.case, name, note, happening=happening, actor=actor, at=at)


def put(complaint: Complaint, values: Mapping[str, Any]) -> None:
    """Change the row if nobody was faster. Raises ComplaintMovedOn."""
    values = {**values, "version": complaint.version + 1}
    same = Complaint.objects.filter(pk=complaint.pk, version=complaint.version)
    if not same.update(**values):
        raise refusals.ComplaintMovedOn
    for field, value in values.items():
        setattr(complaint, field, value)


def write(
    complaint: Complaint,
    act: Act,
    standing: states.Standing,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    detail: Mapping[str, audit.Value],
) -> None:
    """Change the row if nobody was faster, and put it on the trail. Raises ComplaintMovedOn."""
    before, after = complaint.state, states.after(act, standing).state
    put(complaint, {**changes, "state": after.value, "is_open": after in OPEN_STATES})
    audit.record(
        actor,
        f"complaint.{act.value}",
        complaint,
        at=at,
        fields=tuple(sorted(changes)),
        detail={"from": before, "to": after.value, **detail},
    )
    progress.follow_step(complaint, act, before, actor=actor, at=at)
