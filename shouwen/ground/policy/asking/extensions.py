"""Which limits of a matter may be put off, how far, and on what terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
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

    `beside` are the other clocks that the same clause moves with it: who decides later tells later.
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
    beside: tuple[Clock, ...] = ()


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
            if known is None:
                found[one.clause] = one
                continue
            # A clause may put off several limits at once; the first of them says until when.
            first = one if one.due_at < known.due_at else known
            clocks = {each.pk: each for each in (*known.beside, known.clock, one.clock)}
            del clocks[first.clock.pk]
            found[one.clause] = replace(
                first,
                beside=tuple(clocks.values()),
                is_extended=known.is_extended or one.is_extended,
                is_held=known.is_held or one.is_held,
            )
    return sorted(found.values(), key=lambda one: (one.due_at, one.clause))
