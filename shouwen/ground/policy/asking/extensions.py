"""Which limits of a matter may be put off, how far, and on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.clocks.storing import Subject, candidate_from_json
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.rules.facts import Facts, applies
from shouwen.ground.policy.rules.limits import due_at


@dataclass(frozen=True, slots=True)
class Extendable:
    """One running limit that `clause` lets be put off from `due_at` as far as `until`.

    `approval` is the level of the second person that the clause names, empty where it names none.
    """

    clock: Clock
    limit_clause: str
    clause: str
    approval: str
    due_at: datetime
    until: datetime
    is_extended: bool
    is_held: bool


def extendable(subject: Subject) -> list[Extendable]:
    """Give the limits of the open clocks that a clause lets be put off, the soonest first.

    Targets are not among them: what binds nobody needs no leave. Those put off already are.
    """
    found: dict[str, Extendable] = {}
    for clock in storing.open_clocks(subject):
        policy = policy_of(clock.institution_id)
        facts = Facts.from_json(clock.facts)
        limits = {c["clause"]: candidate_from_json(c) for c in clock.candidates}
        for rule in storing.rules_of(policy.book(clock.policy_at), clock.event):
            held = limits.get(rule.clause)
            if rule.extend is None or held is None or not held.hard:
                continue
            if not applies(rule.when, facts):
                continue
            latest = due_at(rule.extend.to, held.started_at, policy.calendar(facts.queue))
            one = Extendable(
                clock=clock,
                limit_clause=rule.clause,
                clause=rule.extend.clause,
                approval=rule.extend.approval,
                due_at=held.due_at,
                until=max(latest, held.due_at),
                is_extended=held.extended,
                is_held=held.paused,
            )
            known = found.get(one.clause)
            # A clause may put off several limits at once; the first of them says until when.
            if known is None or one.due_at < known.due_at:
                found[one.clause] = one
    return sorted(found.values(), key=lambda one: (one.due_at, one.clause))
