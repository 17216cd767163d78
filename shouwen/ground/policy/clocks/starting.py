"""Starting clocks: one, every one a happening demands, or many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import packs
from shouwen.ground.policy.book import Book, InstitutionPolicy, policy_of
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.clocks.storing import OPEN, Subject
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.policy.rules.facts import Facts, applies
from shouwen.ground.policy.rules.ledger import Act, Entry, replay

REFS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Starting:
    """One subject whose clocks are to start, with what is known of it."""

    subject: Subject
    facts: Facts


@transaction.atomic
def start(
    event: str,
    *,
    subject: Subject,
    institution_id: int,
    facts: Facts,
    at: datetime,
    actor: Actor,
    start_event: str = "",
    limit_at: datetime | None = None,
    since: datetime | None = None,
) -> Clock | None:
    """Start the clock of one event, whatever kind of matter it is.

    Without `start_event` every rule of the event counts from `at`; with it, those that start on
    it. `limit_at` adds a due instant set by hand, which is hard. A clock of the event that runs
    on the subject already is given back, joined by this start where it is new to it. `since` is
    when the subject's present round began, as in `start_all`. Gives None when no active clause
    demands a clock.
    """
    policy = policy_of(institution_id)
    known = list(
        Clock.objects.filter(subject_kind=subject.kind, subject_ref=subject.ref).order_by("pk")
    )
    begun = _Begun(policy, known, at, since)
    entry = _start_entry(event, start_event, facts, limit_at, at)
    running = begun.running.get(event)
    if running is not None:
        return _join(running, entry, actor)
    clock, row = _make(event, entry, subject, institution_id, begun, actor) or (None, None)
    if clock is None or row is None:
        return None
    return _insert([clock], [row])[0]


def start_all(
    trigger: str,
    *,
    subject: Subject,
    institution_id: int,
    facts: Facts,
    at: datetime,
    actor: Actor,
    since: datetime | None = None,
    past: Collection[str] = (),
    anew_after: datetime | None = None,
) -> list[Clock]:
    """Start every clock this happening demands for the subject, by event name.

    A clock that runs already is joined (its other limits begin now) and given with the rest; an
    event whose clock was stopped is done and does not start again by itself.

    `since` is when the subject's present round began, where it was taken up again after its end:
    clocks that ended before neither keep an event from starting nor bind it to their packs. `past`
    names happenings that lie behind already; what one of them would stop is not started.
    `anew_after` is for what happens a second time in the same round: what ended before then begins
    anew, by the packs the round began with.
    """
    return start_many(
        trigger,
        [Starting(subject, facts)],
        institution_id=institution_id,
        at=at,
        actor=actor,
        since=since,
        past=past,
        anew_after=anew_after,
    )


@transaction.atomic
def start_many(
    trigger: str,
    starts: Sequence[Starting],
    *,
    institution_id: int,
    at: datetime,
    actor: Actor,
    since: datetime | None = None,
    past: Collection[str] = (),
    anew_after: datetime | None = None,
) -> list[Clock]:
    """Start every clock the same happening demands for many subjects, in a few queries."""
    policy = policy_of(institution_id)
    known = _clocks_by_subject([starting.subject for starting in starts])
    result: list[Clock] = []
    new: list[Clock] = []
    rows: list[ClockEntry] = []
    for starting in starts:
        begun = _Begun(policy, known.get(starting.subject, []), at, since, anew_after)
        done = {event for name in past for event in begun.book.stopped_by.get(name, ())}
        for event in begun.book.started_by.get(trigger, ()):
            if not is_wanted(event, starting.facts.kind):
                continue
            entry = _start_entry(event, trigger, starting.facts, None, at)
            running = begun.running.get(event)
            if running is not None:
                if _adds(begun, running, trigger, starting.facts):
                    running = _join(running, entry, actor)
                result.append(running)
            elif event not in begun.stopped | done:
                made = _make(event, entry, starting.subject, institution_id, begun, actor)
                if made:
                    new.append(made[0])
                    rows.append(made[1])
    result += _insert(new, rows)
    return result


class _Begun:
    """What runs on a subject already, and the rules it began with."""

    def __init__(
        self,
        policy: InstitutionPolicy,
        known: list[Clock],
        at: datetime,
        since: datetime | None = None,
        anew_after: datetime | None = None,
    ) -> None:
        self.policy = policy
        if since is not None:
            known = [c for c in known if c.state in OPEN or c.started_at >= since]
        self.policy_at = min((clock.policy_at for clock in known), default=at)
        self.book: Book = policy.book(self.policy_at)
        self.running = {clock.event: clock for clock in known if clock.state in OPEN}
        self.stopped = {
            clock.event
            for clock in known
            if clock.state == Clock.State.STOPPED
            and (anew_after is None or clock.started_at >= anew_after)
        }


def is_wanted(event: str, kind: str) -> bool:
    """Whether a matter of this kind has a clock for the event by itself."""
    words = packs.events().get(event)
    return words is None or words.kinds is None or kind.lower() in words.kinds


def _adds(begun: _Begun, running: Clock, trigger: str, facts: Facts) -> bool:
    """Whether this start brings a limit that does not count on the running clock yet."""
    counting = {plain["clause"] for plain in running.candidates if "clause" in plain}
    return any(
        trigger in rule.starts_on and rule.clause not in counting and applies(rule.when, facts)
        for rule in storing.rules_of(begun.book, running.event)
    )


def _clocks_by_subject(subjects: Sequence[Subject]) -> dict[Subject, list[Clock]]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        by_kind[subject.kind].append(subject.ref)
    found: dict[Subject, list[Clock]] = defaultdict(list)
    for kind, refs in by_kind.items():
        for first in range(0, len(refs), REFS_PER_QUERY):
            some = refs[first : first + REFS_PER_QUERY]
            for clock in Clock.objects.filter(subject_kind=kind, subject_ref__in=some).order_by(
                "pk"
            ):
                found[Subject(kind, clock.subject_ref)].append(clock)
    return found


def _start_entry(
    event: str, trigger: str, facts: Facts, limit_at: datetime | None, at: datetime
) -> Entry:
    words = packs.events().get(event)
    clause = words.manual_clause if words and limit_at else ""
    return Entry(Act.STARTED, at, trigger=trigger, clause=clause, due_at=limit_at, facts=facts)


def _join(clock: Clock, entry: Entry, actor: Actor) -> Clock:
    """Let a running clock's other limits begin; a start it has seen already changes nothing."""
    if (
        entry.due_at is None
        and ClockEntry.objects.filter(clock=clock, act=Act.STARTED, trigger=entry.trigger).exists()
    ):
        return clock
    entries = [*storing.entries_of(clock), entry]
    return storing.append(clock, entry, actor=actor, outcome=storing.recompute(clock, entries))


