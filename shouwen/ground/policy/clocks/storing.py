"""How a clock's ledger and its row are kept together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict
from shouwen.ground.kernel.topics import publish
from shouwen.ground.policy.book import Book, InstitutionPolicy, policy_of
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.policy.rules import warnings
from shouwen.ground.policy.rules.facts import Facts
from shouwen.ground.policy.rules.ledger import Act, Entry, Outcome, Running, replay
from shouwen.ground.policy.rules.limits import Candidate, Mode, Rule
from shouwen.ground.policy.rules.spans import Span

OPEN = (Clock.State.RUNNING, Clock.State.PAUSED)


class ClockEnded(Conflict):
    """The clock has been stopped or cancelled; what ended is not changed."""

    message = _("This clock has ended. Start a new one where the matter goes on.")


class ClockChangedMeanwhile(Conflict):
    """Another act on the same clock was first."""

    message = _("A colleague has changed this clock meanwhile. Look at it again, then decide.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a clock runs on: a kind such as `case` and its public id."""

    kind: str
    ref: str

    @property
    def topic(self) -> str:
        """The topic of the screens that show it."""
        return f"{self.kind}-{self.ref}"


def candidate_to_json(candidate: Candidate) -> dict[str, Any]:
    """Give a candidate as plain values; what is false or empty is left out."""
    plain: dict[str, Any] = {
        "clause": candidate.clause,
        "pack": candidate.pack,
        "within": candidate.within,
        "mode": str(candidate.mode),
        "started_at": candidate.started_at.isoformat(),
        "due_at": candidate.due_at.isoformat(),
        "trigger": candidate.trigger,
        "not_before": candidate.not_before.isoformat() if candidate.not_before else "",
        "paused": candidate.paused,
        "extended": candidate.extended,
        "statutory": candidate.statutory,
    }
    return {name: value for name, value in plain.items() if value}


def candidate_from_json(plain: dict[str, Any]) -> Candidate:
    """Read back what `candidate_to_json` gave."""
    not_before = plain.get("not_before")
    return Candidate(
        clause=plain.get("clause", ""),
        pack=plain.get("pack", ""),
        within=plain.get("within", ""),
        mode=Mode(plain["mode"]),
        started_at=datetime.fromisoformat(plain["started_at"]),
        due_at=datetime.fromisoformat(plain["due_at"]),
        trigger=plain.get("trigger", ""),
        not_before=datetime.fromisoformat(not_before) if not_before else None,
        paused=plain.get("paused", False),
        extended=plain.get("extended", False),
        statutory=plain.get("statutory", False),
    )


def rules_of(book: Book, event: str) -> Sequence[Rule]:
    """Give the rules that count for an event."""
    return book.rules.get(event, ())


def demanded(book: Book, event: str, facts: Facts) -> Sequence[Rule]:
    """Give the rules of an event, with what is promised to this very matter."""
    promised = [
        Rule(
            clause=one.clause,
            pack="",
            event=event,
            span=Span.parse(one.within),
            mode=Mode.HARD,
            starts_on=frozenset(one.starts_on),
        )
        for one in facts.promised
        if one.event == event
    ]
    return (*rules_of(book, event), *promised)


def values_of(outcome: Outcome, at: datetime) -> dict[str, Any]:
    """Give the columns of a clock that follow from its ledger. The outcome has a chosen limit."""
    chosen = outcome.chosen
    if chosen is None:
        raise ValueError("A clock without a limit is not kept")
    moments = warnings.instants(chosen, outcome.candidates)
    running = outcome.state is Running.RUNNING
    return {
        "state": str(outcome.state),
        "due_at": chosen.due_at,
        "soon_at": warnings.soon_at(chosen.started_at, chosen.due_at),
        "hard": chosen.hard,
        "clause": chosen.clause,
        "candidates": [candidate_to_json(c) for c in outcome.candidates],
        "facts": outcome.facts.to_json(),
        "next_at": warnings.next_look(moments, chosen.due_at, at) if running else None,
        "stopped_at": outcome.stopped_at,
    }


