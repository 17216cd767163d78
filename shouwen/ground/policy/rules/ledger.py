"""A clock is what its ledger says: replaying the entries gives state, candidates and due instant.

The stored due time is a copy for the index; this module is where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shouwen.ground.policy.rules.facts import Facts, applies
from shouwen.ground.policy.rules.limits import (
    Candidate,
    Mode,
    Pause,
    Rule,
    due_at,
    not_before,
    put_off,
    strictest,
)
from shouwen.ground.policy.rules.working_time import WorkingCalendar


class Act(StrEnum):
    """What can happen to a clock."""

    STARTED = "STARTED"
    PAUSED = "PAUSED"
    RESUMED = "RESUMED"
    EXTENDED = "EXTENDED"
    RESTARTED = "RESTARTED"
    RECLASSIFIED = "RECLASSIFIED"
    STOPPED = "STOPPED"
    CANCELLED = "CANCELLED"
    # What stopped it had happened before it was recorded, as two persons have found.
    CORRECTED = "CORRECTED"


class Running(StrEnum):
    """Where a clock stands."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `trigger` names what started it, or what a pause waits for and what
    has come when it runs again; `due_at` is set by hand."""

    act: Act
    at: datetime
    trigger: str = ""
    reason: str = ""
    clause: str = ""
    due_at: datetime | None = None
    facts: Facts | None = None


@dataclass(slots=True)
class _Held:
    """What the entries so far amount to."""

    facts: Facts = field(default_factory=lambda: Facts(kind=""))
    starts: dict[str, datetime] = field(default_factory=dict)
    restarts: list[Entry] = field(default_factory=list)
    pauses: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    extensions: list[Entry] = field(default_factory=list)
    manual: Entry | None = None
    ended: Entry | None = None

    def take(self, entry: Entry) -> None:
        """Add one entry."""
        match entry.act:
            case Act.STARTED:
                self.starts.setdefault(entry.trigger, entry.at)
                self.facts = entry.facts or self.facts
                if entry.due_at is not None:
                    self.manual = entry
            case Act.RECLASSIFIED:
                self.facts = entry.facts or self.facts
            case Act.PAUSED:
                self.pauses.append((entry.trigger, entry.at, None))
            case Act.RESUMED:
                # One that names what was waited for leaves the rest on hold.
                self.pauses = [
                    (reason, since, until or (entry.at if entry.trigger in ("", reason) else None))
                    for reason, since, until in self.pauses
                ]
            case Act.EXTENDED:
                self.extensions.append(entry)
            case Act.RESTARTED:
                self.restarts.append(entry)
            case Act.STOPPED:
                self.ended = self.ended or entry
            case Act.CANCELLED:
                # A duty that never was is cancelled after its end too.
                is_cancelled = self.ended is not None and self.ended.act is Act.CANCELLED
                self.ended = self.ended if is_cancelled else entry
            case Act.CORRECTED:
                # Only an end is put earlier; the line that stopped it stays in the ledger.
                if self.ended is not None and self.ended.act is not Act.CANCELLED:
                    self.ended = entry


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a ledger amounts to."""

    state: Running
    facts: Facts
    started_at: datetime
    stopped_at: datetime | None
    candidates: tuple[Candidate, ...]
    chosen: Candidate | None


def replay(entries: Sequence[Entry], rules: Iterable[Rule], calendar: WorkingCalendar) -> Outcome:
    """Compute what a clock is from its entries, oldest first, under the rules it began with.

    Raises ValueError for a ledger that does not begin with a start.
    """
    if not entries or entries[0].act is not Act.STARTED:
        raise ValueError("A clock's ledger begins with its start")
    held = _Held()
    for entry in entries:
        held.take(entry)
    found = [candidate for rule in rules if (candidate := _candidate(rule, held, calendar))]
    if held.manual and held.manual.due_at:
        found.append(
            Candidate(
                clause=held.manual.clause,
                pack="",
                within="",
                mode=Mode.HARD,
                started_at=held.manual.at,
                due_at=held.manual.due_at,
                trigger=held.manual.trigger,
            )
        )
    found.sort(key=lambda c: (c.due_at, c.clause))
    chosen = strictest(found)
    state = Running.RUNNING
    if held.ended:
        is_cancelled = held.ended.act is Act.CANCELLED
        state = Running.CANCELLED if is_cancelled else Running.STOPPED
    elif chosen and chosen.paused:
        state = Running.PAUSED
    return Outcome(
        state=state,
        facts=held.facts,
        started_at=entries[0].at,
        stopped_at=held.ended.at if held.ended else None,
        candidates=tuple(found),
        chosen=chosen,
    )


def waits_for(entries: Sequence[Entry]) -> frozenset[str]:
    """Give what a clock waits for after these entries, where nothing stands still by it too."""
    held = _Held()
    for entry in entries:
        held.take(entry)
    return frozenset(reason for reason, _since, until in held.pauses if until is None)


def _start_of(rule: Rule, held: _Held) -> tuple[str, datetime] | None:
    """Give the trigger and the instant this rule counts from; a bare start serves every rule."""
    known = [(at, name) for name, at in held.starts.items() if not name or name in rule.starts_on]
    if not known:
        return None
    at, name = min(known)
    for entry in held.restarts:
        if entry.at > at and entry.clause in ("", rule.restart_clause):
            at = entry.at
    return name, at


def _candidate(rule: Rule, held: _Held, calendar: WorkingCalendar) -> Candidate | None:
    if rule.span is None or rule.mode is Mode.OFF or not applies(rule.when, held.facts):
        return None
    started = _start_of(rule, held)
    if started is None:
        return None
    trigger, start = started
    pauses: list[Pause] = []
    paused = False
    for reason, since, until in held.pauses:
        if reason not in rule.pausable or (until is not None and until <= start):
            continue
        if until is not None:
            pauses.append((max(since, start), until))
        else:
            paused = True
    due = put_off(due_at(rule.span, start, calendar), pauses, rule.span, calendar)
    if paused and not any(
        until is None and since < due
        for reason, since, until in held.pauses
        if reason in rule.pausable
    ):
        paused = False
    extended = False
    for entry in held.extensions:
        if rule.extend and entry.clause == rule.extend.clause and entry.at >= start:
            later = [pause for pause in pauses if pause[0] >= entry.at]
            moved = put_off(entry.due_at or due, later, rule.span, calendar)
            due, extended = max(due, moved), True
    return Candidate(
        clause=rule.clause,
        pack=rule.pack,
        within=str(rule.span),
        mode=rule.mode,
        started_at=start,
        due_at=due,
        trigger=trigger,
        not_before=not_before(rule.earliest, start, calendar) if rule.earliest else None,
        paused=paused,
        extended=extended,
        statutory=rule.statutory,
    )