def _make(
    event: str,
    entry: Entry,
    subject: Subject,
    institution_id: int,
    begun: _Begun,
    actor: Actor,
) -> tuple[Clock, ClockEntry] | None:
    facts = entry.facts or Facts(kind="")
    outcome = replay(
        [entry], storing.demanded(begun.book, event, facts), begun.policy.calendar(facts.queue)
    )
    if outcome.chosen is None:
        return None
    clock = Clock(
        institution_id=institution_id,
        subject_kind=subject.kind,
        subject_ref=subject.ref,
        event=event,
        started_at=entry.at,
        pack_versions=begun.book.versions,
        policy_at=begun.policy_at,
        **storing.values_of(outcome, entry.at),
    )
    row = storing.row_of(
        entry, clock=clock, sequence=1, actor=actor, due_at=clock.due_at, approved_by=""
    )
    return clock, row


def _insert(clocks: list[Clock], rows: list[ClockEntry]) -> list[Clock]:
    """Store new clocks with their first lines; where another was first, give that one.

    No topic: what makes a clock start is an act on the subject, which tells its own screens.
    """
    if not clocks:
        return []
    try:
        with transaction.atomic():
            Clock.objects.bulk_create(clocks, batch_size=500)
    except IntegrityError:
        return [_insert_one(clock, row) for clock, row in zip(clocks, rows, strict=True)]
    for clock, row in zip(clocks, rows, strict=True):
        row.clock = clock
    ClockEntry.objects.bulk_create(rows, batch_size=500)
    return clocks


def _insert_one(clock: Clock, row: ClockEntry) -> Clock:
    try:
        with transaction.atomic():
            clock.pk = None
            clock.save(force_insert=True)
    except IntegrityError:
        return Clock.objects.get(
            subject_kind=clock.subject_kind,
            subject_ref=clock.subject_ref,
            event=clock.event,
            state__in=OPEN,
        )
    row.clock = clock
    row.save(force_insert=True)
    return clock