def entry_of(row: ClockEntry) -> Entry:
    """Give a stored line as the rules read it."""
    return Entry(
        act=Act(row.act),
        at=row.at,
        trigger=row.trigger,
        reason=row.reason,
        clause=row.clause,
        due_at=row.set_due_at,
        facts=Facts.from_json(row.facts) if row.facts else None,
    )


def row_of(
    entry: Entry, *, clock: Clock, sequence: int, actor: Actor, due_at: datetime, approved_by: str
) -> ClockEntry:
    """Give a line as it is stored."""
    return ClockEntry(
        clock=clock,
        sequence=sequence,
        act=str(entry.act),
        at=entry.at,
        trigger=entry.trigger,
        reason=entry.reason,
        clause=entry.clause,
        set_due_at=entry.due_at,
        facts=entry.facts.to_json() if entry.facts else None,
        actor=actor.ref,
        approved_by=approved_by,
        due_at=due_at,
    )


def entries_of(clock: Clock) -> list[Entry]:
    """Read a clock's ledger, oldest first."""
    return [entry_of(row) for row in ClockEntry.objects.filter(clock=clock).order_by("sequence")]


def recompute(clock: Clock, entries: Sequence[Entry] | None = None) -> Outcome:
    """Compute what a clock is from its ledger, under the rules it began with."""
    policy = policy_of(clock.institution_id)
    return _recompute(clock, entries_of(clock) if entries is None else entries, policy)


def _recompute(clock: Clock, entries: Sequence[Entry], policy: InstitutionPolicy) -> Outcome:
    facts = next((e.facts for e in reversed(entries) if e.facts), Facts.from_json(clock.facts))
    book = policy.book(clock.policy_at)
    return replay(entries, demanded(book, clock.event, facts), policy.calendar(facts.queue))


def append(
    clock: Clock,
    entry: Entry,
    *,
    actor: Actor,
    approved_by: str = "",
    outcome: Outcome | None = None,
) -> Clock:
    """Add one line to a clock's ledger and bring its row up to date.

    Raises ClockEnded for an ended clock, ClockChangedMeanwhile when another act was first.
    """
    if clock.state not in OPEN:
        raise ClockEnded
    outcome = outcome or recompute(clock, [*entries_of(clock), entry])
    values = values_of(outcome, entry.at)
    if values["due_at"] != clock.due_at:
        values["warned"] = 0
    if clock.breached_at is not None:
        # A new due instant ahead is a new promise and can be broken again; else late stays late.
        if values["due_at"] > entry.at:
            values["breached_at"] = None
        else:
            values["next_at"] = None
    write(clock, entry, values, actor=actor, approved_by=approved_by)
    publish(Subject(clock.subject_kind, clock.subject_ref).topic)
    return clock


def write(
    clock: Clock, entry: Entry, values: dict[str, Any], *, actor: Actor, approved_by: str = ""
) -> None:
    """Store the row's new values and the line, guarded by the count of lines.

    Raises ClockChangedMeanwhile when the ledger is longer than this clock knows.
    """
    sequence = clock.entry_count + 1
    values["entry_count"] = sequence
    changed = Clock.objects.filter(
        pk=clock.pk, entry_count=clock.entry_count, state__in=OPEN
    ).update(**values)
    if not changed:
        raise ClockChangedMeanwhile
    for name, value in values.items():
        setattr(clock, name, value)
    row_of(
        entry,
        clock=clock,
        sequence=sequence,
        actor=actor,
        due_at=clock.due_at,
        approved_by=approved_by,
    ).save(force_insert=True)


def open_clocks(subject: Subject) -> list[Clock]:
    """Give the clocks that run or are on hold, by event."""
    return list(
        Clock.objects.filter(
            subject_kind=subject.kind, subject_ref=subject.ref, state__in=OPEN
        ).order_by("event", "pk")
    )
