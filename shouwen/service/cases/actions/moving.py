"""The one way a case changes: checked by the rules, guarded by its version, told to everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.service.cases import ports
from shouwen.service.cases.actions import refusals
from shouwen.service.cases.models import Case, CaseEntry, EntryKind
from shouwen.service.cases.rules import states
from shouwen.service.cases.rules.states import OPEN_STATES, Act


@dataclass(frozen=True, slots=True)
class Note:
    """What the timeline says of an act beyond who and when."""

    kind: EntryKind = EntryKind.INTERNAL
    text: str = ""
    clause: str = ""
    subject_name: str = ""
    visible: bool = False


def move(
    case: Case,
    act: Act,
    *,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    note: Note = Note(),
    by_silence: bool = False,
) -> None:
    """Do an act: check, change the row if nobody was faster, enter it, record it, tell screens.

    What stands over the case is asked before and told after. Runs in the caller's transaction.
    `changes` are column values; sealed ones are given as `case.seal(field, text)`. `by_silence`
    says that what stands as the customer's word was silence. Raises the errors of `refusals`.
    """
    companion = ports.companion_of(case)
    if companion is not None:
        companion.refuse(case, act)
    values = dict(changes or {})
    standing = replace(
        case.standing,
        has_category=case.standing.has_category or "category" in values,
        has_handler=bool(values.get("handler", case.standing.has_handler)),
        has_solution=case.standing.has_solution or "solution" in values,
        by_silence=by_silence,
    )
    reason = states.why_not(act, standing)
    if reason is not None:
        refusals.refuse(case, act, reason)
    is_handler = case.handler is not None and case.handler.public_id == actor.ref
    if case.reminded_at is not None and (is_handler or "handler" in values):
        # A reminder stands until the one it was meant for acts, or has the case no more.
        values["reminded_at"] = None
    before = case.state
    after = states.after(act, standing).state
    if actor.kind is not ActorKind.CUSTOMER:
        values["urged_at"] = None
    values |= {"state": after.value, "is_open": after in OPEN_STATES, "version": case.version + 1}
    # Two people press at once: the row count, not an earlier read, says who was first.
    if not Case.objects.filter(pk=case.pk, version=case.version).update(**values):
        raise refusals.beaten(case, act)
    for field, value in values.items():
        setattr(case, field, value)
    enter(case, act, actor=actor, at=at, note=note, before=before)
    audit.record(
        actor,
        f"case.{act.value}",
        case,
        at=at,
        fields=tuple(sorted(set(values) - {"state", "is_open", "version", "urged_at"})),
        detail={"from": before, "to": after.value},
    )
    tell_screens(case)
    if companion is not None:
        companion.follow(case, act, actor=actor, at=at)


def enter(
    case: Case, act: str, *, actor: Actor, at: datetime, note: Note, before: str = ""
) -> CaseEntry:
    """Add an entry to the timeline; entries are never changed."""
    entry = CaseEntry(
        case=case,
        kind=note.kind,
        act=str(act),
        from_state=before,
        to_state=case.state,
        actor_kind=actor.kind.value,
        actor_ref=actor.ref,
        actor_name="" if actor.kind is ActorKind.CUSTOMER else actor.name,
        subject_name=note.subject_name,
        clause=note.clause,
        visible_to_customer=note.visible,
        at=at,
    )
    if note.text:
        entry.text = note.text
    entry.save(force_insert=True)
    return entry


def tell_screens(case: Case) -> None:
    """Nudge the case's own page and the desks of its owner and handler, after commit."""
    publish(f"case-{case.public_id}")
    people = {p.public_id for p in (case.owner, case.handler) if p is not None}
    for person in sorted(people):
        publish(f"person-{person}")


def claim(case: Case, *, act: Act) -> None:
    """Mark the case as changed without moving it; raises what a beaten `act` raises."""
    changed = Case.objects.filter(pk=case.pk, version=case.version, state=case.state)
    if not changed.update(version=case.version + 1):
        raise refusals.beaten(case, act)
    case.version += 1
