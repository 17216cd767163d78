"""What a happening would start: the moments a customer can be promised before it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.ground.policy import packs, words
from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.rules.facts import Facts
from shouwen.ground.policy.rules.ledger import Act, Entry, replay


@dataclass(frozen=True, slots=True)
class Promise:
    """One duty that would begin, and when it would be due."""

    event: str
    title: str
    due_at: datetime
    hard: bool
    clause: str


def promised(institution_id: int, trigger: str, facts: Facts, at: datetime) -> list[Promise]:
    """Give what `trigger` would start on a new matter of these facts, soonest first.

    The same rules as `clocks.start_all`, with nothing stored.
    """
    policy = policy_of(institution_id)
    book = policy.book(at)
    promises: list[Promise] = []
    for event in book.started_by.get(trigger, ()):
        known = packs.events().get(event)
        if known is not None and known.kinds is not None and facts.kind.lower() not in known.kinds:
            continue
        entry = Entry(Act.STARTED, at, trigger=trigger, clause="", due_at=None, facts=facts)
        outcome = replay([entry], storing.rules_of(book, event), policy.calendar(facts.queue))
        if outcome.chosen is not None:
            chosen = outcome.chosen
            title = words.event_title(event)
            promises.append(Promise(event, title, chosen.due_at, chosen.hard, chosen.clause))
    return sorted(promises, key=lambda one: (one.due_at, one.event))
